/**
 * HTML blocks: which of the seven kinds of CommonMark a line opens, and whether a
 * line ends one. Attributes are read as micromark reads them, which is laxer than
 * the specification in one place: `<a b=c=d>` is a tag.
 */
import { afterSpace, isSpace } from "./scan-line.ts";

/** The kinds up to this one end at a delimiter of their own, the others at a blank line. */
export const LAST_DELIMITED = 5;
export const COMMENT = 2;
/** The kind of a complete tag of any name. */
export const TAG = 7;

const RAW = " pre script style textarea ";
const BASIC =
  " address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt " +
  "fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link " +
  "main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead " +
  "title tr track ul ";

/** The kind of HTML block that begins with the `<` at `at`, 1 to 7, or 0. */
export function htmlKind(text: string, at: number, end: number): number {
  const closing = text[at + 1] === "/";
  const nameAt = closing ? at + 2 : at + 1;
  if (text[nameAt] === "?" && !closing) return 3;
  if (text[nameAt] === "!" && !closing) return markupKind(text, at, end);
  if (nameAt >= end || !isLetter(text.charCodeAt(nameAt))) return 0;
  let after = nameAt + 1;
  while (after < end && isNamePart(text.charCodeAt(after))) after++;
  const slash = after < end && text[after] === "/";
  if (after < end && !slash && text[after] !== ">" && !isSpace(text.charCodeAt(after))) return 0;
  const name = ` ${text.slice(nameAt, after).toLowerCase()} `;
  if (!slash && !closing && RAW.includes(name)) return 1;
  if (BASIC.includes(name)) return !slash || text[after + 1] === ">" ? 6 : 0;
  const tagEnd = closing ? afterSpace(text, after, end) : afterAttributes(text, after, end);
  return text[tagEnd] === ">" && afterSpace(text, tagEnd + 1, end) === end ? 7 : 0;
}

function markupKind(text: string, at: number, end: number): number {
  if (text.startsWith("--", at + 2)) return COMMENT;
  if (text.startsWith("[CDATA[", at + 2)) return 5;
  return at + 2 < end && isLetter(text.charCodeAt(at + 2)) ? 4 : 0;
}

/** The offset where the `>` of an open tag must stand, or -1. */
function afterAttributes(text: string, start: number, end: number): number {
  let at = start;
  for (;;) {
    at = afterSpace(text, at, end);
    if (text[at] === "/") return at + 1;
    if (at === end || !isAttributeStart(text.charCodeAt(at))) return at;
    while (at < end && isAttributePart(text.charCodeAt(at))) at++;
    at = afterValues(text, at, end);
    if (at === -1) return -1;
  }
}

/** Reads the values of an attribute, of which there may be more than one if they are not quoted. */
function afterValues(text: string, start: number, end: number): number {
  let at = start;
  for (;;) {
    const equals = afterSpace(text, at, end);
    if (text[equals] !== "=") return at;
    at = afterSpace(text, equals + 1, end);
    const quote = text[at]!;
    if (at === end || "<=>`".includes(quote)) return -1;
    if (quote === '"' || quote === "'") return afterQuoted(text, at, end);
    while (at < end && !isSpace(text.charCodeAt(at)) && !"\"'/<=>`".includes(text[at]!)) at++;
  }
}

function afterQuoted(text: string, start: number, end: number): number {
  let at = start + 1;
  while (at < end && text[at] !== text[start]) at++;
  const after = at + 1;
  if (after >= end) return -1;
  return text[after] === "/" || text[after] === ">" || isSpace(text.charCodeAt(after)) ? after : -1;
}

/** Where the end of a block of that kind may first stand in the line that opens it at `at`. */
export function htmlContentStart(kind: number, at: number): number {
  // `<!-->` and `<?>` are whole: the end may share characters with the start.
  return kind === 5 ? at + 9 : kind === 3 ? at + 1 : at + 2;
}

/** Whether a block of kind 1 to 5 ends in this part of a line. */
export function endsHtml(kind: number, part: string): boolean {
  switch (kind) {
    case 1:
      return /<\/(?:pre|script|style|textarea)>/i.test(part);
    case COMMENT:
      return part.includes("-->");
    case 3:
      return part.includes("?>");
    case 4:
      return part.includes(">");
    default:
      // micromark takes brackets in pairs, so `]]]>` does not end it.
      return /(?:^|[^\]])(?:\]\])+>/.test(part);
  }
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

function isNamePart(code: number): boolean {
  return isLetter(code) || (code >= 48 && code <= 57) || code === 45;
}

/** Letters, `:` and `_`. */
function isAttributeStart(code: number): boolean {
  return isLetter(code) || code === 58 || code === 95;
}

function isAttributePart(code: number): boolean {
  return isNamePart(code) || isAttributeStart(code) || code === 46;
}
