/** Blockers and Context: free text, of which a save adds and takes lines. */
import { type Item, itemsIn, textOfItem } from "../document/items.ts";
import { blocksBelow, bodyOf, type StateDocument, saysNothing } from "../document/state.ts";
import type { Block } from "../syntax/block.ts";
import { decodeText } from "../syntax/escape.ts";
import type { Section } from "../syntax/outline.ts";
import type { Edit, Span } from "../text/edit.ts";
import { linesIn, startOfLine } from "../text/lines.ts";
import type { Clearable } from "./inputs.ts";
import { appendItems, endOfItem, makeItems } from "./list.ts";
import { ambiguous, placesOf, samePlaces, unknown } from "./match.ts";
import { endOfContent, insertLines, joinEdits, removeLines } from "./place.ts";
import { spaced } from "./quote.ts";
import { plainEntry } from "./update-progress.ts";

/** What a save says of Blockers and Context. Each text is one line. */
export interface FreeTextUpdate {
  /** Lines that are added to Blockers. */
  readonly blockers?: readonly string[];
  /** Words of blockers that are none any more. */
  readonly unblock?: readonly string[];
  /** Lines that are added to Context. */
  readonly context?: readonly string[];
  readonly clear?: readonly Clearable[];
}

/** Whether a save says anything of them. */
export function hasFreeText({ blockers, unblock, context, clear }: FreeTextUpdate): boolean {
  const given = [blockers, unblock, context].some((lines) => lines !== undefined && lines.length > 0);
  return given || clear?.some((name) => name === "blockers" || name === "context") === true;
}

/** What stands in a section whose last line went. */
const NONE = { blockers: ["None currently"], context: [] } as const;

/** The edits of a save; `NOT_FOUND` and `INVALID_ARGUMENT` as for the items of lists. */
export function updateFreeText(document: StateDocument, update: FreeTextUpdate): readonly Edit[] {
  const { blockers = [], unblock = [], context = [], clear = [] } = update;
  return [
    ...changeSection(document, "blockers", { added: blockers, gone: unblock, cleared: clear.includes("blockers") }),
    ...changeSection(document, "context", { added: context, gone: [], cleared: clear.includes("context") }),
  ];
}

interface SectionChange {
  readonly added: readonly string[];
  readonly gone: readonly string[];
  readonly cleared: boolean;
}

/** A line that is shown: an item of a list, or a line of a paragraph. */
interface Line {
  readonly text: string;
  readonly span: Span;
  readonly item?: Item;
}

function changeSection(
  document: StateDocument,
  name: keyof typeof NONE,
  { added, gone, cleared }: SectionChange,
): readonly Edit[] {
  const section = document.known[name]?.value;
  if (section === undefined || (added.length === 0 && gone.length === 0 && !cleared)) return [];
  const { text } = document;
  const blocks = blocksBelow(document, section).filter((block) => !isComment(block, text));
  const lines = blocks.flatMap((block) => linesOf(block, text));
  const others = blocks.filter(({ type }) => type !== "list" && type !== "paragraph");
  const removed = new Set(cleared ? lines : linesNamed(lines, gone));
  // That there is nothing goes when there is something.
  if (added.length > 0) for (const line of lines) if (saysNothing(line.text)) removed.add(line);
  const left = lines.filter((line) => !removed.has(line));
  const news = added.filter(
    (each) =>
      samePlaces(
        left.map((line) => line.text),
        each,
      ).length === 0,
  );
  const spans = [...removed].map(({ span }) => span);
  if (left.length === 0 && (cleared || others.length === 0)) {
    const all = cleared ? [...blocks, ...headingsBelow(document, section)] : spans;
    const wanted = news.length > 0 ? makeItems(news.map(plainEntry), false) : NONE[name];
    return all.length === 0 && news.length === 0 ? [] : replaceLines(document, section, all, wanted);
  }
  const items = left.flatMap(({ item }) => item ?? []);
  const entries = news.map(plainEntry);
  const ownItems = items.filter((item) => item.start < section.end);
  const end = endOfContent(text, { start: section.bodyStart, end: section.end });
  const additions =
    ownItems.length > 0
      ? appendItems(document, { section, items: ownItems, entries, ordered: false })
      : news.length > 0
        ? [insertLines(document, end, makeItems(entries, false), { before: true, after: true })]
        : [];
  return joinEdits([...spans.map((span) => removeLines(text, span)), ...additions]);
}

/** The lines in the place of what goes, or at the end of the section where nothing does. */
function replaceLines(
  document: StateDocument,
  section: Section,
  gone: readonly Span[],
  lines: readonly string[],
): readonly Edit[] {
  const { text, source } = document;
  const [first, ...rest] = [...gone].sort((one, other) => one.start - other.start);
  if (first === undefined) {
    const end = endOfContent(text, { start: section.bodyStart, end: section.end });
    return [insertLines(document, end, lines, { before: end > section.bodyStart, after: true })];
  }
  const removals = rest.map((span) => removeLines(text, span));
  if (lines.length === 0) return joinEdits([removeLines(text, first), ...removals]);
  const content = text.slice(first.start, first.end).trimEnd();
  const start = startOfLine(text, first.start);
  return joinEdits([{ start, end: first.start + content.length, text: lines.join(source.eol) }, ...removals]);
}

function linesNamed(lines: readonly Line[], words: readonly string[]): readonly Line[] {
  const found: Line[] = [];
  for (const each of words) {
    const left = lines.filter((line) => !found.includes(line) && !saysNothing(line.text));
    const texts = left.map(({ text }) => text);
    const places = placesOf(texts, each);
    if (places.length === 0) throw unknown(each, "blocker", texts);
    const meant = places.map((at) => texts[at]!);
    if (new Set(meant.map(spaced)).size > 1) throw ambiguous(each, "blocker", meant);
    found.push(left[places[0]!]!);
  }
  return found;
}

function linesOf(block: Block, text: string): readonly Line[] {
  if (block.type === "list") {
    return itemsIn([block], text).map((item) => ({
      text: textOfItem(item),
      span: { start: item.start, end: endOfItem(text, item) },
      item,
    }));
  }
  if (block.type !== "paragraph") return [];
  return linesIn(text, block).map((span) => ({ text: decodeText(text.slice(span.start, span.end).trim()), span }));
}

function isComment({ type, start }: Block, text: string): boolean {
  return type === "html" && text.startsWith("<!--", start);
}

function headingsBelow(document: StateDocument, section: Section): readonly Span[] {
  const { start, end } = bodyOf(document, section);
  return document.sections.flatMap(({ heading }) =>
    heading && heading.start >= start && heading.start < end ? [heading] : [],
  );
}
