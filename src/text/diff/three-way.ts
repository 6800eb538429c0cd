/**
 * Three versions of a list of lines made one, as `diff3` does it.
 *
 * Where one side alone differs from the base its lines stand; where both do, that
 * is for the caller to decide, who may know more than lines. Invariant: a line that
 * a side has and the base has not is in a chunk of the result, whatever is asked.
 *
 * A comparison that would take long is cut short: then only lines that are there
 * once are matched, which makes larger chunks and never a wrong one.
 */
import { diffArrays } from "diff";
import { isSameList } from "../../base/same.ts";

export type Lines = readonly string[];

/** A stretch of the result: lines that are certain, or what each version has in a place where both sides changed. */
export type Chunk =
  | { readonly kind: "clean"; readonly lines: Lines }
  | { readonly kind: "conflict"; readonly base: Lines; readonly ours: Lines; readonly theirs: Lines };

type Draft = { readonly kind: "clean"; readonly lines: string[] } | Extract<Chunk, { kind: "conflict" }>;

const MAX_EDIT_LENGTH = 1000;

/** Merges two versions of `base`. Chunks stand in order; no two clean ones touch. */
export function mergeLines(base: Lines, ours: Lines, theirs: Lines): readonly Chunk[] {
  const chunks: Draft[] = [];
  const toOurs = matchLines(base, ours);
  const toTheirs = matchLines(base, theirs);
  let [b, o, t] = [0, 0, 0];
  while (b < base.length || o < ours.length || t < theirs.length) {
    const start = o;
    while (b < base.length && toOurs[b] === o && toTheirs[b] === t) [b, o, t] = [b + 1, o + 1, t + 1];
    addClean(chunks, ours.slice(start, o));
    let next = b;
    while (next < base.length && (toOurs[next] === undefined || toTheirs[next] === undefined)) next++;
    const [nextOurs, nextTheirs] = [toOurs[next] ?? ours.length, toTheirs[next] ?? theirs.length];
    addChange(chunks, base.slice(b, next), ours.slice(o, nextOurs), theirs.slice(t, nextTheirs));
    [b, o, t] = [next, nextOurs, nextTheirs];
  }
  return chunks;
}

/** The lines two versions share, in order: what stands for the base where there is none. The same from both sides. */
export function sharedLines(one: Lines, other: Lines): Lines {
  if (one.join("\n") > other.join("\n")) return sharedLines(other, one);
  const matches = matchLines(one, other);
  return one.filter((_, at) => matches[at] !== undefined);
}

/** For each line of `from` the index of the line of `to` that it is; both rise together. */
export function matchLines(from: Lines, to: Lines): readonly (number | undefined)[] {
  const matches: (number | undefined)[] = new Array<undefined>(from.length).fill(undefined);
  const most = Math.min(from.length, to.length);
  let head = 0;
  while (head < most && from[head] === to[head]) matches[head] = head++;
  let tail = 0;
  while (tail < most - head && from.at(-1 - tail) === to.at(-1 - tail)) tail++;
  for (let back = 1; back <= tail; back++) matches[from.length - back] = to.length - back;
  const [inner, other] = [from.slice(head, from.length - tail), to.slice(head, to.length - tail)];
  for (const [at, match] of matchInner(inner, other)) matches[head + at] = head + match;
  return matches;
}

function matchInner(from: Lines, to: Lines): readonly (readonly [number, number])[] {
  if (from.length === 0 || to.length === 0) return [];
  const parts = diffArrays([...from], [...to], { maxEditLength: MAX_EDIT_LENGTH });
  if (!parts) return matchUnique(from, to);
  const pairs: [number, number][] = [];
  let [at, match] = [0, 0];
  for (const { added, removed, count = 0 } of parts) {
    if (!added && !removed) for (let step = 0; step < count; step++) pairs.push([at + step, match + step]);
    if (!added) at += count;
    if (!removed) match += count;
  }
  return pairs;
}

/** Lines that are there once on both sides; of those that crossed, the longest run that did not. */
function matchUnique(from: Lines, to: Lines): readonly (readonly [number, number])[] {
  const places = placesOfUnique(to);
  const pairs = [...placesOfUnique(from)].flatMap(([line, at]): [number, number][] => {
    const match = places.get(line);
    return match === undefined ? [] : [[at, match]];
  });
  // The longest rising run: for each length the pair that ends it lowest, and for each pair the one before it.
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  pairs.forEach(([, match], index) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]!]![1] < match) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? undefined : ends[low - 1];
    ends[low] = index;
  });
  const run: [number, number][] = [];
  for (let index = ends.at(-1); index !== undefined; index = before[index]) run.push(pairs[index]!);
  return run;
}

function placesOfUnique(lines: Lines): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return new Map(lines.flatMap((line, at) => (counts.get(line) === 1 ? [[line, at] as const] : [])));
}

function addChange(chunks: Draft[], base: Lines, ours: Lines, theirs: Lines): void {
  if (isSameList(ours, theirs) || isSameList(base, theirs)) addClean(chunks, ours);
  else if (isSameList(base, ours)) addClean(chunks, theirs);
  else chunks.push({ kind: "conflict", base, ours, theirs });
}

function addClean(chunks: Draft[], lines: Lines): void {
  if (lines.length === 0) return;
  const last = chunks.at(-1);
  if (last?.kind !== "clean") chunks.push({ kind: "clean", lines: [...lines] });
  else for (const line of lines) last.lines.push(line);
}
