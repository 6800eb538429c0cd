/**
 * Commander's commands, made of ours.
 *
 * Each is a flat one, with the options of all commands and its own. Nested commands
 * would be commander's way, but there the outer one takes its options out first, even
 * where they are the value of an inner one: in `save --log "--json"` the log would be
 * lost.
 */
import * as commander from "commander";
import type { Command, CommandGroup, Registered } from "../command.ts";
import { ASKING, GLOBAL_OPTIONS } from "../flags.ts";
import type { Option } from "../option.ts";

type Named = Pick<Registered, "name" | "summary">;

/** The program: what it is, its commands, the options of them all. */
export function makeProgram(commands: readonly Registered[], version: string): commander.Command {
  const program = new commander.Command("gate").usage("[options] <command> [arguments]");
  program.description(
    "The door to the state files of coding agents: reads, checks and changes .claude/state.md safely.",
  );
  const examples = [
    ["gate start 1234 --title 'Add rate limiting'", "begin with an issue"],
    ["gate save --done 'Wrote the middleware' --doing 'Tests:40'", "record what was done"],
    ["gate status", "see where things stand"],
    ["gate done --pr https://github.com/o/r/pull/5", "finish the issue"],
    ["gate help save", "see all that can be recorded"],
  ] as const;
  return addShared(addCommands(program, commands), { examples }, version);
}

/** A group: what it is for, and its commands. */
export function makeGroup({ name, summary }: Named, made: CommandGroup, version: string): commander.Command {
  const group = new commander.Command(`gate ${name}`).usage("<command> [options]");
  group.description(made.description).summary(summary);
  return addShared(addCommands(group, made.subcommands), made, version);
}

/** One command, with all that it takes. */
export function makeCommand({ name, summary }: Named, made: Command, version: string): commander.Command {
  const command = new commander.Command(`gate ${name}`);
  command.description(made.description).summary(summary).optionsGroup("Options:");
  for (const { name: argument, about, choices } of Object.values(made.arguments ?? {})) {
    const added = new commander.Argument(argument, about);
    command.addArgument(choices ? added.choices(choices) : added);
  }
  for (const option of Object.values(made.options ?? {}).flat()) command.addOption(makeOption(option));
  if (made.behind !== undefined) command.usage(`${command.usage()} ${made.behind.replace(/^(\[?)/, "$1-- ")}`);
  if (made.lenient) command.allowUnknownOption().allowExcessArguments();
  return addShared(command, made, version).action(() => {});
}

function makeOption({ flag, about, choices, conflicts = [], required }: Option): commander.Option {
  const option = new commander.Option(flag, about).makeOptionMandatory(required === true);
  option.conflicts(conflicts.map((other) => new commander.Option(other).attributeName()));
  return choices ? option.choices(choices) : option;
}

function addCommands(parent: commander.Command, commands: readonly Registered[]): commander.Command {
  parent.helpCommand(false);
  for (const { name, summary, group = "Commands" } of commands) {
    parent.command(name).summary(summary).helpOption(false).helpGroup(`${group}:`);
  }
  return parent;
}

/** Adds what all of them have: the options of every command, and examples at the end of the help. */
function addShared(
  command: commander.Command,
  { examples, notes = [] }: Pick<Command, "examples" | "notes">,
  version: string,
): commander.Command {
  for (const option of Object.values(GLOBAL_OPTIONS)) command.addOption(makeOption(option));
  const [asksVersion, asksHelp] = ASKING;
  const width = Math.max(...examples.map(([call]) => call.length));
  const lines = examples.map(([call, does]) => `  ${call.padEnd(width)}  ${does}`);
  const told: ReadonlySet<string> = new Set([...Object.values(GLOBAL_OPTIONS), ...ASKING].map(({ flag }) => flag));
  return command
    .version(version, asksVersion.flag, asksVersion.about)
    .helpOption(asksHelp.flag, asksHelp.about)
    .configureHelp({
      helpWidth: 100,
      subcommandTerm: (sub) => sub.name(),
      // Told once, by `gate help flags`. Commander guesses by those that are visible where one is misspelt.
      formatHelp: (asked, help) => {
        const all = help.visibleOptions(asked);
        help.visibleOptions = () => all.filter(({ flags }) => !told.has(flags));
        return commander.Help.prototype.formatHelp.call(help, asked, help);
      },
    })
    .addHelpText(
      "after",
      ["", "Examples:", ...lines, ...(notes.length > 0 ? ["", ...notes] : []), "", FLAGS].join("\n"),
    );
}

const FLAGS = "Flags of every command: gate help flags";

/** What every command takes: told once, because it is the same everywhere. */
export function explainFlags(): string {
  const flags = [...Object.values(GLOBAL_OPTIONS), ...ASKING].map(({ flag, about }) => [flag, about] as const);
  const width = Math.max(...flags.map(([flag]) => flag.length));
  return `Flags of every command, before or after it:\n${flags.map(([flag, about]) => `  ${flag.padEnd(width)}  ${about}\n`).join("")}`;
}
