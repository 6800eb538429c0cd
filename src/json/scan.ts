/**
 * JSON text: where its values stand, or where it stops being JSON.
 *
 * Nothing is made a value that need not be one: `JSON.parse` turns `1.0` into `1`,
 * rounds large integers, moves keys like `"10"` to the front, and knows neither
 * comments nor the `NaN` that Python writes. Whoever changes a text or keeps its
 * digits asks here where its parts are.
 *
 * Invariant: the time is linear in the text, and no depth is too much for the stack
 * of calls, because what is open lies on a list.
 */
import { COLON, COMMA, type Dialect, endOfScalar, endOfString, isToken, QUOTE, skipSpace } from "./token.ts";

interface Spot {
  readonly start: number;
  readonly end: number;
  /** The text from `start` to `end`. */
  readonly raw: string;
}

/** A value where it stands, with its parts as far down as was asked for. */
export type JsonNode =
  | (Spot & { readonly kind: "object"; readonly members: readonly JsonMember[] })
  | (Spot & { readonly kind: "array"; readonly items: readonly JsonNode[] })
  | (Spot & { readonly kind: "scalar" });

export interface JsonMember {
  readonly key: string;
  /** The key as it is written, with its quotes. */
  readonly rawKey: string;
  /** Where the key begins. */
  readonly start: number;
  readonly value: JsonNode;
}

export interface JsonFault {
  readonly kind: "fault";
  /** Where the first thing stands that cannot stand there; the length of the text where it ends too soon. */
  readonly offset: number;
  readonly reason: string;
  /** What has to stand there; a comma may instead of a bracket. */
  readonly expected?: "value" | "key" | "colon" | "}" | "]";
  /** In a string that begins at `offset`, where it stops being one. */
  readonly within?: number;
}

export interface ScanOptions {
  /** How many levels of parts the tree has; none by default. */
  readonly levels?: number;
  /** With the end of a line it is found out whether the layout is canonical. */
  readonly eol?: string;
}

export interface Scanned {
  readonly kind: "json";
  readonly root: JsonNode;
  /** Whether the layout is two spaces for each level, as `json.dump(…, indent=2)` writes it. */
  readonly canonical: boolean;
}

/** Scans a text that is one value, with space around it. */
export function scanJson(text: string, dialect: Dialect, options: ScanOptions = {}): Scanned | JsonFault {
  const scan: Scan = { levels: 0, ...options, text, dialect, open: [], indents: [], runs: [], canonical: true };
  const whole: Open = { close: 0, start: 0, key: undefined, parts: [] };
  try {
    const end = skipSpace(text, readValue(scan, skipSpace(text, 0, dialect.space), whole), dialect.space);
    if (end < text.length) return { kind: "fault", offset: end, reason: "there is text behind the end" };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return error.fault;
  }
  return { kind: "json", root: whole.parts[0] as JsonNode, canonical: scan.canonical };
}

interface Scan {
  readonly text: string;
  readonly dialect: Dialect;
  readonly levels: number;
  readonly eol?: string;
  /** What holds the container that is read, from the outermost on. */
  readonly open: Open[];
  /** A line break and two spaces for each level, by level. */
  readonly indents: string[];
  readonly runs: RegExp[];
  canonical: boolean;
}

/** A container whose end is not reached yet. */
interface Open {
  readonly close: number;
  readonly start: number;
  /** The key it stands under. */
  readonly key: Key | undefined;
  readonly parts: (JsonNode | JsonMember)[];
}

type Key = Omit<JsonMember, "value">;

const NONE: Open["parts"] = [];
const BRACKET = 91;
const BRACE = 123;
const CLOSING_BRACE = 125;
/** From an opening bracket to the closing one, of either kind. */
const TO_CLOSE = 2;

/** Reads the value at `from` and returns its end. One loop: a record is read once, by code that is not compiled yet. */
function readValue(scan: Scan, from: number, whole: Open): number {
  const { text, dialect, open, levels, eol } = scan;
  let at = from;
  let holder = whole;
  for (;;) {
    let key: Key | undefined;
    if (holder.close === CLOSING_BRACE) {
      const label = at;
      at = endOfKey(scan, label);
      if (open.length <= levels) key = keyAt(text, label);
    } else if (open.length > levels && eol !== undefined && scan.canonical) at = endOfRun(scan, at);
    const start = at;
    const first = text.charCodeAt(start);
    const close = first === BRACE || first === BRACKET ? first + TO_CLOSE : 0;
    if (close === 0) {
      at = endOfScalar(text, start, dialect);
      if (at <= 0) throw missed(text, start, "value", -at);
    } else {
      at = firstPart(scan, start + 1, close);
      if (at > 0) {
        if (open.length === dialect.deepest) throw tooDeep(at, dialect);
        open.push(holder);
        holder = { close, start, key, parts: [] };
        continue;
      }
      at = 1 - at;
    }
    if (open.length <= levels) keep(text, holder, { close, start, key, parts: NONE }, at);
    // With a part, what holds it may have ended.
    for (;;) {
      if (open.length === 0) return at;
      at = nextPart(scan, at, holder.close);
      if (at > 0) break;
      at = 1 - at;
      const ended = holder;
      holder = open.pop()!;
      if (open.length <= levels) keep(text, holder, ended, at);
    }
  }
}

