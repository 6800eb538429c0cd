/** Stretches of lines that came from outside, and since when: what a version says of its text, in few numbers. */

/** Lines from the first to the last, counted from 1, and since when they are there: milliseconds since the epoch. */
export type Stretch = readonly [first: number, last: number, since: number];

/** Behind the last line of any text. */
const ALL = 0x7fff_ffff;
/** More are made one: a version says them in its first line, which is short. */
const MOST = 64;

/** All lines of a text. */
export function allSince(since: number): readonly Stretch[] {
  return [[1, ALL, since]];
}

/** Since when each line is from outside, in order, as stretches; `undefined` for a line that is not. */
export function stretchesOf(lines: readonly (number | undefined)[]): readonly Stretch[] {
  const found: [number, number, number][] = [];
  lines.forEach((since, at) => {
    if (since === undefined) return;
    const last = found.at(-1);
    if (last !== undefined && last[1] === at && last[2] === since) last[1] = at + 1;
    else found.push([at + 1, at + 1, since]);
  });
  if (found.length <= MOST) return found;
  return [[found[0]![0], found.at(-1)![1], firstSince(found)!]];
}

/** Since when the oldest of them is there. */
export function firstSince(stretches: readonly Stretch[]): number | undefined {
  let first: number | undefined;
  for (const [, , since] of stretches) if (first === undefined || since < first) first = since;
  return first;
}

/** Since when a line is from outside; `undefined` where it is not. Its number counts from 1. */
export function sinceOf(stretches: readonly Stretch[], line: number): number | undefined {
  return stretches.find(([first, last]) => first <= line && line <= last)?.[2];
}

/** Stretches as JSON gives them back; `undefined` for what is none. */
export function readStretches(value: unknown): readonly Stretch[] | undefined {
  const isStretch = (each: unknown) => Array.isArray(each) && each.length === 3 && each.every(Number.isSafeInteger);
  return Array.isArray(value) && value.every(isStretch) ? (value as Stretch[]) : undefined;
}
