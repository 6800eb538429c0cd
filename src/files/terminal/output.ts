/**
 * Standard output and error, written at once and to the last byte.
 *
 * The streams of Node would lose what a slow reader has not taken yet when the
 * process ends, and cost more to set up than the writing itself.
 */
import { GateError } from "../../base/errors.ts";
import { asGateError } from "../guard/errors.ts";
import { writeStream } from "./stream.ts";

/**
 * Writes all of a text; `false` where nobody reads any more. `IO` where the
 * system does not take it, such as on a full disk.
 */
export function writeOutput(to: "output" | "error", text: string): boolean {
  try {
    return writeStream(to, text);
  } catch (error) {
    throw asLost(error, to);
  }
}

function asLost(error: unknown, to: "output" | "error"): unknown {
  const wrapped = asGateError(error, "write to", `standard ${to}`);
  if (!(wrapped instanceof GateError)) return wrapped;
  return new GateError("IO", wrapped.message, {
    hint: "The answer is lost, but what the command did is done. Send its output somewhere else.",
    cause: error,
  });
}
