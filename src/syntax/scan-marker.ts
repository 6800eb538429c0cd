/** Container markers at the front of a line: `>`, bullets and numbers. */
import { afterSpace, indentOf, isSpace, isThematicBreak, type Line, skipColumns, skipMarker } from "./scan-line.ts";

const QUOTE = 62;
const PLUS = 43;
const ONE = 49;

/** The marker of a list item that was read. */
export interface ListMarker {
  /** Offset of the marker. */
  readonly start: number;
  /** Character code of the bullet, or of the delimiter behind a number. */
  readonly bullet: number;
  readonly ordered: boolean;
  /** Columns that later lines of the item are indented by. */
  readonly size: number;
  /** Nothing follows in the line. */
  readonly blank: boolean;
}

/** Reads `>` and one column of white space, if they are there. */
export function readQuoteMarker(line: Line): boolean {
  if (indentOf(line) > 3 || line.text.charCodeAt(line.inkAt) !== QUOTE) return false;
  skipMarker(line, 1);
  if (indentOf(line) > 0) skipColumns(line, 1);
  return true;
}

/**
 * Reads the marker of a list item with the white space that belongs to it, if it is
 * there. One that interrupts a paragraph has content and no number but 1; `bullet`
 * asks for the next item of a list.
 */
export function readListMarker(line: Line, interrupts: boolean, bullet?: number): ListMarker | undefined {
  const { text, end, inkAt: start } = line;
  const indent = indentOf(line);
  if (indent > 3) return undefined;
  const digits = countDigits(text, start);
  if (interrupts && digits > 0 && (digits > 1 || text.charCodeAt(start) !== ONE)) return undefined;
  const at = start + digits;
  const found = text.charCodeAt(at);
  if (digits > 0 ? !isDelimiter(found) : !isBullet(found)) return undefined;
  if (bullet !== undefined && found !== bullet) return undefined;
  const after = at + 1;
  if (after < end && !isSpace(text.charCodeAt(after))) return undefined;
  const blank = afterSpace(text, after, end) === end;
  if (blank && interrupts) return undefined;
  if (digits === 0 && found !== PLUS && isThematicBreak(line)) return undefined;
  skipMarker(line, after - start);
  // White space of five columns is indented code behind one column.
  const gap = blank || indentOf(line) > 4 ? 1 : indentOf(line);
  if (!blank) skipColumns(line, gap);
  return { start, bullet: found, ordered: digits > 0, size: indent + after - start + gap, blank };
}

function countDigits(text: string, start: number): number {
  let count = 0;
  while (count < 9 && isDigit(text.charCodeAt(start + count))) count++;
  return count;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** `.` and `)`. */
function isDelimiter(code: number): boolean {
  return code === 46 || code === 41;
}

/** `*`, `+` and `-`. */
function isBullet(code: number): boolean {
  return code === 42 || code === PLUS || code === 45;
}
