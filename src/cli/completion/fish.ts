/** Completion for fish. */
import { type CommandWords, type FlagWords, sharedFlags, type Value } from "./words.ts";

export function fishScript(commands: readonly CommandWords[]): string {
  const shared = sharedFlags(commands);
  const names = commands.map(({ name }) => name).join(" ");
  const none = `not __fish_seen_subcommand_from ${names}`;
  const own = (command: CommandWords) =>
    command.flags.filter((flag) => !shared.some(({ flags }) => flags.join() === flag.flags.join()));
  const commandLines = (seen: string, argument: Value | undefined, command: CommandWords) => [
    ...(argument ? [line(seen, complete(argument), command.summary)] : []),
    ...own(command).flatMap((flag) => flagLines(seen, flag)),
  ];
  // A command of a group may have the name of one that stands alone.
  const groups = commands.filter(({ subcommands }) => subcommands !== undefined).map(({ name }) => name);
  const notBehind = groups.length === 0 ? "" : `; and not __fish_seen_subcommand_from ${groups.join(" ")}`;
  const lines = [
    ...commands.map(({ name, summary }) => line(none, `-f -a ${name}`, summary)),
    ...shared.flatMap((flag) => flagLines(undefined, flag)),
    ...commands.flatMap((command) => {
      const { subcommands, argument } = command;
      const seen = `__fish_seen_subcommand_from ${command.name}`;
      if (subcommands === undefined) return commandLines(`${seen}${notBehind}`, argument, command);
      const inner = subcommands.map((each) => each.name).join(" ");
      const bare = `${seen}; and not __fish_seen_subcommand_from ${inner}`;
      return subcommands.flatMap((each) => [
        line(bare, `-f -a ${each.name}`, each.summary),
        ...commandLines(`${seen}; and __fish_seen_subcommand_from ${each.name}`, each.argument, each),
      ]);
    }),
  ];
  return `# Completion of gate for fish. Load it with: gate completion fish | source

function __gate_issues
    set -l folder $PWD
    while test -n "$folder"
        if test -d $folder/.claude
            for file in $folder/.claude/work/*.md
                string match -r '^\\d+(?=\\.md$)' (basename $file)
            end
            return
        end
        set folder (string replace -r '/[^/]*$' '' $folder)
    end
end

${["gate", "state-gatekeeper"].flatMap((program) => lines.map((each) => `complete -c ${program} ${each}`)).join("\n")}
`;
}

function line(condition: string | undefined, what: string, description: string): string {
  return `${condition === undefined ? "" : `-n ${quote(condition)} `}${what} -d ${quote(description)}`;
}

function flagLines(condition: string | undefined, { flags, description, value }: FlagWords): string[] {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(" ");
  return [line(condition, value ? `${names} -r ${complete(value)}` : names, description)];
}

function complete(value: Value): string {
  const actions = {
    issue: "-f -a '(__gate_issues)'",
    file: "-F",
    folder: "-f -a '(__fish_complete_directories)'",
    text: "-f",
  };
  return value.kind === "words" ? `-f -a ${quote(value.words.join(" "))}` : actions[value.kind];
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
