/**
 * Names from outside. Issue numbers, run ids, namespaces and the like become
 * parts of file names, so they are matched against what is allowed and never
 * cleaned up: a name that needs cleaning is not the name that was meant.
 */
import { GateError } from "./errors.ts";

/** An issue number: a positive whole number, at most 2^53-1. `007` is 7. */
export function parseIssueNumber(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value > 0) return value;
  const code = text !== "" && faultOfName(text) !== undefined ? "UNSAFE_PATH" : "INVALID_ARGUMENT";
  throw new GateError(code, `Cannot read issue number: expected a positive whole number, got ${JSON.stringify(text)}`, {
    hint: "Give the number alone, for example: gate start 42",
  });
}

const MAX_NAME = 128;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Says why a text cannot be the name of a file in the state tree, or `undefined`
 * when it can. Refused: separators, `..`, control characters, a leading `.` or
 * `-`, `:`, a trailing dot or space, Windows device and short names, over 128 characters.
 */
export function faultOfName(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name.length > MAX_NAME) return `it is longer than ${MAX_NAME} characters`;
  if (/[/\\]/.test(name)) return "it holds a path separator";
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) return "it holds a control character";
  if (name.includes("..")) return "it holds `..`";
  if (/^[.-]/.test(name)) return `it starts with \`${name[0]}\``;
  if (name.includes(":")) return "it holds `:`";
  if (/[. ]$/.test(name)) return "it ends with a dot or a space";
  if (WINDOWS_DEVICE.test(name)) return "it is a Windows device name";
  if (/~\d/.test(name)) return "it looks like a Windows short name";
  return undefined;
}
