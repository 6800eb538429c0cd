/** The command line: words in, words and an exit code out. What it does is all in the gate. */
import { exitCodeOf, GateError } from "../base/errors.ts";
import { failureOf, failureToWire } from "../base/failure.ts";
import { toJson } from "../base/json.ts";
import { printable } from "../base/line.ts";
import { openGate } from "../gate/gate.ts";
import { print } from "./answer.ts";
import type { Action, Call } from "./command.ts";
import { type GivenFlags, readFlags, readPlain, splitCommand, wantsJson } from "./flags.ts";
import { Interrupted, type Io, processIo } from "./io.ts";
import { readDeclared } from "./read-declared.ts";
import { COMMANDS } from "./registry.ts";
import { styleOf } from "./style.ts";

export { processIo };

const INTERNAL = 70;
const INTERRUPTED = 130;

/** Runs the program with its arguments and returns its exit code. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const found = (await findPlain(argv)) ?? (await findDeclared(argv));
    const parsed = found ?? (await (await import("./parse.ts")).parse(argv, io));
    if ("text" in parsed) {
      io.out(parsed.text);
      return 0;
    }
    const call = makeCall(parsed.given, io);
    const answer = await parsed.action(call);
    await print(answer, call);
    return answer.exitCode ?? 0;
  } catch (error) {
    if (error instanceof Interrupted) return INTERRUPTED;
    const code = report(error, wantsJson(argv), io);
    const { name } = splitCommand(argv);
    return COMMANDS.find((command) => command.name === name)?.failureCode ?? code;
  }
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

function makeCall(given: GivenFlags, io: Io): Call {
  const flags = readFlags(given);
  const { root, lockTimeout, dryRun, ifMatch } = flags;
  return {
    io,
    flags,
    write: { dryRun, ...(ifMatch !== undefined && { ifMatch }) },
    openGate: (options = {}) =>
      openGate({
        cwd: io.cwd,
        ...options,
        home: io.home,
        ...(root !== undefined && { root }),
        ...(lockTimeout !== undefined && { lockTimeout }),
      }),
  };
}

/** Says what failed and returns the exit code for it. */
function report(error: unknown, json: boolean, io: Io): number {
  const ours = error instanceof GateError;
  const failure = failureOf(error);
  const { message, hint } = failure;
  const { red, dim } = styleOf(io, "error");
  // A hint may be followed by lines to paste.
  const hints = hint?.split("\n").map((line) => `  ${dim(printable(line))}\n`) ?? [];
  const text = `${red("error:")} ${printable(message)}\n${hints.join("")}`;
  const object = toJson(failureToWire(failure));
  const said = json && attempt(() => io.out(`${object}\n`));
  // Where standard output takes nothing, people may still see why; where nothing takes anything, the exit code says it.
  if (!said) attempt(() => io.error(text));
  if (io.environment["DEBUG"] && error instanceof Error) attempt(() => io.error(`${error.stack}\n`));
  return ours ? exitCodeOf(error.code) : INTERNAL;
}

function attempt(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
