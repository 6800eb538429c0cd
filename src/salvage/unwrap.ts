/**
 * From whatever bytes are left to the text that was meant: another encoding, NUL
 * bytes, a file that was put into a JSON string.
 *
 * Nothing is guessed that could be read in two ways: a byte that is no UTF-8 is a
 * letter of Latin-1 only inside a word, and U+FFFD everywhere else, so that who
 * reads on can tell what is damaged.
 */
import { groupBy } from "../base/group.ts";
import { parseJson } from "../base/json.ts";
import { decode } from "../text/source.ts";

interface Unwrapped {
  /** With `\n` line endings and without a byte order mark. */
  readonly text: string;
  /** The lines with the line endings they had; a lone carriage return counts as `\n`. */
  readonly endings: readonly (readonly [line: string, ending: string])[];
  /** Whether the text ends in the middle of a line, as it does when a file was cut off. */
  readonly cut: boolean;
}

/** What stands for bytes that cannot be read. */
export const UNREADABLE = "\ufffd";

const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]/g;
/** So many of the characters of a line make it one that nobody wrote. */
const MOST_CONTROLS = 0.1;

/** Whether a text is no text: half of its lines hold bytes that nobody types or that cannot be read. */
export function isNoise(text: string): boolean {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const noisy = lines.filter((line) => (line.match(CONTROL)?.length ?? 0) > MOST_CONTROLS * line.length);
  return noisy.length > 0 && 2 * noisy.length >= lines.length;
}

export function unwrap(bytes: Uint8Array): Unwrapped {
  const decoded = decodeAny(bytes);
  const unzeroed = withoutNuls(decoded.replace(/^\ufeff+/, ""));
  const text = withSpaces(withoutWrapping(unzeroed));
  // Line endings that were converted twice are one.
  const clean = withoutRepeat(
    text
      .replace(/\ufeff/g, "")
      .replace(/(?<!\r)\r\r+\n/g, "\r\n")
      .replace(/\r(?!\n)/g, "\n"),
  );
  const endings = [...clean.matchAll(/([^\r\n]*)(\r\n|\n|$)/g)].map(([, line, ending]) => [line!, ending!] as const);
  const lines = clean.replace(/\r\n/g, "\n");
  return { text: lines, endings, cut: lines !== "" && !lines.endsWith("\n") };
}

/** A text with the line endings that its lines had, also mixed; new lines take the one that most have. */
export function withEndings(text: string, { endings, cut }: Unwrapped): string {
  const ended = endings.filter(([, ending]) => ending !== "");
  const windows = ended.filter(([, ending]) => ending === "\r\n").length;
  const usual = windows * 2 > ended.length ? "\r\n" : "\n";
  const left = groupBy([...endings].reverse(), ([line]) => line);
  const lines = text.replace(/\n$/, "").split("\n");
  const last = lines.length - 1;
  const keepsOpen = cut && endings.findLast(([line]) => line !== "")?.[0] === lines[last];
  return lines.map((line, at) => line + (at === last && keepsOpen ? "" : left.get(line)?.pop()?.[1] || usual)).join("");
}

/** A file that was written twice, one copy behind the other, is one copy. */
function withoutRepeat(text: string): string {
  const half = Math.ceil(text.length / 2);
  for (const start of [half, half + 1]) {
    const copy = text.slice(start);
    const between = text.slice(copy.length, start);
    if (copy.includes("\n") && /^\r?\n?$/.test(between) && text.startsWith(copy)) return copy;
  }
  return text;
}

function decodeAny(bytes: Uint8Array): string {
  const encoding = wideEncoding(bytes);
  if (encoding) return new TextDecoder(encoding).decode(bytes);
  const { text, invalidAt } = decode(bytes);
  return invalidAt === undefined ? text : decodeMixed(bytes);
}

const SAMPLE = 4096;

/** UTF-16 has a byte order mark, or a zero in nearly every second place. */
function wideEncoding(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const sample = bytes.subarray(0, SAMPLE);
  const zeros: [number, number] = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2 ? 1 : 0]++;
  const pairs = sample.length / 2;
  if (zeros[1] > pairs * 0.6 && zeros[0] < pairs * 0.1) return "utf-16le";
  if (zeros[0] > pairs * 0.6 && zeros[1] < pairs * 0.1) return "utf-16be";
  return undefined;
}

