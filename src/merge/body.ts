/**
 * The body of a section, merged entry by entry.
 *
 * What stands where comes from a merge of the names of the entries; what each of them
 * says comes from `same-entry`. Additions of both sides in one place are united, ours
 * first. Invariant: an entry that a side added, or changed where the other removed it,
 * stands in the result, in a conflict at the worst.
 */
import { isSameList } from "../base/same.ts";
import { MAX_RECENT } from "../changes/recent.ts";
import { mergeLines, sharedLines } from "../text/diff/three-way.ts";
import { type Content, type Entry, isBlank } from "./entry.ts";
import { choose, clean, conflict, type Hunk } from "./hunk.ts";
import { underOldNames } from "./rename.ts";
import { mergeEntry } from "./same-entry.ts";

type Entries = readonly Entry[];

/** What stands in one place of the result; the entry where both sides agree on one. */
interface Place {
  readonly entry?: Entry;
  readonly hunks: readonly Hunk[];
}

/** Merges two versions of the entries of a section; without a base all of them were added. */
export function mergeBody(
  content: Content,
  base: Entries | undefined,
  ours: Entries,
  theirs: Entries,
): readonly Hunk[] {
  const [b, o, t] = [base ?? [], underOldNames(base ?? [], ours), underOldNames(base ?? [], theirs)];
  const [inBase, inOurs, inTheirs] = [b, o, t].map(byKey) as [Named, Named, Named];
  const keys = { ours: withChanged(b, o, t).map(keyOf), theirs: withChanged(b, t, o).map(keyOf) };
  const old = base ? base.map(keyOf) : sharedLines(keys.ours, keys.theirs);
  const placed = new Set<string>();
  const placesOf = (key: string): readonly Place[] => {
    if (isLine(key)) return [{ hunks: [clean([key.slice(LINE.length)])] }];
    if (placed.has(key)) return [];
    placed.add(key);
    return [placeOf(content, inBase.get(key), inOurs.get(key), inTheirs.get(key))];
  };
  const all = { base: new Set(old), ours: new Set(keys.ours), theirs: new Set(keys.theirs) };
  const places = mergeLines(old, keys.ours, keys.theirs).flatMap((chunk): readonly Place[] => {
    if (chunk.kind === "clean") return chunk.lines.flatMap(placesOf);
    const united = unite(chunk, all);
    if (united) return united.flatMap(placesOf);
    const rawOf = (named: Named, side: readonly string[]) =>
      side.flatMap((key) => (isLine(key) ? [key.slice(LINE.length)] : (named.get(key)?.lines ?? [])));
    return [{ hunks: conflict(rawOf(inOurs, chunk.ours), rawOf(inTheirs, chunk.theirs)) }];
  });
  const inputs = [b, ours, theirs];
  const arranged = content === "recent" ? newestFirst(places, inputs) : numbered(places, inputs);
  return arranged.flatMap(({ hunks }) => hunks);
}

type Named = ReadonlyMap<string, Entry>;

const LINE = "line ";

function isLine(key: string): boolean {
  return key.startsWith(LINE);
}

function keyOf({ key }: Entry): string {
  return key;
}

function byKey(entries: Entries): Named {
  return new Map(entries.filter(({ kind }) => kind !== "line").map((entry) => [entry.key, entry]));
}

/** What the other side changed goes nowhere, although this side has removed it: it stands again behind what was before it. */
function withChanged(base: Entries, side: Entries, other: Entries): Entries {
  const [own, others] = [byKey(side), byKey(other)];
  const result = [...side];
  base.forEach((entry, at) => {
    const changed = others.get(entry.key);
    if (entry.kind === "line" || own.has(entry.key) || !changed || isSameText(entry, changed)) return;
    const before = base.slice(0, at).findLast(({ key }) => result.some((each) => each.key === key));
    result.splice(before ? result.findIndex(({ key }) => key === before.key) + 1 : 0, 0, entry);
  });
  return result;
}

