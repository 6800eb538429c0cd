/**
 * Standard output and error, written at once and to the last byte.
 *
 * The streams of Node would lose what a slow reader has not taken yet when the
 * process ends, and cost more to set up than the writing itself.
 */
import { GateError } from "../base/errors.ts";
import { asGateError, codeOf } from "./errors.ts";
import { system } from "./system.ts";

const WAIT = 2;

/**
 * Writes all of a text; `false` where nobody reads any more. `IO` where the
 * system does not take it, such as on a full disk.
 */
export function writeOutput(to: "output" | "error", text: string): boolean {
  const bytes = new TextEncoder().encode(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += system.writeSync(to === "output" ? 1 : 2, bytes, written, bytes.length - written, null);
    } catch (error) {
      const code = codeOf(error);
      if (code === "EPIPE" || code === "EOF") return false;
      // A reader that is slow behind a pipe that does not wait.
      if (code === "EAGAIN") system.pause(WAIT);
      else throw asLost(error, to);
    }
  }
  return true;
}

function asLost(error: unknown, to: "output" | "error"): unknown {
  const wrapped = asGateError(error, "write to", `standard ${to}`);
  if (!(wrapped instanceof GateError)) return wrapped;
  return new GateError("IO", wrapped.message, {
    hint: "The answer is lost, but what the command did is done. Send its output somewhere else.",
    cause: error,
  });
}
