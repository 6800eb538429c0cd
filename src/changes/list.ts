/**
 * Lists: replace the items, keep the bytes.
 *
 * An item that stays keeps its line as typed, its nested lines and, as long as
 * everything before it stayed too, its number: numbers can be ids. Only the marker
 * of a progress item changes with its status. New items take the bullet of the list.
 */
import type { Document } from "../document/document.ts";
import { type Item, smallestEdit, textOfItem } from "../document/items.ts";
import type { Section } from "../syntax/outline.ts";
import { applyEdits, type Edit } from "../text/edit.ts";
import { endOfLine, startOfLine } from "../text/lines.ts";
import { insertLines, removeLines, startOfBody } from "./place.ts";

/** An item as it shall stand. */
export interface Entry {
  /** What an existing item must read as to be this one. */
  readonly key: string;
  /** The encoded text of a new item's line, without its bullet. */
  readonly line: string;
  /** Lines below a new item, without indentation. */
  readonly below?: readonly string[];
  /** What changes inside an existing item that is this one. */
  rewrite?(item: Item): readonly Edit[];
}

export interface ListStyle {
  readonly ordered: boolean;
  /** How an existing item reads. */
  keyOf(item: Item): string;
}

/** The edits that make `entries` the items of `section`; every other line of it stays. */
export function replaceItems(
  document: Document,
  section: Section,
  items: readonly Item[],
  entries: readonly Entry[],
  style: ListStyle,
): readonly Edit[] {
  const { text } = document;
  const { eol } = document.source;
  const [first] = items;
  if (!first) {
    if (entries.length === 0) return [];
    const lines = entries.flatMap((entry, index) => makeItem(entry, style.ordered ? `${index + 1}.` : "-"));
    return [insertLines(document, section.bodyStart, lines, { after: true })];
  }
  const lists = [...new Set(items.map((item) => item.list))];
  const removed = lists.slice(1).map((list) => removeLines(text, list));
  const own = items.filter((item) => item.list === first.list);
  const span = { start: own[0]!.start, end: own.at(-1)!.end };
  if (entries.length === 0) return [removeLines(text, first.list), ...removed];
  const before = text.slice(span.start, span.end);
  const lines = merge(text, items, entries, style);
  const closing = /\r\n$|\n$|\r$/.exec(before)?.[0] ?? "";
  const edit = smallestEdit(span.start, before, lines.join(eol) + closing);
  return edit ? [edit, ...removed] : removed;
}

/** Adds items behind the last one of a list, or as the first of an empty section. */
export function appendItems(
  document: Document,
  section: Section,
  items: readonly Item[],
  entries: readonly Entry[],
  ordered: boolean,
): readonly Edit[] {
  if (entries.length === 0) return [];
  const last = items.at(-1);
  const marker = last ? markerOf(document.text, last) : { indent: "", bullet: "-", number: 0 };
  const lines = entries.flatMap((entry, index) => {
    const bullet = ordered
      ? `${marker.number + index + 1}${/[.)]/.test(marker.bullet) ? marker.bullet : "."}`
      : marker.bullet;
    return makeItem(entry, bullet, marker.indent);
  });
  const offset = last ? endOfItem(document.text, last) : startOfBody(document.text, section);
  return [insertLines(document, offset, lines, { after: !last })];
}

/** Behind the last line of an item, before the blank lines that follow it. */
export function endOfItem(text: string, item: Item): number {
  const content = text.slice(item.start, item.end).trimEnd();
  const end = endOfLine(text, item.start + content.length);
  const lineBreak = /^(?:\r\n|\n|\r)/.exec(text.slice(end, end + 2))?.[0] ?? "";
  return end + lineBreak.length;
}

function merge(text: string, items: readonly Item[], entries: readonly Entry[], style: ListStyle): string[] {
  const free = new Map<string, Item[]>();
  for (const item of items) {
    const key = style.keyOf(item);
    free.set(key, [...(free.get(key) ?? []), item]);
  }
  const first = markerOf(text, items[0]!);
  let number = 0;
  let unchanged = true;
  return entries.flatMap((entry, index) => {
    const item = free.get(entry.key)?.shift();
    unchanged &&= item !== undefined && item === items[index];
    // A blank line between two items stays with the one before it.
    const gap = item && index < entries.length - 1 ? blankLinesBelow(text, item) : [];
    if (item && (unchanged || !style.ordered)) {
      number = markerOf(text, item).number;
      return [...linesOfItem(text, item, entry), ...gap];
    }
    number++;
    if (item) return [...renumbered(text, item, entry, number), ...gap];
    const bullet = !style.ordered ? first.bullet : `${number}${/[.)]/.test(first.bullet) ? first.bullet : "."}`;
    return makeItem(entry, bullet, first.indent);
  });
}

/** The lines of an item as typed, without blank lines at its end, with its own edits applied. */
function linesOfItem(text: string, item: Item, entry: Entry): string[] {
  const edits = (entry.rewrite?.(item) ?? []).map((edit) => ({
    start: edit.start - item.start,
    end: edit.end - item.start,
    replacement: edit.replacement,
  }));
  return applyEdits(text.slice(item.start, item.end), edits)
    .trimEnd()
    .split(/\r\n|\n|\r/);
}

function blankLinesBelow(text: string, item: Item): string[] {
  const [, ...lines] = /\s*$/.exec(text.slice(endOfItem(text, item) - 1, item.end))![0].split(/\r\n|\n|\r/);
  return lines.slice(0, -1);
}

/** Another number in front; what is below moves along when the number gets longer. */
function renumbered(text: string, item: Item, entry: Entry, number: number): string[] {
  const [head = "", ...below] = linesOfItem(text, item, entry);
  const match = /^([ \t]*)(\d+)([.)])/.exec(head);
  if (!match) return [head, ...below];
  const wider = " ".repeat(Math.max(0, String(number).length - match[2]!.length));
  const line = `${match[1]}${number}${match[3]}${head.slice(match[0].length)}`;
  return [line, ...below.map((each) => (each.trim() === "" ? each : wider + each))];
}

/** The lines of a new item. */
export function makeItem(entry: Entry, bullet: string, indent = ""): string[] {
  const inner = indent + " ".repeat(bullet.length + 1);
  return [`${indent}${bullet} ${entry.line}`, ...(entry.below ?? []).map((line) => inner + line)];
}

interface Marker {
  readonly indent: string;
  readonly bullet: string;
  readonly number: number;
}

function markerOf(text: string, item: Item): Marker {
  const line = text.slice(startOfLine(text, item.start), endOfLine(text, item.start));
  const [, indent = "", digits, bullet = "-"] = /^([ \t]*)(\d+)?([-*+.)])/.exec(line) ?? [];
  return { indent, bullet, number: Number(digits ?? 0) };
}

/** How plain items read: as their text. */
export const plainStyle = (ordered: boolean): ListStyle => ({ ordered, keyOf: textOfItem });
