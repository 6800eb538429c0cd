/**
 * JSON as text: where its parts stand, and whether it is laid out as ours.
 *
 * Records belong to other programs too, and what JSON.parse and JSON.stringify make
 * of theirs is not what they wrote: `1.0` becomes `1`, a large integer loses its last
 * digits, `"10"` moves before `"b"`, `__proto__` may vanish, `NaN`, which Python
 * writes, is an error. So values are kept as the text they are, and only what a
 * change concerns is ever read as a value.
 *
 * Invariant: the scan accepts what Python's `json` reads in its strict mode, in time
 * linear in the text.
 */

/** One key of an object with the text of its value. */
export interface Member {
  readonly key: string;
  /** The key as it is written, with its quotes. */
  readonly rawKey: string;
  readonly raw: string;
}

/** The parts of one object. */
export interface ObjectText {
  readonly kind: "object";
  readonly members: readonly Member[];
  readonly eol: "\n" | "\r\n";
  /** What stands before the object and behind it: white space. */
  readonly before: string;
  readonly after: string;
  /** Whether the layout is two spaces for each level, as `json.dump(…, indent=2)` writes it. */
  readonly canonical: boolean;
}

/** Text that is no JSON object: where that shows, and what was found. */
export interface JsonFault {
  readonly kind: "fault";
  readonly offset: number;
  readonly reason: string;
}

/** Reads the text of one JSON object into its members. */
export function readObjectText(text: string): ObjectText | JsonFault {
  const start = skipSpace(text, 0);
  if (text[start] !== "{") return fault(start, text.length === start ? "it is empty" : "it is no JSON object");
  const eol = /\r?\n/.exec(text.slice(0, 4096))?.[0] === "\r\n" ? "\r\n" : "\n";
  const scan: Scan = { text, eol, canonical: true };
  const spans: Span[] = [];
  const end = scanValue(scan, start, spans);
  if (typeof end !== "number") return end;
  const last = skipSpace(text, end);
  if (last !== text.length) return fault(last, "there is text behind the end");
  return {
    kind: "object",
    members: spans.map((span) => memberOf(text, span)),
    eol,
    before: text.slice(0, start),
    after: text.slice(end),
    canonical: scan.canonical,
  };
}

/** The members of an object whose text was scanned before. */
export function membersOf(raw: string): readonly Member[] {
  return spansOf(raw).map((span) => memberOf(raw, span));
}

/** The texts of the elements of an array that was scanned before. */
export function elementsOf(raw: string): readonly string[] {
  return spansOf(raw).map(({ start, end }) => raw.slice(start, end));
}

/** A value that was scanned before in our layout, its tokens as they were. `depth` is how deep it stands. */
export function layOut(raw: string, depth: number, eol: string): string {
  const pieces: string[] = [];
  let level = depth;
  let white = 0;
  for (let at = skipSpace(raw, 0); at < raw.length; at = skipSpace(raw, at)) {
    if ((white += 2 * level) > LONGEST_LAYOUT) return raw;
    const character = raw[at]!;
    if (character === "{" || character === "[") {
      const next = skipSpace(raw, at + 1);
      if (raw[next] === "}" || raw[next] === "]") {
        pieces.push(character, raw[next]!);
        at = next + 1;
        continue;
      }
      level++;
      pieces.push(character, eol, "  ".repeat(level));
      at++;
    } else if (character === "}" || character === "]") {
      level--;
      pieces.push(eol, "  ".repeat(level), character);
      at++;
    } else if (character === ",") {
      pieces.push(",", eol, "  ".repeat(level));
      at++;
    } else if (character === ":") {
      pieces.push(": ");
      at++;
    } else {
      const end = scanToken(raw, at);
      pieces.push(raw.slice(at, typeof end === "number" ? end : raw.length));
      at = typeof end === "number" ? end : raw.length;
    }
  }
  return pieces.join("");
}

interface Scan {
  readonly text: string;
  readonly eol: string;
  canonical: boolean;
}

interface Span {
  readonly keyStart?: number;
  readonly keyEnd?: number;
  readonly start: number;
  readonly end: number;
}

function spansOf(raw: string): readonly Span[] {
  const spans: Span[] = [];
  scanValue({ text: raw, eol: "\n", canonical: true }, 0, spans);
  return spans;
}

