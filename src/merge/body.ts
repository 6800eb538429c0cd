/**
 * The body of a section, merged unit by unit.
 *
 * What stands where comes from a merge of the names of the units; what each of them
 * says comes from `same-unit`. Additions of both sides in one place are united, ours
 * first. Invariant: a unit that a side added, or changed where the other removed it,
 * stands in the result, in a conflict at the worst.
 */
import { isSameList } from "../base/same.ts";
import { MAX_RECENT } from "../changes/recent.ts";
import { mergeLines, sharedLines } from "../text/diff/three-way.ts";
import { choose, conflict, type Piece, settled } from "./piece.ts";
import { underOldNames } from "./rename.ts";
import { mergeUnit } from "./same-unit.ts";
import { type Content, isBlank, type Unit } from "./unit.ts";

type Units = readonly Unit[];

/** What is said in one place of the result; the unit where it is settled. */
interface Place {
  readonly unit?: Unit;
  readonly pieces: readonly Piece[];
}

/** Merges two versions of the units of a section; without a base all of them were added. */
export function mergeBody(content: Content, base: Units | undefined, ours: Units, theirs: Units): readonly Piece[] {
  const o = underOldNames(base ?? [], ours);
  const t = underOldNames(base ?? [], theirs);
  const sides = { base: base ?? [], ours: withChanged(base ?? [], o, t), theirs: withChanged(base ?? [], t, o) };
  const [inBase, inOurs, inTheirs] = [base ?? [], o, t].map(byKey) as [Named, Named, Named];
  const keys = { ours: sides.ours.map(keyOf), theirs: sides.theirs.map(keyOf) };
  const old = base ? base.map(keyOf) : sharedLines(keys.ours, keys.theirs);
  const said = new Set<string>();
  const say = (key: string): readonly Place[] => {
    if (isLine(key)) return [{ pieces: [settled([key.slice(LINE.length)])] }];
    if (said.has(key)) return [];
    said.add(key);
    return [placeOf(content, inBase.get(key), inOurs.get(key), inTheirs.get(key))];
  };
  const whole = { base: new Set(old), ours: new Set(keys.ours), theirs: new Set(keys.theirs) };
  const places = mergeLines(old, keys.ours, keys.theirs).flatMap((chunk): readonly Place[] => {
    if (chunk.kind === "clean") return chunk.lines.flatMap(say);
    const united = unite(chunk, whole);
    if (united) return united.flatMap(say);
    const rawOf = (named: Named, side: readonly string[]) =>
      side.flatMap((key) => (isLine(key) ? [key.slice(LINE.length)] : (named.get(key)?.lines ?? [])));
    return [{ pieces: conflict(rawOf(inOurs, chunk.ours), rawOf(inTheirs, chunk.theirs)) }];
  });
  const inputs = [base ?? [], ours, theirs];
  const arranged = content === "recent" ? newestFirst(places, inputs) : numbered(places, inputs);
  return arranged.flatMap(({ pieces }) => pieces);
}

type Named = ReadonlyMap<string, Unit>;

const LINE = "line ";

function isLine(key: string): boolean {
  return key.startsWith(LINE);
}

function keyOf({ key }: Unit): string {
  return key;
}

function byKey(units: Units): Named {
  return new Map(units.filter(({ kind }) => kind !== "line").map((unit) => [unit.key, unit]));
}

/** What the other side changed goes nowhere, although this side has removed it: it stands again behind what was before it. */
function withChanged(base: Units, side: Units, other: Units): Units {
  const [own, others] = [byKey(side), byKey(other)];
  const result = [...side];
  base.forEach((unit, at) => {
    const changed = others.get(unit.key);
    if (unit.kind === "line" || own.has(unit.key) || !changed || isSameText(unit, changed)) return;
    const before = base.slice(0, at).findLast(({ key }) => result.some((each) => each.key === key));
    result.splice(before ? result.findIndex(({ key }) => key === before.key) + 1 : 0, 0, unit);
  });
  return result;
}

