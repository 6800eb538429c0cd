/**
 * One line under the scanner: how far its container markers have been read, and
 * which leaf its rest begins.
 *
 * Markdown measures indentation in columns, with tab stops at every fourth, and a
 * container may take a part of a tab. So the line keeps two columns: `column`, up to
 * which it is read, and `atColumn`, where the character at `at` stands. They differ
 * only inside a tab, whose rest is then indentation that no character holds.
 */
import type { Span } from "../text/edit.ts";

const TAB = 9;
const SPACE = 32;

/** A line: offsets of its `start`, its break (`end`) and what follows the break (`next`). */
export interface Line {
  readonly text: string;
  start: number;
  end: number;
  next: number;
  /** The first character that is not read. */
  at: number;
  atColumn: number;
  /** The column up to which the line is read. */
  column: number;
  /** The first character from `at` on that is neither space nor tab; `end` where the rest is blank. */
  inkAt: number;
  inkColumn: number;
  /** The next LF and the next CR: kept, so that a text without one of them is searched once. */
  nextLf: number;
  nextCr: number;
  /** Where a thematic break of `ruleMarker` is known to fail, so that a line of markers is read once. */
  ruleMarker: number;
  ruleFails: number;
}

/** The line of `text` that begins at `start`. */
export function firstLine(text: string, start: number): Line {
  const zero = { end: 0, at: 0, atColumn: 0, column: 0, inkAt: 0, inkColumn: 0, ruleMarker: 0, ruleFails: 0 };
  const line: Line = { text, start, next: start, nextLf: -1, nextCr: -1, ...zero };
  toNextLine(line);
  return line;
}

/** Moves to the line at `next`. */
export function toNextLine(line: Line): void {
  const { text, next } = line;
  if (line.nextLf < next) line.nextLf = indexOrEnd(text, "\n", next);
  if (line.nextCr < next) line.nextCr = indexOrEnd(text, "\r", next);
  line.start = next;
  line.end = Math.min(line.nextLf, line.nextCr);
  if (line.end === text.length) line.next = line.end;
  else line.next = line.end + (line.nextLf === line.nextCr + 1 && line.nextLf < text.length ? 2 : 1);
  line.ruleMarker = 0;
  readTo(line, next, 0);
}

function indexOrEnd(text: string, character: string, from: number): number {
  const index = text.indexOf(character, from);
  return index === -1 ? text.length : index;
}

/** Columns of white space before the next character. */
export function indentOf(line: Line): number {
  return line.inkColumn - line.column;
}

export function isBlank(line: Line): boolean {
  return line.inkAt === line.end;
}

/** Reads columns of white space, in part or whole. */
export function skipColumns(line: Line, columns: number): void {
  line.column += columns;
  while (line.atColumn < line.column) {
    line.atColumn = columnAfter(line.text.charCodeAt(line.at), line.atColumn);
    line.at++;
  }
}

/** Reads white space and the `width` characters after it. */
export function skipMarker(line: Line, width: number): void {
  readTo(line, line.inkAt + width, line.inkColumn + width);
}

function readTo(line: Line, at: number, column: number): void {
  line.at = at;
  line.atColumn = column;
  line.column = column;
  let ink = at;
  let inkColumn = column;
  while (ink < line.end) {
    const code = line.text.charCodeAt(ink);
    if (!isSpace(code)) break;
    inkColumn = columnAfter(code, inkColumn);
    ink++;
  }
  line.inkAt = ink;
  line.inkColumn = inkColumn;
}

function columnAfter(code: number, column: number): number {
  return code === TAB ? column + 4 - (column % 4) : column + 1;
}

export function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** The first offset from `at` on, up to `end`, that holds neither space nor tab. */
export function afterSpace(text: string, at: number, end: number): number {
  let after = at;
  while (after < end && isSpace(text.charCodeAt(after))) after++;
  return after;
}

/** The offset behind the last character before `end`, down to `start`, that is neither space nor tab. */
export function beforeSpace(text: string, start: number, end: number): number {
  let before = end;
  while (before > start && isSpace(text.charCodeAt(before - 1))) before--;
  return before;
}

/** The offset behind the run of `code` at `at`. */
function afterRun(line: Line, at: number, code: number): number {
  let after = at;
  while (after < line.end && line.text.charCodeAt(after) === code) after++;
  return after;
}

/** Whether the rest is three or more of one marker and white space. */
export function isThematicBreak(line: Line): boolean {
  const marker = line.text.charCodeAt(line.inkAt);
  if (marker === line.ruleMarker && line.inkAt <= line.ruleFails) return false;
  let count = 0;
  let at = line.inkAt;
  for (; at < line.end; at++) {
    const code = line.text.charCodeAt(at);
    if (code === marker) count++;
    else if (!isSpace(code)) break;
  }
  if (at === line.end && count >= 3) return true;
  line.ruleMarker = marker;
  line.ruleFails = at;
  return false;
}

/** Whether the rest underlines the paragraph before it. */
export function isSetextUnderline(line: Line): boolean {
  const after = afterRun(line, line.inkAt, line.text.charCodeAt(line.inkAt));
  return afterSpace(line.text, after, line.end) === line.end;
}

/** The length of an opening fence, or 0. */
export function fenceLength(line: Line): number {
  const marker = line.text[line.inkAt]!;
  const after = afterRun(line, line.inkAt, marker.charCodeAt(0));
  const length = after - line.inkAt;
  if (length < 3) return 0;
  return marker === "`" && line.text.slice(after, line.end).includes(marker) ? 0 : length;
}

/** Whether the rest closes a fence of that marker and length. */
export function isClosingFence(line: Line, marker: number, length: number): boolean {
  if (indentOf(line) > 3) return false;
  const after = afterRun(line, line.inkAt, marker);
  return after - line.inkAt >= length && afterSpace(line.text, after, line.end) === line.end;
}

const HASH = 35;

/** The depth of an ATX heading, or 0. */
export function atxDepth(line: Line): number {
  const after = afterRun(line, line.inkAt, HASH);
  const depth = after - line.inkAt;
  return depth <= 6 && (after === line.end || isSpace(line.text.charCodeAt(after))) ? depth : 0;
}

/** The text of an ATX heading of that depth, without its closing sequence; empty at the end of the line if there is none. */
export function atxContent(line: Line, depth: number): Span {
  const { text, inkAt, end } = line;
  const start = afterSpace(text, inkAt + depth, end);
  const inkEnd = beforeSpace(text, start, end);
  let hashes = inkEnd;
  while (hashes > start && text.charCodeAt(hashes - 1) === HASH) hashes--;
  const closes = hashes < inkEnd && (hashes === start || isSpace(text.charCodeAt(hashes - 1)));
  const contentEnd = closes ? beforeSpace(text, start, hashes) : inkEnd;
  return contentEnd === start ? { start: end, end } : { start, end: contentEnd };
}
