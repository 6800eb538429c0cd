/** Lines of a text: where they start, and the way from an offset to a line and column. */
import type { Span } from "./edit.ts";

/** A place for people: both count from 1, columns in UTF-16 units as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Looks up positions in one text; the index is built once. */
export interface LineIndex {
  positionAt(offset: number): Position;
  /** The span of a line (from 1) without its line break. */
  lineSpan(line: number): Span;
  readonly lineCount: number;
}

/** Indexes a text by its line breaks: LF, CRLF and a lone CR, as Markdown has it. */
export function indexLines(text: string): LineIndex {
  const starts = [0];
  for (const {
    index,
    0: { length },
  } of text.matchAll(/\r\n|\n|\r/g))
    starts.push(index + length);
  return {
    lineCount: starts.length,
    positionAt(offset) {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle]! <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - starts[low]! + 1 };
    },
    lineSpan(line) {
      const start = starts[line - 1] ?? text.length;
      return { start, end: endOfLine(text, start) };
    },
  };
}

/** The place of an offset as messages name it: `line 3, column 7`. */
export function placeIn(text: string, offset: number): string {
  const { line, column } = indexLines(text).positionAt(offset);
  return `line ${line}, column ${column}`;
}

/** The offset of the line break at or after `offset`, or the end of the text. */
export function endOfLine(text: string, offset: number): number {
  for (let at = offset; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return at;
  }
  return text.length;
}

/** The offset after the line break at or after `offset`: where the next line starts, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  return afterBreak(text, endOfLine(text, offset));
}

/** The offset after the line break at `end`; `end` where the text is over. */
export function afterBreak(text: string, end: number): number {
  if (end === text.length) return end;
  return text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? end + 2 : end + 1;
}

/** The offset where the line that holds `offset` starts. */
export function startOfLine(text: string, offset: number): number {
  let at = offset;
  if (text.charCodeAt(at) === 10 && text.charCodeAt(at - 1) === 13) at--;
  while (at > 0) {
    const code = text.charCodeAt(at - 1);
    if (code === 10 || code === 13) break;
    at--;
  }
  return at;
}

/** Whether the line before the line start `offset` is blank, or there is none. */
export function isBlankBefore(text: string, offset: number): boolean {
  let end = offset;
  if (text[end - 1] === "\n") end--;
  if (text[end - 1] === "\r") end--;
  return text.slice(startOfLine(text, end), end).trim() === "";
}

/** Whether the line that starts at `offset` is blank; the end of the text is not a line. */
export function isBlankAt(text: string, offset: number): boolean {
  return offset < text.length && text.slice(offset, endOfLine(text, offset)).trim() === "";
}

/** The lines of a part of a text, each as a span without its line break. */
export function linesIn(text: string, span: Span): Span[] {
  const lines: Span[] = [];
  for (let start = span.start; start < span.end; ) {
    const end = endOfLine(text, start);
    lines.push({ start, end: Math.min(end, span.end) });
    start = afterBreak(text, end);
  }
  return lines;
}

/** A part of a text by itself: as it was cut it would keep the whole text in memory. */
export function detached(part: string): string {
  return Buffer.from(part).toString();
}
