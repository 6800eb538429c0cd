/** What is said to words that make no call: help and the version where they ask for it, else what is wrong with them. */
import { type Command, CommanderError } from "commander";
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import type { Registered } from "../command.ts";
import { readFolder, splitCommand } from "../flags.ts";
import { splitBehind } from "../read-words.ts";
import { makeCommand, makeGroup, makeProgram } from "./make.ts";
import { MEANT, meantBy } from "./meant.ts";

/**
 * The answer to the words, as text. `INVALID_ARGUMENT` where they are wrong, with what
 * may have been meant; `undefined` where they make a call all the same.
 */
export async function explain(
  argv: readonly string[],
  commands: readonly Registered[],
  version: string,
): Promise<string | undefined> {
  const { name, rest } = splitCommand(argv);
  const makeRoot = () => makeProgram(commands, version);
  if (name === undefined) return explainNothing(makeRoot(), rest);
  const found = find(commands, name, makeRoot);
  const module = await found.load();
  if (!("subcommands" in module)) return read(makeCommand(found, module, version), splitBehind(module, rest).own);
  const inner = splitCommand(rest);
  const makeParent = () => makeGroup(found, module, version);
  if (inner.name === undefined) return explainNothing(makeParent(), inner.rest);
  const { summary, load } = find(module.subcommands, inner.name, makeParent);
  return read(makeCommand({ name: `${name} ${inner.name}`, summary }, await load(), version), inner.rest);
}

function find<R extends Registered>(commands: readonly R[], name: string, makeParent: () => Command): R {
  const found = commands.find((command) => command.name === name);
  if (found) return found;
  const parent = makeParent();
  const meant = parent.name() === "gate" ? MEANT.get(name) : undefined;
  if (meant !== undefined) {
    throw new GateError("INVALID_ARGUMENT", `Cannot run gate: unknown command '${name}'`, { hint: `Use: ${meant}` });
  }
  // Commander knows what is near; it says so in the error.
  read(parent, ["--", name]);
  throw new GateError("INVALID_ARGUMENT", `Cannot run ${parent.name()}: unknown command '${printable(name)}'`, {
    hint: "Run `gate help` to see all commands.",
  });
}

/** Without a command there is help, but none for a program. */
function explainNothing(parent: Command, argv: readonly string[]): string {
  const text = read(
    parent.action(() => {}),
    argv,
  );
  if (text !== undefined) return text;
  const { root } = parent.opts<{ root?: string }>();
  if (root !== undefined) readFolder(root, "--root");
  if (!parent.opts<{ json?: boolean }>().json) return read(parent, ["--help"])!;
  throw new GateError("INVALID_ARGUMENT", `Cannot run ${parent.name()}: no command is given`, {
    hint: `Run \`${parent.name().replace("gate", "gate help")}\` to see all commands.`,
  });
}

/** The text that commander answers with; `undefined` where it finds nothing wrong. */
function read(command: Command, argv: readonly string[]): string | undefined {
  let text = "";
  command.exitOverride().configureOutput({ writeOut: (part) => (text += part), outputError: () => {} });
  try {
    command.parse(argv, { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return text;
    throw asUsageError(error, command);
  }
}

function asUsageError(error: CommanderError, command: Command): GateError {
  const name = command.name();
  const [, told = "", suggestion] = /^(?:error: )?(.*?)(?:\n\((Did you mean .*)\))?$/s.exec(error.message) ?? [];
  const help =
    name === "gate" ? "Run `gate help` to see all commands." : `Run \`${name} --help\` to see what it takes.`;
  const { reason = told, hint = suggestion ?? help } = inOwnWords(told, command, help);
  return new GateError("INVALID_ARGUMENT", `Cannot run ${name}: ${printable(reason)}`, { hint: printable(hint) });
}

/** What commander says too shortly to be acted on. */
function inOwnWords(told: string, command: Command, help: string): { reason?: string; hint?: string } {
  const [, most, got] = /^too many arguments\. Expected (\d+) arguments? but got (\d+)\.$/.exec(told) ?? [];
  if (got !== undefined) {
    const taken = most === "0" ? "none is taken" : `${most} ${most === "1" ? "is" : "are"} taken`;
    const reason = `too many arguments: ${got} ${got === "1" ? "is" : "are"} given, ${taken}`;
    const say = meantBy(command.name(), command.args) ?? "Put a text of several words into quotes.";
    return { reason, hint: `${say} ${help}` };
  }
  const [, missing] = /^option '(.*)' argument missing$/s.exec(told) ?? [];
  if (missing !== undefined) return { hint: `Give it as \`${missing}\`. ${help}` };
  const [, assigned] = /^unknown option '(--[\w-]+)=.*'$/s.exec(told) ?? [];
  if (command.options.some(({ long }) => long === assigned)) {
    return { reason: `option '${assigned}' takes no value`, hint: `Give \`${assigned}\` alone.` };
  }
  const [, value, argument, choices] =
    /^command-argument value '(.*)' is invalid for argument '(.*)'\. (Allowed choices are .*)$/s.exec(told) ?? [];
  return value === undefined ? {} : { reason: `argument '${argument}' cannot be '${value}'. ${choices}` };
}
