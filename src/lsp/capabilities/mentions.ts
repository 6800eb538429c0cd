/** Where a text names an issue by `#N`. */
import type { Span } from "../../text/edit.ts";
import { isVerbatim, lineAround, type View } from "../view.ts";

/** An issue that is named, and where; the span is that of `#N`. */
export interface Mention extends Span {
  readonly issue: number;
}

/** Not the end of a word, an address or a character reference: `owner/name#12` is another repository's. */
const MENTION = /(?<![\w#&/])#(\d{1,16})(?!\w)/g;

/** The issues that a line or a text names. */
export function mentionsIn(text: string): Mention[] {
  return [...text.matchAll(MENTION)].flatMap(({ index, 0: { length }, 1: digits }) => {
    const issue = Number(digits);
    return issue > 0 && Number.isSafeInteger(issue) ? [{ issue, start: index, end: index + length }] : [];
  });
}

/** The issue that is named at a place. */
export function mentionAt(view: View, offset: number): Mention | undefined {
  if (view.document === undefined || isVerbatim(view, offset)) return undefined;
  const line = lineAround(view, offset);
  return mentionsIn(view.text.slice(line.start, line.end))
    .map(({ issue, start, end }) => ({ issue, start: line.start + start, end: line.start + end }))
    .find(({ start, end }) => start <= offset && offset <= end);
}
