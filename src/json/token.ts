/** The tokens of JSON text: where they end, in each of the ways it is written. */

/** What counts as JSON. */
export interface Dialect {
  readonly scalar: RegExp;
  readonly space: RegExp;
  /** Whether a comma may stand behind the last part. */
  readonly trailingCommas: boolean;
  readonly deepest: number;
}

const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;
const COMMENTS = /(?:[ \t\r\n]+|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)*/y;

/** What `JSON.parse` reads. */
export const STRICT: Dialect = {
  scalar: SCALAR,
  space: SPACE,
  trailingCommas: false,
  deepest: Number.POSITIVE_INFINITY,
};

/** With the three words that Python reads and writes beyond JSON. Python gives up at a depth of about a thousand. */
export const PYTHON: Dialect = {
  scalar: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity/y,
  space: SPACE,
  trailingCommas: false,
  deepest: 200,
};

/** With comments and trailing commas, as people write settings. */
export const COMMENTED: Dialect = {
  scalar: SCALAR,
  space: COMMENTS,
  trailingCommas: true,
  deepest: 100,
};

/** With comments alone. */
export const WITH_COMMENTS: Dialect = { scalar: SCALAR, space: COMMENTS, trailingCommas: false, deepest: 100 };

export const QUOTE = 34;
export const COMMA = 44;
const SLASH = 47;
export const COLON = 58;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The first offset from `at` on where something stands that is not space. */
export function skipSpace(text: string, at: number, space = SPACE): number {
  if (isToken(text.charCodeAt(at))) return at;
  space.lastIndex = at;
  space.test(text);
  return space.lastIndex;
}

/** Whether neither space nor a comment can begin with the character. */
export function isToken(code: number): boolean {
  return code > 32 && code !== SLASH;
}

/** The end of the string, number or word at `at`; where it is none, the place where that shows, negated. */
export function endOfScalar(text: string, at: number, { scalar }: Dialect): number {
  if (text.charCodeAt(at) === QUOTE) return endOfString(text, at);
  scalar.lastIndex = at;
  return scalar.test(text) ? scalar.lastIndex : -at;
}

/** The end of the string whose quote is at `start`; where it is none, the place where that shows, negated. */
export function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at = ESCAPE.lastIndex) {
    PLAIN.lastIndex = at;
    PLAIN.test(text);
    const end = PLAIN.lastIndex;
    if (text.charCodeAt(end) === QUOTE) return end + 1;
    ESCAPE.lastIndex = end;
    if (!ESCAPE.test(text)) return -end;
  }
}
