/**
 * Lists: replace the items, keep the bytes.
 *
 * An item that stays keeps its line as typed, its nested lines and, as long as
 * everything before it stayed too, its number: numbers can be ids. Only the marker
 * of a progress item changes with its status. New items take the bullet of the list.
 */
import { groupBy } from "../base/group.ts";
import type { Document } from "../document/document.ts";
import { type Item, smallestEdit, textOfItem } from "../document/items.ts";
import type { Section } from "../syntax/outline.ts";
import { applyEdits, type Edit, type Span } from "../text/edit.ts";
import { endOfLine, linesIn, startOfLine } from "../text/lines.ts";
import { endOfContent, insertLines, removeLines, startOfBody } from "./place.ts";

/** An item as it shall stand. */
export interface Entry {
  /** The existing item that it is, where that is known. */
  readonly item?: Item;
  /** What an existing item must read as to be this one. */
  readonly key: string;
  /** The encoded text of a new item's line, without its bullet. */
  readonly line: string;
  /** Lines below a new item, without indentation. */
  readonly below?: readonly string[];
  /** What changes inside an existing item that is this one. */
  rewrite?(item: Item): readonly Edit[];
}

/** What becomes of a list. */
export interface ListChange {
  readonly section: Section;
  /** The items that stand in the section. */
  readonly items: readonly Item[];
  readonly entries: readonly Entry[];
  /** Whether new items are numbered. */
  readonly ordered: boolean;
}

/** The edits that make `entries` the items of `section`; every other line of it stays. `keyOf` says how an existing item reads. */
export function replaceItems(
  document: Document,
  { section, items, entries, ordered }: ListChange,
  keyOf: (item: Item) => string = textOfItem,
): readonly Edit[] {
  const { text } = document;
  const [first] = items;
  if (!first) {
    if (entries.length === 0) return [];
    const lines = makeItems(entries, ordered);
    const content = endOfContent(text, { start: section.bodyStart, end: section.end });
    return [insertLines(document, content, lines, { before: content > section.bodyStart, after: true })];
  }
  const lists = [...new Set(items.map((item) => item.list))];
  const removed = lists.slice(1).map((list) => removeLines(text, list));
  if (entries.length === 0) return [removeLines(text, first.list), ...removed];
  const own = items.filter((item) => item.list === first.list);
  const span = { start: own[0]!.start, end: own.at(-1)!.end };
  const before = text.slice(span.start, span.end);
  const merged = merge(document, items, entries, keyOf);
  const closed = /[\r\n]$/.test(before) ? merged : merged.replace(/(?:\r\n|\n|\r)$/, "");
  // Text directly below the list would run on into an item that was not above it before.
  const after = closed !== before && continues(text, span.end) ? closed + document.source.eol : closed;
  const edit = smallestEdit(span.start, before, after);
  return edit ? [edit, ...removed] : removed;
}

/** What of a list changes, as entries. */
export interface ListAmendment {
  readonly changed: ReadonlyMap<Item, Entry>;
  readonly dropped: readonly Item[];
  readonly added: readonly Entry[];
}

/** The edits that change, drop and add items of `section`, and leave all others as they stand. */
export function amendItems(
  document: Document,
  { section, items, ordered }: Omit<ListChange, "entries">,
  { changed, dropped, added }: ListAmendment,
): readonly Edit[] {
  const last = lastOf(items, ordered);
  if (!last) return replaceItems(document, { section, items, entries: added, ordered });
  const edits: Edit[] = [];
  for (const [list, own] of groupBy(items, (item) => item.list)) {
    const kept = own.filter((item) => !dropped.includes(item));
    const isOpen = list === last.list;
    if (kept.length === own.length) {
      edits.push(...own.flatMap((item) => changed.get(item)?.rewrite?.(item) ?? []));
      if (isOpen) edits.push(...appendItems(document, { section, items, entries: added, ordered }));
    } else {
      const stay = kept.map((item): Entry => ({ key: "", line: "", ...changed.get(item), item }));
      const entries = [...stay, ...(isOpen ? added : [])];
      edits.push(...replaceItems(document, { section, items: own, entries, ordered }));
    }
  }
  return edits;
}

/** The item behind which others are added. */
function lastOf(items: readonly Item[], ordered: boolean): Item | undefined {
  return items.findLast((item) => item.list.ordered === ordered) ?? items.at(-1);
}

/** Adds items behind the last one of a list, or as the first of an empty section. */
export function appendItems(document: Document, { section, items, entries, ordered }: ListChange): readonly Edit[] {
  if (entries.length === 0) return [];
  const { text } = document;
  const last = lastOf(items, ordered);
  if (!last) {
    const lines = makeItems(entries, ordered);
    return [insertLines(document, startOfBody(text, section), lines, { before: true, after: true })];
  }
  const marker = markerOf(text, last);
  const lines = entries.flatMap((entry, index) => makeItem(entry, bulletAfter(marker, index + 1), marker.indent));
  const offset = endOfItem(text, last);
  // Indented text that belongs to no item would end up inside the new one.
  if (/^(?:[ \t]*(?:\r\n|\n|\r))*[ \t]+\S/.test(text.slice(offset, section.end))) {
    const end = endOfContent(text, { start: offset, end: section.end });
    return [insertLines(document, end, lines, { before: true, after: true })];
  }
  return [insertLines(document, offset, lines, { after: continues(text, offset) })];
}

/** The lines of the lists in which these items are, as they stand. */
export function linesOfLists(text: string, items: readonly Item[]): readonly string[] {
  const lists = [...new Set(items.map(({ list }) => list))];
  return lists.flatMap((list, at) => {
    // Its first line may be indented.
    const span = { start: startOfLine(text, list.start), end: list.end };
    const lines = linesIn(text, span).map(({ start, end }) => text.slice(start, end));
    while (lines.at(-1)?.trim() === "") lines.pop();
    return [...blankBetween(text, lists[at - 1], list), ...lines];
  });
}