/** The end of the value that starts at `from`; the spans of its direct parts go to `spans`. */
function scanValue(scan: Scan, from: number, spans: Span[]): number | JsonFault {
  const { text, eol } = scan;
  /** For each open container whether it is an object. */
  const open: boolean[] = [];
  const indents: string[] = [];
  const indent = (level: number) => (indents[level] ??= eol + "  ".repeat(level));
  let at = from;
  let keyStart: number | undefined;
  let keyEnd: number | undefined;
  let valueStart = from;
  const space = (expected: string) => {
    if (text.startsWith(expected, at)) {
      at += expected.length;
      if (!isSpace(text.charCodeAt(at))) return;
    }
    scan.canonical = false;
    at = skipSpace(text, at);
  };
  for (;;) {
    // A key, where one has to stand.
    if (open.at(-1) === true) {
      const end = text.charCodeAt(at) === QUOTE ? scanString(text, at) : fault(at, "a key is missing");
      if (typeof end !== "number") return end;
      if (open.length === 1) {
        keyStart = at;
        keyEnd = end;
      }
      at = end;
      if (text.startsWith(": ", at) && !isSpace(text.charCodeAt(at + 2))) at += 2;
      else {
        scan.canonical = false;
        at = skipSpace(text, at);
        if (text[at] !== ":") return fault(at, "a colon is missing");
        at = skipSpace(text, at + 1);
      }
    }
    if (open.length === 1) valueStart = at;
    const first = text.charCodeAt(at);
    if (first === BRACE || first === BRACKET) {
      const isObject = first === BRACE;
      const close = isObject ? "}" : "]";
      at++;
      if (text[at] === close) at++;
      else {
        space(indent(open.length + 1));
        if (text[at] === close) {
          scan.canonical = false;
          at++;
        } else {
          if (open.length === DEEPEST) return fault(at, `it is nested deeper than ${DEEPEST} levels`);
          open.push(isObject);
          continue;
        }
      }
    } else {
      const end = scanToken(text, at);
      if (typeof end !== "number") return end;
      at = end;
    }
    // A value has ended; with it, perhaps, what holds it.
    for (;;) {
      if (open.length === 0) return at;
      if (open.length === 1) {
        spans.push({
          start: valueStart,
          end: at,
          ...(keyStart !== undefined && keyEnd !== undefined && { keyStart, keyEnd }),
        });
      }
      if (text.charCodeAt(at) === COMMA) {
        at++;
        space(indent(open.length));
        break;
      }
      space(indent(open.length - 1));
      const next = text[at];
      if (next === ",") {
        scan.canonical = false;
        at = skipSpace(text, at + 1);
        break;
      }
      if (next !== (open.at(-1) ? "}" : "]"))
        return fault(at, at >= text.length ? "it ends too soon" : "unexpected text");
      open.pop();
      at++;
    }
  }
}

/** Python gives up at about a thousand. White space for each of any number of levels would make the scan quadratic. */
const DEEPEST = 200;
/** Characters beyond which a value is not laid out: deep and long, it would be mostly white space. */
const LONGEST_LAYOUT = 32 * 1024 * 1024;
const QUOTE = 34;
const COMMA = 44;
const BRACE = 123;
const BRACKET = 91;
const BACKSLASH = 92;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
/** With the three words of Python that JSON does not have. */
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity/y;
const SPACE = /[ \t\n\r]*/y;

function scanToken(text: string, at: number): number | JsonFault {
  if (text.charCodeAt(at) === QUOTE) return scanString(text, at);
  SCALAR.lastIndex = at;
  if (SCALAR.test(text)) return SCALAR.lastIndex;
  return fault(at, at >= text.length ? "it ends too soon" : "unexpected text");
}

function scanString(text: string, from: number): number | JsonFault {
  let at = from + 1;
  for (;;) {
    PLAIN.lastIndex = at;
    PLAIN.test(text);
    at = PLAIN.lastIndex;
    const next = text.charCodeAt(at);
    if (next === QUOTE) return at + 1;
    if (next !== BACKSLASH) return fault(at, at >= text.length ? "it ends too soon" : "a control character in a text");
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) return fault(at, "an unknown escape");
    at = ESCAPE.lastIndex;
  }
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

function skipSpace(text: string, at: number): number {
  if (!isSpace(text.charCodeAt(at))) return at;
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}

function memberOf(text: string, span: Span): Member {
  return {
    key: keyOf(text, span),
    rawKey: text.slice(span.keyStart, span.keyEnd),
    raw: text.slice(span.start, span.end),
  };
}

function keyOf(text: string, { keyStart, keyEnd }: Span): string {
  return JSON.parse(text.slice(keyStart, keyEnd)) as string;
}

function fault(offset: number, reason: string): JsonFault {
  return { kind: "fault", offset, reason };
}
