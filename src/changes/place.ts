/**
 * Where new lines go. Every insertion stands on lines of its own, takes the line
 * ending of the file, keeps the blank lines that are there and the presence or
 * absence of a final line break.
 */
import { groupBy } from "../base/group.ts";
import type { Document, Part } from "../document/document.ts";
import type { Section } from "../syntax/outline.ts";
import type { Edit, Span } from "../text/edit.ts";
import { endOfLine, isBlankAt, isBlankBefore, nextLine, startOfLine } from "../text/lines.ts";

export interface Spacing {
  /** Whether a blank line must stand before the new lines. */
  readonly before?: boolean;
  /** Whether a blank line must stand after them, unless the text ends there. */
  readonly after?: boolean;
}

/** Inserts whole lines at `offset`, which is the start of a line or the end of the text. */
export function insertLines(document: Document, offset: number, lines: readonly string[], spacing: Spacing = {}): Edit {
  const { text } = document;
  const { eol } = document.source;
  const atEnd = offset === text.length;
  const openLine = offset > 0 && !/[\r\n]/.test(text[offset - 1]!);
  let added = lines.join(eol);
  if (openLine) added = eol + added;
  if (spacing.before && offset > 0 && !isBlankBefore(text, offset)) added = eol + added;
  // Without a line break at its end the file keeps none.
  if (!(atEnd && openLine)) added += eol;
  if (spacing.after && !atEnd && !isBlankAt(text, offset)) added += eol;
  return { start: offset, end: offset, text: added };
}

export interface NewSection<Name extends string> {
  readonly name: Name;
  /** Its heading and what stands below it. */
  readonly lines: readonly string[];
}

/** Adds sections, each before the next one in the order of the format that is there, or else at `end`. */
export function insertSections<Name extends string>(
  document: Document & { readonly known: { readonly [key in Name]?: Part<Section> } },
  sections: readonly NewSection<Name>[],
  order: readonly Name[],
  end: number,
): readonly Edit[] {
  const sorted = [...sections].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const byOffset = groupBy(sorted, ({ name }) => {
    const next = order.slice(order.indexOf(name)).find((other) => document.known[other]);
    return next ? document.known[next]!.value.start : end;
  });
  return [...byOffset].map(([offset, group]) => {
    const lines = group.flatMap((section, at) => (at > 0 ? ["", ...section.lines] : section.lines));
    return insertLines(document, offset, lines, { before: true, after: true });
  });
}

/** The edit that removes the lines of a span as a whole, with the blank lines that would be left doubled. */
export function removeLines(text: string, span: Span): Edit {
  let start = startOfLine(text, span.start);
  let end = nextLine(text, span.start + text.slice(span.start, span.end).trimEnd().length);
  const lineBreak = /(?:\r\n|\n|\r)$/.exec(text.slice(start, end))?.[0] ?? "";
  if (isBlankBefore(text, start)) while (end < text.length && isBlankAt(text, end)) end = nextLine(text, end);
  // Text in front must not become the heading of an underline behind.
  else if (UNDERLINE.test(text.slice(end, endOfLine(text, end)))) return { start, end, text: lineBreak };
  // The last line without a line break goes with the one before it: the file keeps none.
  const open = end === text.length && end > 0 && !/[\r\n]/.test(text[end - 1]!);
  if (open) start = Math.max(0, text[start - 1] === "\n" && text[start - 2] === "\r" ? start - 2 : start - 1);
  return { start, end, text: "" };
}

const UNDERLINE = /^ {0,3}(?:-+|=+)[ \t]*$/;

/**
 * Edits that were computed apart from each other, made to fit: removals that
 * overlap become one, and what is inserted inside a removal stands behind it.
 */
export function joinEdits(edits: readonly Edit[]): readonly Edit[] {
  const removals: { start: number; end: number }[] = [];
  for (const { start, end } of edits.filter(isRemoval).sort((a, b) => a.start - b.start)) {
    const last = removals.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else removals.push({ start, end });
  }
  const others = edits
    .filter((edit) => !isRemoval(edit))
    .map((edit) => {
      const around = removals.find(
        ({ start, end }) => edit.start === edit.end && start < edit.start && edit.start < end,
      );
      return around ? { ...edit, start: around.end, end: around.end } : edit;
    });
  return [...removals.map((span) => ({ ...span, text: "" })), ...others];
}

function isRemoval({ start, end, text }: Edit): boolean {
  return start < end && text === "";
}

/**
 * Where the first item or entry of a section goes: behind text that stands there,
 * which indented would otherwise end up inside the item. An empty section keeps the
 * blank line below its heading.
 */
export function startOfBody(text: string, section: Pick<Section, "bodyStart" | "end">): number {
  const { bodyStart, end } = section;
  const content = endOfContent(text, { start: bodyStart, end });
  if (content > bodyStart) return content;
  return bodyStart < end && isBlankAt(text, bodyStart) ? nextLine(text, bodyStart) : bodyStart;
}

/** The end of the last line in `span` that is not blank, behind its line break; `span.start` where all are. */
export function endOfContent(text: string, span: Span): number {
  const content = text.slice(span.start, span.end).trimEnd();
  return content === "" ? span.start : Math.min(nextLine(text, span.start + content.length), span.end);
}
