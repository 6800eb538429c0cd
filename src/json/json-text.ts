/**
 * JSON as text: the values of key-value state.
 *
 * A value goes through the program as the text it was given as, never as an object
 * and back: an object puts keys that look like numbers first and gives `__proto__`
 * a meaning, and a number rounds what it cannot hold. So a value is stored, copied
 * and printed with its own digits and its own order.
 */
import { GateError } from "../base/errors.ts";

/** A value of a result that is JSON text already; whoever prints the result puts the text in its place. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** JSON in ASCII alone, as Python writes it: programs read it in any locale. */
export function inAscii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, numbered);
}

/** The same for people: letters of other scripts instead of their numbers, but for what cannot be shown alone. */
export function fromAscii(json: string): string {
  return json.replace(/\\(?:u[\da-f]{4}(?:\\u[\da-f]{4})*|.)/gi, (sequence) => {
    if (sequence[1] !== "u") return sequence;
    const units = sequence
      .slice(2)
      .split("\\u")
      .map((digits) => Number.parseInt(digits, 16));
    return Array.from(String.fromCharCode(...units), (letter) => (isShown(letter) ? letter : numbered(letter))).join(
      "",
    );
  });
}

function isShown(letter: string): boolean {
  return letter > "\x7f" && /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(letter);
}

function numbered(text: string): string {
  return text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A number that would be another one once it was read; `undefined` where all stay what they are. */
export function inexactNumber(json: string): string | undefined {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g) ?? [];
  return tokens.find((token) => !token.startsWith('"') && !staysExact(token));
}

/** A fraction is rounded everywhere, a whole number only where it is too long. */
function staysExact(token: string): boolean {
  const number = Number(token);
  return Number.isFinite(number) && (!/^-?\d+$/.test(token) || BigInt(number) === BigInt(token));
}

/** As `JSON.stringify`, which would make null of `NaN` and leave functions out: here they throw, as cycles do. */
export function stringify(value: unknown, indentation = 0): string | undefined {
  return JSON.stringify(value, refuse, indentation) as string | undefined;
}

/** The JSON text of a value. `INVALID_ARGUMENT` for what JSON would lose: `undefined`, functions, `NaN`, cycles. */
export function toJsonText(value: unknown): string {
  let text: string | undefined;
  try {
    text = stringify(value);
  } catch (cause) {
    throw new GateError("INVALID_ARGUMENT", `Cannot save the value: ${(cause as Error).message}`, { cause });
  }
  if (text !== undefined) return text;
  throw new GateError("INVALID_ARGUMENT", `Cannot save the value: ${typeof value} is no JSON`);
}

function refuse(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`${value} is no JSON`);
  if (typeof value === "function" || typeof value === "symbol") throw new TypeError(`a ${typeof value} is no JSON`);
  return value;
}
