/** A call from its flags to what is printed and the exit code. Which command it is, others have found. */
import { exitCodeOf, GateError } from "../base/errors.ts";
import { failureOf } from "../base/failure.ts";
import { printable } from "../base/line.ts";
import { openGate } from "../gate/gate.ts";
import { toJson } from "../json/to-json.ts";
import { failureToWire } from "../json/wire.ts";
import type { Action, Answer, Call } from "./command.ts";
import { type GivenFlags, readFlags, wantsJson } from "./flags.ts";
import { Interrupted, type Io } from "./io.ts";
import { styleOf } from "./style.ts";

const INTERNAL = 70;
const INTERRUPTED = 130;

/** A call to be made, or a text that answers it already, such as help. */
export type Found = { readonly action: Action; readonly given: GivenFlags } | { readonly text: string };

export interface Ways {
  print(answer: Answer, call: Call): Promise<void> | void;
  /** Another exit code for a failure. */
  failureCode?(): number | undefined;
}

/**
 * Finds the call, makes it, prints its answer and returns the exit code. Never throws.
 */
export async function perform(
  find: () => Promise<Found>,
  argv: readonly string[],
  io: Io,
  { print, failureCode }: Ways,
): Promise<number> {
  try {
    const found = await find();
    if ("text" in found) {
      io.out(found.text);
      return 0;
    }
    const call = makeCall(found.given, io);
    const answer = await found.action(call);
    await print(answer, call);
    return answer.exitCode ?? 0;
  } catch (error) {
    if (error instanceof Interrupted) return INTERRUPTED;
    const code = report(error, wantsJson(argv), io);
    return failureCode?.() ?? code;
  }
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