/**
 * A text that holds no other multi-byte character is Latin-1, and so is a line where
 * it was pasted in; single bytes that are no UTF-8 are unreadable.
 */
function decodeMixed(bytes: Uint8Array): string {
  if (isNarrow(bytes, 1)) return LATIN1.decode(bytes);
  let result = "";
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(10, start);
    const end = found === -1 ? bytes.length : found + 1;
    const line = bytes.subarray(start, end);
    result += isNarrow(line, 2) ? LATIN1.decode(line) : LENIENT.decode(line).replace(/\ufffd+/g, UNREADABLE);
    start = end;
  }
  return result;
}

const LATIN1 = new TextDecoder("latin1");
const LENIENT = new TextDecoder("utf-8");

/** Whether at least so many bytes are letters of Latin-1 inside of words, and no byte is anything else beyond ASCII. */
function isNarrow(bytes: Uint8Array, least: number): boolean {
  let letters = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at]! < 0x80) continue;
    if (!isLetterInWord(bytes, at)) return false;
    letters++;
  }
  return letters >= least;
}

/** Beside a byte of a UTF-8 sequence, which goes on with one below 0xc0, nothing is such a letter. */
function isLetterInWord(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at]!;
  if (byte < 0xc0 || byte === 0xd7 || byte === 0xf7) return false;
  const around = [bytes[at - 1] ?? 32, bytes[at + 1] ?? 32];
  return around.some(isLetter) && around.every((other) => other < 0x80 || other >= 0xc0);
}

function isLetter(byte: number): boolean {
  return (byte | 32) >= 97 && (byte | 32) <= 122;
}

/**
 * NUL bytes say nothing, except that beside the digits of an issue they may stand
 * for digits that are gone: a number that is cut short names another issue. Many of
 * them are a hole: what stands on its two sides was never one line.
 */
function withoutNuls(text: string): string {
  if (!text.includes("\0")) return text;
  return text
    .replace(HOLE, (_, before: string) => (/[\r\n]/.test(before) ? before : `${before}${UNREADABLE}\n`))
    .replace(/(#\d{1,16})\0+(?=[^\0\d]|$)/g, `$1${UNREADABLE}`)
    .replace(/\0+/g, "");
}

/** Single ones get in between letters; so many of them stand in the place of others. */
const HOLE = /([^\0])\0{4,}(?=[^\0])/g;

const MAX_JSON_DEPTH = 8;
/** So many literal line breaks, and more of them than real ones, are a text that was escaped. */
const MIN_ESCAPES = 3;

/** Spaces that do not break are text, unless a program made all spaces so. */
function withSpaces(text: string): string {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return text.includes("\u00a0") && count(/\u00a0/g) > 9 * count(/ /g) && !/^#+ /m.test(text)
    ? text.replace(/\u00a0/g, " ")
    : text;
}

function withoutWrapping(text: string): string {
  const trimmed = text.trim();
  if (/^["[{]/.test(trimmed)) {
    const inside = insideJson(trimmed);
    if (inside !== undefined) return inside;
  }
  const escapes = trimmed.match(/\\r\\n|\\[nr](?![\w\\])|\\n/g)?.length ?? 0;
  const breaks = trimmed.match(/\r\n|\n|\r/g)?.length ?? 0;
  if (escapes < MIN_ESCAPES || escapes < breaks) return text;
  const opened = trimmed.replace(/^\{?\s*(?:"\w{1,40}"\s*:\s*)?"/, "").replace(/"\s*[,}]?\s*\}?$/, "");
  return opened.replace(/\\(?:u([0-9a-fA-F]{4})|(\r\n|[\s\S]))/g, (whole, code: string | undefined, letter = "") => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return UNESCAPED[letter] ?? whole;
  });
}

const UNESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", "/": "/" };

/** The longest text in a JSON value: the document somebody wrapped. */
function insideJson(text: string): string | undefined {
  return stringsIn(parseJson(text), 0)
    .filter((found) => /[\r\n]/.test(found))
    .sort((a, b) => b.length - a.length)[0];
}

function stringsIn(value: unknown, depth: number): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || depth > MAX_JSON_DEPTH) return [];
  return Object.values(value).flatMap((inner) => stringsIn(inner, depth + 1));
}
