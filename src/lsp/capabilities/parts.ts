/** The parts of a document that several capabilities show: sections with what is below them, and items. */
import { type Item, itemsIn } from "../../document/items.ts";
import { type ProgressReading, parseProgress } from "../../document/values.ts";
import type { AnyDocument } from "../../rules/rule.ts";
import type { Section } from "../../syntax/outline.ts";
import type { Span } from "../../text/edit.ts";

/** A section that has a heading, with where what is below it ends. */
export interface Part extends Span {
  readonly section: Section;
  readonly items: readonly ReadItem[];
}

/** An item of a list, and how it reads as one of Progress. */
export interface ReadItem {
  readonly item: Item;
  readonly reading: ProgressReading;
}

/** What nobody looks through is not shown: a document of a megabyte can have a quarter of a million headings, or items. */
const MOST = 10_000;

/** The sections of a document in its order, and their items. */
export function partsOf({ sections, text }: AnyDocument): readonly Part[] {
  const parts: { -readonly [Key in keyof Part]: Part[Key] }[] = [];
  const open: typeof parts = [];
  let left = MOST;
  for (const section of sections) {
    if (section.heading === undefined) continue;
    while (open.length > 0 && open.at(-1)!.section.depth >= section.depth) open.pop()!.end = section.start;
    if (left <= 0) continue;
    const items = itemsIn(section.blocks, text).slice(0, left);
    left -= 1 + items.length;
    const read = items.map((item) => ({ item, reading: parseProgress(item.raw) }));
    const part = { section, start: section.start, end: text.length, items: read };
    parts.push(part);
    open.push(part);
  }
  return parts;
}