/** The blank lines between two lists; one where something else stands between them. */
function blankBetween(text: string, before: Span | undefined, list: Span): readonly string[] {
  if (before === undefined) return [];
  const end = before.start + text.slice(before.start, before.end).trimEnd().length;
  const gap = text.slice(end, list.start);
  const breaks = gap.match(/\r\n|\n|\r/g)?.length ?? 0;
  return gap.trim() === "" ? Array.from({ length: Math.max(0, breaks - 1) }, () => "") : [""];
}

/** Whether the line at `offset` could be the next line of a paragraph above it. */
function continues(text: string, offset: number): boolean {
  return (
    offset < text.length &&
    !/^(?:[ \t]*$|#|[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])/.test(text.slice(offset, endOfLine(text, offset)))
  );
}

/** Behind the last line of an item, before the blank lines that follow it. */
export function endOfItem(text: string, item: Item): number {
  const content = text.slice(item.start, item.end).trimEnd();
  const end = endOfLine(text, item.start + content.length);
  const lineBreak = /^(?:\r\n|\n|\r)/.exec(text.slice(end, end + 2))?.[0] ?? "";
  return end + lineBreak.length;
}

/**
 * The new text of the list. Items stay as typed up to the first one that changed
 * its place; from there on all stand at one indentation, with the numbers or the
 * bullet of the list, so that none ends up inside the one before it.
 */
function merge(
  { text, source: { eol } }: Document,
  items: readonly Item[],
  entries: readonly Entry[],
  keyOf: (item: Item) => string,
): string {
  const named = new Set(entries.map(({ item }) => item));
  const free = groupBy(items.filter((item) => !named.has(item)).reverse(), keyOf);
  const markers = new Map(items.map((item) => [item, markerOf(text, item)]));
  const [first] = items;
  let last: Marker = { ...markers.get(first!)!, number: 0 };
  let unchanged = true;
  let result = "";
  for (const [index, entry] of entries.entries()) {
    const item = entry.item ?? free.get(entry.key)?.pop();
    unchanged &&= item !== undefined && item === items[index] && item.list === first!.list;
    const marker = item && markers.get(item)!;
    const stays = marker && (unchanged || (!last.ordered && sameMarker(marker, last)));
    if (!stays) last = { ...last, number: last.number + 1 };
    if (item && stays) last = marker;
    const typed = item && typedText(text, item, entry, eol);
    if (typed === undefined) result += makeItem(entry, bulletAfter(last, 0), last.indent).join(eol) + eol;
    else result += stays ? typed : remarked(typed, marker!, last);
    // A blank line between two items stays with the one before it.
    if (item && index < entries.length - 1) result += text.slice(endOfItem(text, item), item.end);
  }
  return result;
}

function sameMarker(one: Marker, other: Marker): boolean {
  return one.bullet === other.bullet && one.indent === other.indent && one.ordered === other.ordered;
}

/** An item as typed, with its own edits applied, and a line break at its end. */
function typedText(text: string, item: Item, entry: Entry, eol: string): string {
  const end = endOfItem(text, item);
  const edits = (entry.rewrite?.(item) ?? []).map((edit) => ({
    start: edit.start - item.start,
    end: Math.min(edit.end, end) - item.start,
    text: edit.text,
  }));
  const typed = applyEdits(text.slice(item.start, end), edits);
  return /[\r\n]$/.test(typed) ? typed : typed + eol;
}

/** Another marker in front; what is below moves along with the text. */
function remarked(typed: string, from: Marker, to: Marker): string {
  const head = `${to.indent}${bulletAfter(to, 0)}`;
  const width = from.indent.length + from.width;
  const shift = head.length - width;
  const [line = "", ...below] = typed.slice(width).split(/(?<=\n|\r(?!\n))/);
  const moved = below.map((each) => {
    if (each.trim() === "" || shift === 0) return each;
    return shift > 0 ? " ".repeat(shift) + each : each.replace(new RegExp(`^ {1,${-shift}}`), "");
  });
  return head + line + moved.join("");
}

/** The lines of a new list. */
export function makeItems(entries: readonly Entry[], ordered: boolean): string[] {
  return entries.flatMap((entry, index) => makeItem(entry, ordered ? `${index + 1}.` : "-"));
}

/** The lines of a new item. */
function makeItem(entry: Entry, bullet: string, indent = ""): string[] {
  const inner = indent + " ".repeat(bullet.length + 1);
  return [`${indent}${bullet} ${entry.line}`, ...(entry.below ?? []).map((line) => inner + line)];
}

interface Marker {
  readonly indent: string;
  readonly ordered: boolean;
  /** `-`, `*`, `+`, or the delimiter of a number: `.`, `)`. */
  readonly bullet: string;
  readonly number: number;
  /** Of the marker itself, without the indentation. */
  readonly width: number;
}

function markerOf(text: string, item: Item): Marker {
  const line = text.slice(startOfLine(text, item.start), endOfLine(text, item.start));
  const [, indent = "", digits = "", bullet = "-"] = /^([ \t]*)(\d*)([-*+.)])/.exec(line) ?? [];
  return { indent, ordered: digits !== "", bullet, number: Number(digits), width: digits.length + bullet.length };
}

const MAX_NUMBER = 999_999_999;

/** The marker that stands `steps` items behind another. */
function bulletAfter({ ordered, bullet, number }: Marker, steps: number): string {
  return ordered ? `${((number + steps - 1) % MAX_NUMBER) + 1}${bullet}` : bullet;
}
