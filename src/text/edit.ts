/**
 * Changes to a text: a list of edits, each a span and what replaces it.
 *
 * Invariant: every character outside the spans stays. Edits are given in terms of
 * the original text, in any order, and must not overlap: two edits of one place
 * have no defined result, so asking for that is a fault of the caller and throws.
 */

/** Half-open range of UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A change of a text: what stands at the span is replaced by `text`. */
export interface Edit extends Span {
  readonly text: string;
}

/** The text with all edits applied. Insertions at one offset are applied in the order given. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.index - b.index);
  let result = "";
  let position = 0;
  for (const { edit } of sorted) {
    if (edit.start < position || edit.end < edit.start || edit.end > text.length) {
      throw new RangeError(`Edit ${edit.start}-${edit.end} overlaps another one or leaves the text`);
    }
    if (splitsLineBreak(text, edit.start) || splitsLineBreak(text, edit.end)) {
      throw new RangeError(`Edit ${edit.start}-${edit.end} would stand between CR and LF`);
    }
    result += text.slice(position, edit.start) + edit.text;
    position = edit.end;
  }
  return result + text.slice(position);
}

function splitsLineBreak(text: string, offset: number): boolean {
  return text.charCodeAt(offset) === 10 && text.charCodeAt(offset - 1) === 13;
}
