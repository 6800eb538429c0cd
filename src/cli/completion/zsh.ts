/** Completion for zsh. */
import { type CommandWords, type FlagWords, sharedFlags, type Value } from "./words.ts";

export function zshScript(commands: readonly CommandWords[]): string {
  return `#compdef gate state-gatekeeper
# Completion of gate for zsh. Load it with: source <(gate completion zsh)

_gate_issues() {
  local folder=$PWD
  local -a issues
  while [[ -n $folder ]]; do
    if [[ -d $folder/.claude ]]; then
      issues=($folder/.claude/work/<->.md(N:t:r))
      compadd -a issues
      return
    fi
    folder=\${folder%/*}
  done
}

_gate() {
  local state line
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`).join("\n")}
  )
  _arguments -C \\
${sharedFlags(commands).flatMap(specs).map(continued).join("\n")}
    '1: :->command' '*:: :->arguments'
  case $state in
    command) _describe command commands ;;
    arguments)
      case $line[1] in
${commands.map(commandCase).join("\n")}
      esac ;;
  esac
}

# As a file of the function path this is the function's first call, else it is sourced.
if [[ $funcstack[1] == _gate ]]; then _gate "$@"; else compdef _gate gate state-gatekeeper; fi
`;
}

function commandCase({ name, flags, argument, subcommands }: CommandWords): string {
  if (subcommands) return groupCase(name, flags, subcommands);
  const rest = argument ? [quote(`*: :${complete(argument)}`)] : [];
  const all = [...flags.flatMap(specs), ...rest];
  return `        ${name}) _arguments \\\n${all.map((spec) => `          ${spec}`).join(" \\\n")} ;;`;
}

/** The words behind a group are completed as those of the program are, with the group's own word gone. */
function groupCase(name: string, flags: readonly FlagWords[], subcommands: readonly CommandWords[]): string {
  const names = subcommands.map((each) => quote(`${each.name}:${each.summary}`)).join(" ");
  return `        ${name})
          local -a subcommands
          subcommands=(${names})
          _arguments -C \\
${flags
  .flatMap(specs)
  .map((spec) => `            ${spec} \\`)
  .join("\n")}
            '1: :->subcommand' '*:: :->rest'
          case $state in
            subcommand) _describe command subcommands ;;
            rest)
              case $line[1] in
${subcommands.map(commandCase).join("\n")}
              esac ;;
          esac ;;`;
}

function continued(spec: string): string {
  return `    ${spec} \\`;
}

/** The specifications of \`_arguments\`: a star for flags that may be repeated, which is decided by the program. */
function specs({ flags, description, value }: FlagWords): string[] {
  const text = description.replace(/[[\]:\\]/g, "\\$&");
  return flags.map((flag) => quote(`*${flag}[${text}]${value ? `: :${complete(value)}` : ""}`));
}

function complete(value: Value): string {
  const actions = { issue: "_gate_issues", file: "_files", folder: "_files -/", text: " " };
  return value.kind === "words" ? `(${value.words.join(" ")})` : actions[value.kind];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
