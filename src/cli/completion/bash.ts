/** Completion for bash 3.2 and later, without the bash-completion package. */
import { type CommandWords, type FlagWords, sharedFlags, type Value } from "./words.ts";

export function bashScript(commands: readonly CommandWords[]): string {
  const shared = sharedFlags(commands);
  const every = unique(flattened(commands).flatMap(({ flags }) => flags));
  const groups = commands.filter(({ subcommands }) => subcommands !== undefined);
  return `# Completion of gate for bash. Load it with: source <(gate completion bash)

_gate_issues() {
  local folder=$PWD file
  while [[ -n $folder ]]; do
    if [[ -d $folder/.claude ]]; then
      for file in "$folder"/.claude/work/*.md; do
        file=\${file##*/}
        [[ $file =~ ^[0-9]+\\.md$ ]] && printf '%s\\n' "\${file%.md}"
      done
      return
    fi
    folder=\${folder%/*}
  done
}

_gate_words() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$2")
}

_gate() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command="" at
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    case \${COMP_WORDS[at]} in
      ${flagsOf(shared.filter(({ value }) => value)).join("|")}) ((at++)) ;;
      -*) ;;
      *)
        command=\${command:+$command }\${COMP_WORDS[at]}
        case $command in ${groups.map(({ name }) => name).join("|")}) ;; *) break ;; esac ;;
    esac
  done
  case $previous in
${every.flatMap(valueCase).join("\n")}
  esac
  if [[ -z $command ]]; then
    if [[ $current == -* ]]; then _gate_words "${flagsOf(shared).join(" ")}" "$current"
    else _gate_words "${commands.map(({ name }) => name).join(" ")}" "$current"; fi
    return
  fi
  case $command in
${flattened(commands).map(commandCase).join("\n")}
  esac
}

complete -o default -F _gate gate state-gatekeeper
`;
}

/** Commands of a group stand behind it, under both words. */
function flattened(commands: readonly CommandWords[]): readonly CommandWords[] {
  return commands.flatMap((command) => [
    command,
    ...(command.subcommands ?? []).map((inner) => ({ ...inner, name: `${command.name} ${inner.name}` })),
  ]);
}

/** Each flag once, whatever commands take it. */
function unique(flags: readonly FlagWords[]): readonly FlagWords[] {
  return [...new Map(flags.map((flag) => [flag.flags.join(), flag])).values()];
}

function flagsOf(flags: readonly FlagWords[]): string[] {
  return flags.flatMap((flag) => flag.flags);
}

function valueCase({ flags, value }: FlagWords): string[] {
  return value ? [`    ${flags.join("|")}) ${complete(value)}return ;;`] : [];
}

function commandCase({ name, flags, argument, subcommands }: CommandWords): string {
  const words = `_gate_words "${flagsOf(flags).join(" ")}" "$current"`;
  const inner = subcommands && { kind: "words" as const, words: subcommands.map((each) => each.name) };
  const rest = (argument ?? inner) ? complete((argument ?? inner)!) : "";
  return `    "${name}") if [[ $current == -* ]]; then ${words}; else ${rest}return; fi ;;`;
}

/** An empty answer leaves it to bash, which then completes names of files. */
function complete(value: Value): string {
  if (value.kind === "words") return `_gate_words "${value.words.join(" ")}" "$current"; `;
  return value.kind === "issue" ? `_gate_words "$(_gate_issues)" "$current"; ` : "";
}
