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
  const kept = new Counts(linesOf(after));
  const lines = linesOf(before);
  const gone = lines.filter((line) => !kept.take(line)).length;
  return [
    ...named(lostSections(before, after), "section", (title) => `the section \`${title}\``),
    ...(gone > lines.length / 2 && gone > 1 ? [`${gone} of ${lines.length} lines`] : []),
    ...named(uncheckedItems(before, after), "checked item", (text) => `the checked item \`${text}\``),
  ];
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
function lostSections(before: string, after: string): readonly string[] {
  const titles = new Counts(sectionsOf(after).map(titleOf));
  const kept = new Set(linesOf(after));
  return sectionsOf(before)
    .filter((section) => !titles.take(titleOf(section)))
    .flatMap(({ title, bodyStart, end }) => {
      const body = linesOf(before.slice(bodyStart, end));
      const left = body.filter((line) => kept.has(line)).length;
      return body.length > 0 && left < body.length / 2 ? [title] : [];
    });
}

function sectionsOf(text: string): readonly Section[] {
  return outline(scanBlocks(text), text).filter(({ depth }) => depth > 0);
}

function titleOf({ title }: Section): string {
  return normalTitle(title);
}

/** The items that were checked, and are there no more or checked no more; more words behind the old ones take none away. */
function uncheckedItems(before: string, after: string): readonly string[] {
  const checkedIn = (text: string) => boxesIn(text).flatMap((box) => (box.checked ? [box.text] : []));
  const left = checkedIn(after).map(fold);
  return checkedIn(before).filter((text) => {
    const key = fold(text);
    const at = left.indexOf(key);
    const same = at === -1 ? left.findIndex((each) => each.includes(key)) : at;
    if (same !== -1) left.splice(same, 1);
    return same === -1;
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
