/** What a call is made with, and what its failures come to. */
import { actorOf } from "../base/actor.ts";
import { exitCodeOf, GateError } from "../base/errors.ts";
import { failureOf } from "../base/failure.ts";
import { printable } from "../base/line.ts";
import { openGate, personalHooks } from "../gate/gate.ts";
import { toJson } from "../json/to-json.ts";
import { failureToWire } from "../json/wire.ts";
import type { Call } from "./command.ts";
import { type Flags, wantsBestEffort, wantsJson } from "./flags.ts";
import { Interrupted, type Io } from "./io.ts";
import { styleOf } from "./style.ts";

const INTERNAL = 70;
const INTERRUPTED = 130;

/**
 * Does what makes and answers a call, and returns its exit code: that of `act`, or of
 * its failure, which is said. `failureCode` is another one for failures. Never throws.
 */
export async function perform(
  argv: readonly string[],
  io: Io,
  act: () => Promise<number>,
  failureCode?: number,
): Promise<number> {
  const isWarning = wantsBestEffort(argv);
  try {
    const code = await act();
    return isWarning ? 0 : code;
  } catch (error) {
    if (error instanceof Interrupted) return INTERRUPTED;
    const code = report(error, { json: wantsJson(argv), isWarning }, io);
    return isWarning ? 0 : (failureCode ?? code);
  }
}

export function makeCall(flags: Flags, io: Io, behind?: readonly string[]): Call {
  const { root, lockTimeout, dryRun, ifMatch } = flags;
  const session = io.environment["GATE_SESSION"] || undefined;
  const actor = session && actorOf("session", session);
  const workflowHooks = personalHooks(io.environment, io.home, (text) => io.error(text));
  return {
    io,
    flags,
    behind,
    write: { dryRun, ...(ifMatch !== undefined && { ifMatch }) },
    openGate: (options = {}) =>
      openGate({ cwd: io.cwd, root, ...options, home: io.home, lockTimeout, session, actor, workflowHooks }),
  };
}

/** How a failure is said. */
interface Said {
  readonly json: boolean;
  /** It stops nobody. */
  readonly isWarning: boolean;
}

/** Says what failed and returns the exit code for it. */
function report(error: unknown, { json, isWarning }: Said, io: Io): number {
  const failure = failureOf(error);
  const { message, hint } = failure;
  const { red, yellow, dim } = styleOf(io, "error");
  // A hint may be followed by lines to paste.
  const hints = hint?.split("\n").map((line) => `  ${dim(printable(line))}\n`) ?? [];
  const text = `${isWarning ? yellow("warning:") : red("error:")} ${printable(message)}\n${hints.join("")}`;
  const object = toJson(failureToWire(failure));
  const isOut = json && succeeds(() => io.out(`${object}\n`));
  // Where standard output takes nothing, people may still see why; where nothing takes anything, the exit code says it.
  if (!isOut) succeeds(() => io.error(text));
  if (io.environment["DEBUG"] && error instanceof Error) succeeds(() => io.error(`${error.stack}\n`));
  return error instanceof GateError ? exitCodeOf(error.code) : INTERNAL;
}

function succeeds(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
