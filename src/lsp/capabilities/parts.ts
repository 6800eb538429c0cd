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

/** The sections of a document in its order. */
export function partsOf({ sections, text }: AnyDocument): readonly Part[] {
  return sections.flatMap((section, at) => {
    if (section.heading === undefined) return [];
    const next = sections.slice(at + 1).find(({ depth }) => depth <= section.depth);
    const items = itemsIn(section.blocks, text).map((item) => ({ item, reading: parseProgress(item.raw) }));
    return [{ section, start: section.start, end: next?.start ?? text.length, items }];
  });
}
