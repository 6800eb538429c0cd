/** The command line: words in, words and an exit code out. What it does is all in the gate. */
import { print } from "./answer.ts";
import type { Action } from "./command.ts";
import { type GivenFlags, readPlain, splitCommand } from "./flags.ts";
import { type Io, processIo } from "./io.ts";
import { perform } from "./perform.ts";
import { readDeclared } from "./read-declared.ts";
import { COMMANDS } from "./registry.ts";

export { processIo };

/** Runs the program with its arguments and returns its exit code. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const find = async () =>
    (await findPlain(argv)) ??
    (await findDeclared(argv)) ??
    (await (await import("./commander/parse.ts")).parse(argv, io));
  const failureCode = () => {
    const { name } = splitCommand(argv);
    return COMMANDS.find((command) => command.name === name)?.failureCode;
  };
  return await perform(find, argv, io, { print, failureCode });
}

async function findPlain(argv: readonly string[]): Promise<{ action: Action; given: GivenFlags } | undefined> {
  const plain = readPlain(argv);
  const registered = plain && COMMANDS.find(({ name }) => name === plain.name);
  const module = await registered?.load();
  const action = module && ("action" in module ? module.action : "plain" in module ? module.plain : undefined);
  return action && { action, given: plain!.given };
}

async function findDeclared(argv: readonly string[]): Promise<{ action: Action; given: GivenFlags } | undefined> {
  const { name, rest } = splitCommand(argv);
  const module = await COMMANDS.find((command) => command.name === name)?.load();
  return module && "declare" in module ? readDeclared(module, rest) : undefined;
}
