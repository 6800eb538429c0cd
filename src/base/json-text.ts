/**
 * JSON as text: the values of key-value state.
 *
 * A value goes through the program as the text it was given as, never as an object
 * and back: an object puts keys that look like numbers first and gives `__proto__`
 * a meaning, and a number rounds what it cannot hold. So a value is stored, copied
 * and printed with its own digits and its own order.
 */
import { GateError } from "./errors.ts";

/** A value of a result that is JSON text already; whoever prints the result puts the text in its place. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The text without the space between its parts; `undefined` where it is no JSON. */
export function compactJson(text: string): string | undefined {
  if (parseJson(text) === undefined) return undefined;
  let compact = "";
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (isSpace(code)) {
      compact += text.slice(copied, at);
      copied = at + 1;
    }
  }
  return compact + text.slice(copied);
}

/** What the text says; `undefined` where it is no JSON, which itself can never say that. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The JSON text of a value. `INVALID_ARGUMENT` for what JSON would lose: `undefined`, functions, `NaN`, cycles. */
export function toJsonText(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, refuse);
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

/** The text on lines of its own, indented by two spaces for each level; `depth` is the level it begins at. */
export function prettyJson(compact: string, depth = 0): string {
  let pretty = "";
  let level = depth;
  const line = () => `\n${"  ".repeat(level)}`;
  for (let at = 0; at < compact.length; at++) {
    const character = compact[at]!;
    if (character === '"') {
      const end = endOfString(compact, at);
      pretty += compact.slice(at, end + 1);
      at = end;
    } else if ((character === "{" || character === "[") && /[}\]]/.test(compact[at + 1]!)) {
      pretty += character + compact[++at]!;
    } else if (character === "{" || character === "[") {
      level++;
      pretty += character + line();
    } else if (character === "}" || character === "]") {
      level--;
      pretty += line() + character;
    } else pretty += character === "," ? `,${line()}` : character === ":" ? ": " : character;
  }
  return pretty;
}

/** Whether two texts say the same; the order of keys and the spelling of numbers do not count. */
export function isSameJson(one: string, other: string): boolean {
  return one === other || isSame(parseJson(one), parseJson(other));
}

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const entries = Object.entries(one);
  if (entries.length !== Object.keys(other).length) return false;
  return entries.every(
    ([key, value]) => Object.hasOwn(other, key) && isSame(value, (other as Record<string, unknown>)[key]),
  );
}

/**
 * The members of an object in their order, each value as the text it has there;
 * `undefined` where the text is no JSON object. Of a key that is there twice the
 * last one counts, as everywhere.
 */
export function membersOf(text: string): Map<string, string> | undefined {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return partsOf(text, "{", (at) => {
    const end = endOfString(text, at);
    return { key: JSON.parse(text.slice(at, end + 1)) as string, from: skipSpace(text, text.indexOf(":", end) + 1) };
  });
}

/** The items of a list, each as the text it has there; `undefined` where the text is no JSON list. */
export function itemsOf(text: string): string[] | undefined {
  if (!Array.isArray(parseJson(text))) return undefined;
  let count = 0;
  return [...partsOf(text, "[", (at) => ({ key: String(count++), from: at })).values()];
}

function partsOf(
  text: string,
  open: "{" | "[",
  read: (at: number) => { readonly key: string; readonly from: number },
): Map<string, string> {
  const parts = new Map<string, string>();
  for (let at = skipSpace(text, text.indexOf(open) + 1); text[at] !== "}" && text[at] !== "]"; ) {
    const { key, from } = read(at);
    const end = endOfValue(text, from);
    parts.set(key, text.slice(from, end));
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return parts;
}

const QUOTE = 34;
const BACKSLASH = 92;

/** Where the quote stands that ends the string which begins at `start`, in text that is JSON. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end;
  }
}

/** Where the value ends that begins at `start`, in text that is JSON. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; ; at++) {
    const character = text[at];
    const isBehind = depth === 0 && (character === "," || isSpace(text.charCodeAt(at)));
    if (character === undefined || isBehind) return at;
    if (character === '"') {
      at = endOfString(text, at);
      if (depth === 0) return at + 1;
    } else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    }
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
