/** What one text has and a later one has not, where that is more than an edit: sections, half of its lines, checked items. */

import { outline, type Section } from "../syntax/outline.ts";
import { scanBlocks } from "../syntax/scan.ts";
import { fold } from "../text/fold.ts";
import { boxesIn } from "./boxes.ts";
import { normalTitle } from "./document.ts";

/** So many of one kind are named. */
const NAMED = 3;

/** What would be lost, in words; none where it is an edit like any other. */
export function lossesBetween(before: string, after: string): readonly string[] {
  const [old, now] = [scanned(before), scanned(after)];
  const kept = new Counts(linesOf(after));
  const lines = linesOf(before);
  const gone = lines.filter((line) => !kept.take(line)).length;
  return [
    ...named(lostSections(old, now), "section", (title) => `the section \`${title}\``),
    ...(gone > lines.length / 2 && gone > 1 ? [`${gone} of ${lines.length} lines`] : []),
    ...named(uncheckedItems(old, now), "checked item", (text) => `the checked item \`${text}\``),
  ];
}

/** A text with its blocks, which are found once. */
type Scanned = ReturnType<typeof scanned>;

function scanned(text: string) {
  return { text, blocks: scanBlocks(text) };
}

function named(found: readonly string[], noun: string, say: (each: string) => string): readonly string[] {
  const more = found.length - NAMED;
  const rest = more > 0 ? [`${more} more ${noun}${more === 1 ? "" : "s"}`] : [];
  return [...found.slice(0, NAMED).map((each) => say(each.length > 60 ? `${each.slice(0, 59)}…` : each)), ...rest];
}

/** The lines with something in them. Whether a box is checked, and how far a line stands in, is another matter. */
function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim().replace(/\[[ \txX]?\](?=\s)/, "[]"));
  return lines.filter((line) => line !== "");
}

/** The sections whose headings are gone, and most of what stood below them. */
function lostSections(before: Scanned, after: Scanned): readonly string[] {
  const titles = new Counts(sectionsOf(after).map(titleOf));
  const kept = new Set(linesOf(after.text));
  return sectionsOf(before)
    .filter((section) => !titles.take(titleOf(section)))
    .flatMap(({ title, bodyStart, end }) => {
      const body = linesOf(before.text.slice(bodyStart, end));
      const left = body.filter((line) => kept.has(line)).length;
      return body.length > 0 && left < body.length / 2 ? [title] : [];
    });
}

function sectionsOf({ blocks, text }: Scanned): readonly Section[] {
  return outline(blocks, text).filter(({ depth }) => depth > 0);
}

function titleOf({ title }: Section): string {
  return normalTitle(title);
}

/** So many pairs of items are compared by their words; a text in which more were worded anew is another one. */
const MOST_PAIRS = 100_000;

/** The items that were checked, and are there no more or checked no more; more words around the old ones take none away. */
function uncheckedItems(before: Scanned, after: Scanned): readonly string[] {
  const checkedIn = ({ text, blocks }: Scanned) =>
    boxesIn(text, blocks).flatMap((box) => (box.checked ? [box.text] : []));
  const [old, now] = [checkedIn(before), checkedIn(after)];
  const kept = new Counts(now.map(fold));
  const gone = old.filter((text) => !kept.take(fold(text)));
  const known = new Counts(old.map(fold));
  const added = now.map(fold).filter((key) => !known.take(key));
  if (gone.length * added.length > MOST_PAIRS) return gone;
  return gone.filter((text) => {
    const at = added.findIndex((each) => each.includes(fold(text)));
    if (at !== -1) added.splice(at, 1);
    return at === -1;
  });
}

/** How many there are of each, which are taken one by one. */
class Counts {
  readonly #counts = new Map<string, number>();

  constructor(texts: readonly string[]) {
    for (const text of texts) this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
  }

  take(text: string): boolean {
    const left = this.#counts.get(text) ?? 0;
    this.#counts.set(text, left - 1);
    return left > 0;
  }
}
