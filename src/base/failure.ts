/** A failure as programs are told of it, by every surface in the same words. */
import { GateError } from "./errors.ts";

/** What is said of a failure; the code is `INTERNAL` where it is a fault of the program. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly path: string | undefined;
  readonly hint: string | undefined;
}

/** What there is to say of anything that was thrown. */
export function failureOf(error: unknown): Failure {
  const { code, message, path, hint } = error instanceof GateError ? error : unexpected(error);
  return { code, message, path, hint };
}

function unexpected(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const hint = "This is a fault of the program. Run it again with DEBUG=1 to see where, and report it.";
  return { code: "INTERNAL", message: `Cannot go on: ${message}`, path: undefined, hint };
}
