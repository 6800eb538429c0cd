/**
 * Arguments, read by commander.
 *
 * Each call gets one flat command that has both the flags of all commands and its
 * own. Nested commands would be commander's way, but there the outer one takes its
 * flags out first, even where they are the value of an inner one: in
 * `save --log "--json"` the log would be lost.
 */
import { Command, CommanderError, Help } from "commander";
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import type { Action, CommandGroup, CommandModule, Registered } from "../command.ts";
import { type GivenFlags, GLOBAL_FLAGS, splitCommand } from "../flags.ts";
import type { Io } from "../io.ts";
import { COMMANDS } from "../registry.ts";

/** A call to be made, or a text that answers it already, such as help. */
export type Parsed = { readonly action: Action; readonly given: GivenFlags } | { readonly text: string };

/** Reads the arguments. `INVALID_ARGUMENT` where they make no call, with what may have been meant. */
export async function parse(argv: readonly string[], io: Pick<Io, "version">): Promise<Parsed> {
  const { name, rest } = splitCommand(argv);
  if (name === undefined) return parseNothing(makeRoot(), rest, io);
  const registered = findCommand(name);
  const module = await registered.load();
  if (!("subcommands" in module)) return parseCommand(registered, module, rest, io);
  const inner = splitCommand(rest);
  if (inner.name === undefined) return parseNothing(makeGroup(registered, module), inner.rest, io);
  const subcommand = findSubcommand(registered, module, inner.name);
  return parseCommand(subcommand, await subcommand.load(), inner.rest, io);
}

/** The command of this name; `INVALID_ARGUMENT` with the nearest one where there is none. */
export function findCommand(name: string): Registered {
  return find(COMMANDS, name, makeRoot());
}

/** The command behind the word of a group, under both words. */
export function findSubcommand(group: Registered, module: CommandGroup, name: string): Registered<CommandModule> {
  const found = find(module.subcommands, name, makeGroup(group, module));
  return { ...found, name: `${group.name} ${found.name}` };
}

function find<R extends Registered>(commands: readonly R[], name: string, root: Command): R {
  const found = commands.find((command) => command.name === name);
  if (found) return found;
  // Commander knows what is near; it says so in the error.
  read(root, ["--", name]);
  throw new GateError("INVALID_ARGUMENT", `Cannot run ${root.name()}: unknown command '${printable(name)}'`);
}

function parseCommand(
  registered: Pick<Registered, "name" | "summary">,
  module: CommandModule,
  argv: readonly string[],
  io: Pick<Io, "version">,
): Parsed {
  const { command, action } = build(registered, module, io);
  const text = read(command, argv);
  return text === undefined ? { action, given: command.opts<GivenFlags>() } : { text };
}

/** The commander command of one of ours, with all flags, and what runs it. */
export function build(
  { name, summary }: Pick<Registered, "name" | "summary">,
  module: CommandModule,
  io: Pick<Io, "version">,
): { readonly command: Command; readonly action: Action } {
  const command = new Command(`gate ${name}`);
  command.description(module.description).summary(summary).optionsGroup("Options:");
  const action = actionOf(module, command);
  addGlobals(command, io);
  command.addHelpText("after", () => formatExamples(module)).action(() => {});
  return { command, action };
}

function actionOf(module: CommandModule, command: Command): Action {
  if ("action" in module) return module.action;
  return "declare" in module ? module.declare(command) : module.define(command);
}

/** The help of the program: what it is, its commands, the flags of them all. */
export function programHelp(io: Pick<Io, "version">): string {
  return helpOf(addGlobals(makeRoot(), io));
}

/** The help of a group: what it is for, and its commands. */
export function groupHelp(group: Registered, module: CommandGroup, io: Pick<Io, "version">): string {
  return helpOf(addGlobals(makeGroup(group, module), io));
}

/** The help of one command. */
export function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

function parseNothing(root: Command, argv: readonly string[], io: Pick<Io, "version">): Parsed {
  const command = addGlobals(root, io).action(() => {});
  const text = read(command, argv);
  if (text !== undefined) return { text };
  if (!command.opts<GivenFlags>().json) return { text: helpOf(command) };
  throw new GateError("INVALID_ARGUMENT", `Cannot run ${root.name()}: no command is given`, {
    hint: `Run \`${root.name().replace("gate", "gate help")}\` to see all commands.`,
  });
}

function makeGroup({ name, summary }: Registered, module: CommandGroup): Command {
  const group = new Command(`gate ${name}`).usage("<command> [options]").helpCommand(false);
  group.description(module.description).summary(summary).commandsGroup("Commands:");
  for (const each of module.subcommands) group.command(each.name).summary(each.summary).helpOption(false);
  return group.addHelpText("after", () => formatExamples(module));
}

function makeRoot(): Command {
  const root = new Command("gate").usage("[options] <command> [arguments]").helpCommand(false);
  root.description("The door to the state files of coding agents: reads, checks and changes .claude/state.md safely.");
  root.commandsGroup("Commands:");
  for (const { name, summary } of COMMANDS) root.command(name).summary(summary).helpOption(false);
  root.addHelpText("after", () =>
    formatExamples({
      examples: [
        ["gate start 1234 --title 'Add rate limiting'", "begin with an issue"],
        ["gate save --done 'Wrote the middleware' --doing 'Tests:40'", "record what was done"],
        ["gate status", "see where things stand"],
        ["gate done --pr https://github.com/o/r/pull/5", "finish the issue"],
        ["gate help save", "see all that can be recorded"],
      ],
    }),
  );
  return root;
}

function addGlobals(command: Command, { version }: Pick<Io, "version">): Command {
  command.optionsGroup("Global options:");
  for (const [flag, description] of GLOBAL_FLAGS) command.option(flag, description);
  return command
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .configureHelp({ helpWidth: 100, subcommandTerm: (sub) => sub.name(), formatHelp: commandsFirst });
}

/** Commander lists the commands behind the options, where nobody sees them. */
function commandsFirst(command: Command, help: Help): string {
  const parts = Help.prototype.formatHelp.call(help, command, help).trimEnd().split("\n\n");
  const isCommands = (part: string) => part.startsWith("Commands:");
  const [usage, about, ...rest] = parts.filter((part) => !isCommands(part));
  return `${[usage, about, ...parts.filter(isCommands), ...rest].join("\n\n")}\n`;
}

function formatExamples({ examples, notes = [] }: Pick<CommandModule, "examples" | "notes">): string {
  const width = Math.max(...examples.map(([call]) => call.length));
  const lines = examples.map(([call, does]) => `  ${call.padEnd(width)}  ${does}`);
  return ["", "Examples:", ...lines, ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}

/** Reads arguments into the command; the text that commander answers with itself, for help and the version. */
function read(command: Command, argv: readonly string[]): string | undefined {
  let text = "";
  command.exitOverride().configureOutput({ writeOut: (part) => (text += part), outputError: () => {} });
  try {
    command.parse(argv, { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return text;
    throw asUsageError(error, command.name());
  }
}

function asUsageError(error: CommanderError, name: string): GateError {
  const [, reason = "", suggestion] = /^(?:error: )?(.*?)(?:\n\((Did you mean .*)\))?$/s.exec(error.message) ?? [];
  const help =
    name === "gate" ? "Run `gate help` to see all commands." : `Run \`${name} --help\` to see what it takes.`;
  return new GateError("INVALID_ARGUMENT", `Cannot run ${name}: ${printable(reason)}`, {
    hint: suggestion === undefined ? help : printable(suggestion),
  });
}
