/**
 * Names from outside. Issue numbers, run ids, namespaces and the like become
 * parts of file names, so they are matched against what is allowed and never
 * cleaned up: a name that needs cleaning is not the name that was meant.
 */
import { GateError } from "./errors.ts";

/** The number of an issue: 7 for `"007"` and `"#7"`. Throws `UNSAFE_PATH` or `INVALID_ARGUMENT` for what is no issue number. */
export function parseIssueNumber(text: string): number {
  const value = /^#?\d+$/.test(text) ? Number(text.replace("#", "")) : Number.NaN;
  if (Number.isSafeInteger(value) && value > 0) return value;
  const code = text !== "" && faultOfName(text) !== undefined ? "UNSAFE_PATH" : "INVALID_ARGUMENT";
  throw new GateError(code, `Cannot read issue number: expected a positive whole number, got ${JSON.stringify(text)}`, {
    hint: "Give the number alone, for example 42.",
  });
}

const MAX_NAME = 128;
const WINDOWS_DEVICES = new Set(["con", "prn", "aux", "nul"]);
const NUMBERED_DEVICES = new Set(["com", "lpt"]);

/**
 * Says why a text cannot be the name of a file in the state tree, or `undefined`
 * when it can. Refused: separators, `..`, control characters, a leading `.` or
 * `-`, `:`, a trailing dot or space, Windows device and short names, over 128 characters.
 */
export function faultOfName(name: string): string | undefined {
  const last = name.at(-1);
  if (last === undefined) return "it is empty";
  if (name.length > MAX_NAME) return `it is longer than ${MAX_NAME} characters`;
  if (name.includes("/") || name.includes("\\")) return "it holds a path separator";
  if (holdsControl(name)) return "it holds a control character";
  if (name.includes("..")) return "it holds `..`";
  if (name.startsWith(".") || name.startsWith("-")) return `it starts with \`${name[0]}\``;
  if (name.includes(":")) return "it holds `:`";
  if (last === "." || last === " ") return "it ends with a dot or a space";
  if (isWindowsDevice(name)) return "it is a Windows device name";
  if (name.includes("~") && /~\d/.test(name)) return "it looks like a Windows short name";
  return undefined;
}

// Every path of every command comes by here, and each pattern would be compiled anew in each process.
function holdsControl(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  }
  return false;
}

function isWindowsDevice(name: string): boolean {
  const [stem = ""] = name.toLowerCase().split(".", 1);
  return (
    WINDOWS_DEVICES.has(stem) || (stem.length === 4 && NUMBERED_DEVICES.has(stem.slice(0, 3)) && isDigit(stem[3]!))
  );
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}
