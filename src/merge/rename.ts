/**
 * Items that one side has worded anew. An item whose words changed looks like one
 * that went and one that came; that it is the same one shows by its place and by
 * the words that stayed. `Tests for A` and `Tests for B` are no two wordings: where
 * a name or a number differs, taking one for the other would claim work that is
 * not done, so in doubt both stay.
 */
import { matchLines } from "../text/diff/three-way.ts";
import type { Entry } from "./entry.ts";

/** How much of the words must be shared, of 1. */
const SIMILAR = 0.5;
/** Words that tell things apart: numbers, paths, identifiers, single letters. */
const NAME = /\d|[/_.#`]|^\p{L}$|\p{Lu}.*\p{Lu}|\p{Ll}\p{Lu}/u;

/** The entries of a side under the names they have in the base. */
export function underOldNames(base: readonly Entry[], side: readonly Entry[]): readonly Entry[] {
  const [from, to] = [itemsOf(base), itemsOf(side)];
  const known = new Set(from.map(({ key }) => key));
  const present = new Set(to.map(({ key }) => key));
  const matches = matchLines(
    from.map(({ key }) => key),
    to.map(({ key }) => key),
  );
  const names = new Map<Entry, string>();
  for (let at = 0, other = 0; at <= from.length; at++) {
    const match = at === from.length ? to.length : matches[at];
    if (match === undefined) continue;
    const gone = from.slice(startOfGap(matches, at), at).filter(({ key }) => !present.has(key));
    const come = to.slice(other, match).filter(({ key }) => !known.has(key));
    if (gone.length === come.length) {
      come.forEach((entry, index) => {
        if (isRewording(gone[index]!.key, entry.key)) names.set(entry, gone[index]!.key);
      });
    }
    other = match + 1;
  }
  return side.map((entry) => ({ ...entry, key: names.get(entry) ?? entry.key }));
}

function itemsOf(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ kind }) => kind === "item");
}

function startOfGap(matches: readonly (number | undefined)[], end: number): number {
  let start = end;
  while (start > 0 && matches[start - 1] === undefined) start--;
  return start;
}

function isRewording(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  const shared = [...a].filter((word) => b.has(word)).length;
  const differing = [...a, ...b].filter((word) => !(a.has(word) && b.has(word)));
  return (2 * shared) / (a.size + b.size) >= SIMILAR && !differing.some((word) => NAME.test(word));
}

/** The stems of words: `Implementing` and `Implement` are one. The first word of a key is what kind of entry it is. */
function wordsOf(key: string): ReadonlySet<string> {
  const words = key.split(/\s+/).slice(1);
  return new Set(
    words
      .map((word) => word.replace(/^[("'*]+|[)"'*,.;:!?]+$/g, ""))
      .filter((word) => word !== "" && !LITTLE.has(word.toLowerCase()))
      .map((word) => (NAME.test(word) ? word : word.toLowerCase().replace(/(?<=\p{L}{4})(?:ing|ed|es|s|e)$/u, ""))),
  );
}

const LITTLE = new Set(["a", "an", "the", "of", "for", "to", "and", "in", "on"]);
