/** What the capabilities are given: a document of an editor as it was read, with the way between offsets and positions. */
import type { Position, Range } from "vscode-languageserver/node";
import type { AnyDocument, Diagnostic } from "../rules/rule.ts";
import type { Edit, Span } from "../text/edit.ts";
import { indexLines, type LineIndex } from "../text/lines.ts";

/** One version of an open document. */
export interface View extends Places {
  readonly uri: string;
  /** The number that the editor gave it. */
  readonly version: number;
  /** Relative to the project. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Absent where nothing may be read from it: it is somebody else's, or no text of ours. */
  readonly document: AnyDocument | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether the file has another text, or is not there. */
  readonly isUnsaved: boolean;
}

/** Positions of an editor, which counts lines and UTF-16 units from 0, and offsets in a document, which has no byte order mark. */
export interface Places {
  /** The text without its byte order mark. */
  readonly text: string;
  rangeOf(span: Span): Range;
  /** The offset of a position; the nearest one where there is no such position. */
  offsetAt(position: Position): number;
}

/** The places of a text as an editor has it. */
export function placesIn(edited: string): Places {
  const mark = edited.startsWith("\ufeff") ? 1 : 0;
  const text = mark === 0 ? edited : edited.slice(1);
  let index: LineIndex | undefined;
  const lines = () => (index ??= indexLines(text));
  const positionAt = (offset: number): Position => {
    const { line, column } = lines().positionAt(Math.min(Math.max(offset, 0), text.length));
    return { line: line - 1, character: column - 1 + (line === 1 ? mark : 0) };
  };
  return {
    text,
    rangeOf: ({ start, end }) => ({ start: positionAt(start), end: positionAt(Math.max(start, end)) }),
    offsetAt({ line, character }) {
      if (!(line >= 0)) return 0;
      const { start, end } = lines().lineSpan(Math.floor(line) + 1);
      const wanted = Math.floor(Number(character) || 0) - (line === 0 ? mark : 0);
      return Math.min(start + Math.max(wanted, 0), end);
    },
  };
}

/** Edits of a document as the editor makes them. */
export function textEditsOf({ rangeOf }: Places, edits: readonly Edit[]): { range: Range; newText: string }[] {
  return edits.map((edit) => ({ range: rangeOf(edit), newText: edit.text }));
}

/** The span of the line that an offset stands in, without its line break. */
export function lineAround({ text }: Places, offset: number): Span {
  const isBreak = (at: number) => text[at] === "\n" || text[at] === "\r";
  let [start, end] = [offset, offset];
  while (start > 0 && !isBreak(start - 1)) start--;
  while (end < text.length && !isBreak(end)) end++;
  return { start, end };
}

/** Whether two spans have a place in common; an empty one has its own. */
export function meets(one: Span, other: Span): boolean {
  return one.start <= other.end && other.start <= one.end;
}

/** Whether a place stands in code, a comment or frontmatter, where nothing means anything. */
export function isVerbatim({ document }: View, offset: number): boolean {
  const block = document?.blocks.find(({ start, end }) => start <= offset && offset <= end);
  return block !== undefined && ["code", "html", "yaml"].includes(block.type);
}