function isSameText(one: Entry, other: Entry): boolean {
  const text = ({ lines, marker = "" }: Entry) => [lines[0]!.slice(marker.length), ...lines.slice(1)];
  return isSameList(text(one), text(other));
}

function placeOf(content: Content, base: Entry | undefined, ours: Entry | undefined, theirs: Entry | undefined): Place {
  const entry = ours && theirs ? mergeEntry(content, base, ours, theirs) : (ours ?? theirs);
  // A field that one side removed and the other changed; of an item what was changed is kept.
  const isTorn = base && entry?.kind === "field" && !(ours && theirs);
  if (entry && !isTorn) return { entry, hunks: [clean(entry.lines)] };
  return { hunks: conflict(ours?.lines ?? [], theirs?.lines ?? []) };
}

type Keys = readonly string[];
type AllKeys = { readonly [side in "base" | "ours" | "theirs"]: ReadonlySet<string> };

/** The names of both sides in one place; `undefined` where they say different things in lines that are no entries. */
function unite(chunk: { base: Keys; ours: Keys; theirs: Keys }, all: AllKeys): Keys | undefined {
  const textOf = (keys: Keys) => keys.filter((key) => isLine(key) && !isBlank(key.slice(LINE.length)));
  const ours = textOf(chunk.ours);
  const text = choose(textOf(chunk.base), ours, textOf(chunk.theirs), isSameList);
  if (!text) return undefined;
  const first = isSameList(text.chosen, ours) ? "ours" : "theirs";
  const second = first === "ours" ? "theirs" : "ours";
  const isGone = (key: string) => all.base.has(key) && !all[second].has(key);
  const result = chunk[first].filter((key) => isLine(key) || !isGone(key));
  chunk[second].forEach((key, at) => {
    if (isLine(key) || result.includes(key) || (all.base.has(key) && !all[first].has(key))) return;
    const before = chunk[second].slice(0, at);
    const anchor = before.findLast((each) => !isLine(each) && result.includes(each));
    const place = anchor === undefined ? result.length : result.lastIndexOf(anchor) + 1;
    const isLoose = before.at(-1) === LINE && result[place - 1] !== LINE;
    result.splice(place, 0, ...(isLoose ? [LINE, key] : [key]));
  });
  return result;
}

/** Recent Work by date, no longer than the format has it, unless a side was longer before. */
function newestFirst(places: readonly Place[], inputs: readonly Entries[]): readonly Place[] {
  const dated = places.filter(({ entry }) => entry?.kind === "field");
  if (dated.some(({ entry }) => entry!.instant === undefined)) return places;
  const sorted = dated.toSorted((one, other) => other.entry!.instant! - one.entry!.instant!);
  const lengths = inputs.map((entries) => entries.filter(({ kind }) => kind === "field").length);
  const kept = sorted.slice(0, Math.max(MAX_RECENT, ...lengths));
  let next = 0;
  return places.flatMap((place) => (dated.includes(place) ? (kept[next++] ?? []) : place));
}

const NUMBER = /^([ \t]*)(\d{1,9})(?=[.)])/;

/** Numbers that only count go on counting; others can be ids and stay as they are. */
function numbered(places: readonly Place[], inputs: readonly Entries[]): readonly Place[] {
  if (!inputs.every(isCounting)) return places;
  let count = 0;
  return places.map((place) => {
    const { entry } = place;
    if (!entry?.marker || !NUMBER.test(entry.marker)) return place;
    const [first = "", ...below] = entry.lines;
    return { ...place, hunks: [clean([first.replace(NUMBER, `$1${++count}`), ...below])] };
  });
}

function isCounting(entries: Entries): boolean {
  const numbers = entries.flatMap(({ marker = "" }) => NUMBER.exec(marker)?.[2] ?? []);
  return numbers.every((number, at) => number === String(at + 1));
}