/** Passes scalars in the canonical layout, each with its comma. Native code reads ten thousand features before ours is compiled. */
function endOfRun({ text, dialect, open, indents, runs }: Scan, from: number): number {
  const level = open.length;
  const run = (runs[level] ??= new RegExp(
    `(?:(?:"[^"\\\\\\u0000-\\u001f]*"|${dialect.scalar.source}),${indents[level]}(?=\\S)){0,1000}`,
    "y",
  ));
  for (let at = from; ; ) {
    run.lastIndex = at;
    run.test(text);
    if (run.lastIndex === at) return at;
    at = run.lastIndex;
  }
}

/** Behind an opening bracket, where the first part begins; the place of the closing one, negated, where there is none. */
function firstPart(scan: Scan, from: number, close: number): number {
  if (scan.text.charCodeAt(from) === close) return -from;
  const at = skipGap(scan, from, scan.open.length + 1);
  if (scan.text.charCodeAt(at) !== close) return at;
  scan.canonical = false;
  return -at;
}

/** Behind a part, where the next one begins; the place of the closing bracket, negated, where there is none. */
function nextPart(scan: Scan, from: number, close: number): number {
  const { text, dialect } = scan;
  const depth = scan.open.length;
  let at = from;
  if (text.charCodeAt(at) !== COMMA) {
    at = skipGap(scan, at, depth - 1);
    if (text.charCodeAt(at) === close) return -at;
    if (text.charCodeAt(at) !== COMMA) throw missed(text, at, close === CLOSING_BRACE ? "}" : "]");
    scan.canonical = false;
  }
  at = skipGap(scan, at + 1, depth);
  return dialect.trailingCommas && text.charCodeAt(at) === close ? -at : at;
}

/** Passes a key, its colon and the space behind that. */
function endOfKey(scan: Scan, start: number): number {
  const { text, dialect } = scan;
  const end = text.charCodeAt(start) === QUOTE ? endOfString(text, start) : -start;
  if (end <= 0) throw missed(text, start, "key", -end);
  if (text.startsWith(": ", end) && isToken(text.charCodeAt(end + 2))) return end + 2;
  scan.canonical = false;
  const colon = skipSpace(text, end, dialect.space);
  if (text.charCodeAt(colon) !== COLON) throw missed(text, colon, "colon");
  return skipSpace(text, colon + 1, dialect.space);
}

/** Passes the space before something that stands on a line of its own in the canonical layout. */
function skipGap(scan: Scan, at: number, level: number): number {
  const { text, eol } = scan;
  if (eol !== undefined && scan.canonical) {
    const indent = (scan.indents[level] ??= eol + "  ".repeat(level));
    const end = at + indent.length;
    if (isToken(text.charCodeAt(end)) && text.startsWith(indent, at)) return end;
    scan.canonical = false;
  }
  return skipSpace(text, at, scan.dialect.space);
}

function keyAt(text: string, start: number): Key {
  const rawKey = text.slice(start, endOfString(text, start));
  const key = rawKey.includes("\\") ? (JSON.parse(rawKey) as string) : rawKey.slice(1, -1);
  return { key, rawKey, start };
}

function keep(text: string, holder: Open, { close, start, key, parts }: Open, end: number): void {
  const raw = text.slice(start, end);
  let node: JsonNode;
  if (close === 0) node = { kind: "scalar", start, end, raw };
  else if (close === CLOSING_BRACE) node = { kind: "object", start, end, raw, members: parts as JsonMember[] };
  else node = { kind: "array", start, end, raw, items: parts as JsonNode[] };
  if (key === undefined) holder.parts.push(node);
  else holder.parts.push({ key: key.key, rawKey: key.rawKey, start: key.start, value: node });
}

class Stop extends Error {
  readonly fault: JsonFault;

  constructor(fault: Omit<JsonFault, "kind">) {
    super(fault.reason);
    this.fault = { kind: "fault", ...fault };
  }
}

const EXPECTED = {
  value: "a value",
  key: "a key in double quotes",
  colon: "a colon",
  "}": "a comma or `}`",
  "]": "a comma or `]`",
} as const;

function missed(text: string, offset: number, expected: keyof typeof EXPECTED, place = offset): Stop {
  const isEnd = offset === text.length && expected !== "key" && expected !== "colon";
  const reason = isEnd ? "it ends too soon" : `${EXPECTED[expected]} is expected`;
  return new Stop({ offset, reason, ...(!isEnd && { expected }), ...(place > offset && { within: place }) });
}

function tooDeep(offset: number, { deepest }: Dialect): Stop {
  return new Stop({ offset, reason: `it is nested deeper than ${deepest} levels` });
}
