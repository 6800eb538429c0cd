/**
 * Failures. A document that is odd yields diagnostics; an operation that did not
 * happen throws exactly one `GateError`. Callers match on `code`, never on text:
 * the code decides the exit status, the message is for people.
 */

const EXIT_CODES = {
  CORRUPT: 1,
  FOREIGN_FORMAT: 1,
  INVALID_RESULT: 1,
  NOT_PROVEN: 1,
  INVALID_ARGUMENT: 2,
  UNSAFE_PATH: 2,
  NOT_FOUND: 3,
  NO_ACTIVE_WORK: 3,
  CONSENT_REQUIRED: 3,
  DECLINED: 3,
  DRY_RUN: 3,
  INCOMPLETE: 3,
  LOCKED: 4,
  CONFLICT: 4,
  CLAIMED: 4,
  BACKEND_UNAVAILABLE: 4,
  IO: 5,
  UNSUPPORTED_VERSION: 5,
} as const;

/** The closed set of reasons for which an operation does not happen. */
export type GateErrorCode = keyof typeof EXIT_CODES;

/** What a `GateError` knows besides its code and message. */
export interface GateErrorOptions {
  /** The file the failure is about, relative to the project where it is inside. */
  readonly path?: string | undefined;
  /** What to do about it, in the imperative. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** An operation that did not happen. The message reads `Cannot <verb> <thing>: <reason>`. */
export class GateError extends Error {
  override readonly name = "GateError";
  readonly code: GateErrorCode;
  readonly path: string | undefined;
  readonly hint: string | undefined;

  constructor(code: GateErrorCode, message: string, options: GateErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.path = options.path;
    this.hint = options.hint;
  }

  /** The program is several bundles, each with a class of its own: what has the name and a code is one. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "GateError" && "code" in value;
  }
}

/** What `act` gives; `undefined` where the operation did not happen, for one of these reasons if any are named. */
export function attempt<T>(act: () => T, ...codes: readonly GateErrorCode[]): T | undefined {
  try {
    return act();
  } catch (error) {
    return absentAfter(error, codes);
  }
}

/** As `attempt`, for an operation that is awaited. */
export async function attemptLater<T>(
  act: () => T | Promise<T>,
  ...codes: readonly GateErrorCode[]
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    return absentAfter(error, codes);
  }
}

function absentAfter(error: unknown, codes: readonly GateErrorCode[]): undefined {
  if (error instanceof GateError && (codes.length === 0 || codes.includes(error.code))) return undefined;
  throw error;
}

/** The process exit status for a code: 1 the document, 2 usage, 3 not now, 4 try again, 5 the machine. */
export function exitCodeOf(code: GateErrorCode): number {
  return EXIT_CODES[code];
}