function isSameText(one: Unit, other: Unit): boolean {
  const text = ({ lines, marker = "" }: Unit) => [lines[0]!.slice(marker.length), ...lines.slice(1)];
  return isSameList(text(one), text(other));
}

function placeOf(content: Content, base: Unit | undefined, ours: Unit | undefined, theirs: Unit | undefined): Place {
  const [one, other] = [ours, theirs];
  if (one && other) {
    const unit = mergeUnit(content, base, one, other);
    return unit ? { unit, pieces: [settled(unit.lines)] } : { pieces: conflict(one.lines, other.lines) };
  }
  const unit = (one ?? other)!;
  // A field that one side removed and the other changed; of an item what was changed is kept.
  if (base && unit.kind === "field") return { pieces: conflict(one?.lines ?? [], other?.lines ?? []) };
  return { unit, pieces: [settled(unit.lines)] };
}

type Keys = readonly string[];
type Whole = { readonly [side in "base" | "ours" | "theirs"]: ReadonlySet<string> };

/** The names of both sides in one place; `undefined` where they say different things in lines that are no units. */
function unite(chunk: { base: Keys; ours: Keys; theirs: Keys }, whole: Whole): Keys | undefined {
  const textOf = (keys: Keys) => keys.filter((key) => isLine(key) && !isBlank(key.slice(LINE.length)));
  const ours = textOf(chunk.ours);
  const text = choose(textOf(chunk.base), ours, textOf(chunk.theirs), isSameList);
  if (!text) return undefined;
  const first = isSameList(text.chosen, ours) ? "ours" : "theirs";
  const second = first === "ours" ? "theirs" : "ours";
  const isGone = (key: string) => whole.base.has(key) && !whole[second].has(key);
  const result = chunk[first].filter((key) => isLine(key) || !isGone(key));
  chunk[second].forEach((key, at) => {
    if (isLine(key) || result.includes(key) || (whole.base.has(key) && !whole[first].has(key))) return;
    const before = chunk[second].slice(0, at);
    const anchor = before.findLast((each) => !isLine(each) && result.includes(each));
    const place = anchor === undefined ? result.length : result.lastIndexOf(anchor) + 1;
    const isLoose = before.at(-1) === LINE && result[place - 1] !== LINE;
    result.splice(place, 0, ...(isLoose ? [LINE, key] : [key]));
  });
  return result;
}

/** Recent Work by date, no longer than the format has it, unless a side was longer before. */
function newestFirst(places: readonly Place[], inputs: readonly Units[]): readonly Place[] {
  const entries = places.filter(({ unit }) => unit?.kind === "field");
  if (entries.some(({ unit }) => unit!.instant === undefined)) return places;
  const sorted = entries.toSorted((one, other) => other.unit!.instant! - one.unit!.instant!);
  const longest = Math.max(MAX_RECENT, ...inputs.map((units) => units.filter(({ kind }) => kind === "field").length));
  const kept = sorted.slice(0, longest);
  let next = 0;
  return places.flatMap((place) => (entries.includes(place) ? (kept[next++] ?? []) : place));
}

const NUMBER = /^([ \t]*)(\d{1,9})(?=[.)])/;

/** Numbers that only count go on counting; others can be ids and stay as they are. */
function numbered(places: readonly Place[], inputs: readonly Units[]): readonly Place[] {
  if (!inputs.every(isCounting)) return places;
  let count = 0;
  return places.map((place) => {
    const { unit } = place;
    if (!unit?.marker || !NUMBER.test(unit.marker)) return place;
    const [first = "", ...below] = unit.lines;
    return { ...place, pieces: [settled([first.replace(NUMBER, `$1${++count}`), ...below])] };
  });
}

function isCounting(units: Units): boolean {
  const numbers = units.flatMap(({ marker = "" }) => NUMBER.exec(marker)?.[2] ?? []);
  return numbers.every((number, at) => number === String(at + 1));
}
