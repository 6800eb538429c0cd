/**
 * Which parts the result has, and in which order: that of ours, or that of theirs
 * where they alone changed it. What one side added stands behind what it stood
 * behind there; sections of the progress log stand by time, newest first.
 */
import { isSameList } from "../base/same.ts";
import type { Part } from "./part.ts";

export type Parts = ReadonlyMap<string, Part>;

export interface Versions {
  readonly base: Parts | undefined;
  readonly ours: Parts;
  readonly theirs: Parts;
}

/** The keys of the parts of the result. A part that one side removed and the other changed is among them. */
export function orderOf({ base, ours, theirs }: Versions): readonly string[] {
  const common = (side: Parts) => [...side.keys()].filter((key) => base?.has(key) && ours.has(key) && theirs.has(key));
  const movedByTheirs =
    base !== undefined && isSameList(common(ours), common(base)) && !isSameList(common(theirs), common(base));
  const [first, second] = movedByTheirs ? [theirs, ours] : [ours, theirs];
  const keys = [...first.keys()].filter((key) => second.has(key) || stays(first.get(key)!, base?.get(key)));
  const added = [...second.keys()];
  added.forEach((key, at) => {
    if (first.has(key) || !stays(second.get(key)!, base?.get(key))) return;
    const before = added.slice(0, at).findLast((each) => keys.includes(each));
    let place = before === undefined ? 0 : keys.indexOf(before) + 1;
    const { logged } = second.get(key)!;
    const timeOf = (other: string | undefined) =>
      other === undefined ? undefined : (first.get(other) ?? second.get(other))!.logged;
    // What the first side added in the same place comes first; of log sections the newer.
    const isOlder = (other: string | undefined) => logged !== undefined && (timeOf(other) ?? logged) < logged;
    while (isNewHere(keys[place], first, second, base) && !isOlder(keys[place])) place++;
    keys.splice(place, 0, key);
  });
  return keys;
}

/** Whether a part that only one side has stays: it is new, or it was changed where the other side removed it. */
function stays(part: Part, base: Part | undefined): boolean {
  return base === undefined || !isSamePart(part, base);
}

function isNewHere(key: string | undefined, first: Parts, second: Parts, base: Parts | undefined): boolean {
  return key !== undefined && first.has(key) && !second.has(key) && !base?.has(key);
}

/** Whether two versions of a part have equal lines, the blank ones behind it aside. */
export function isSamePart(one: Part, other: Part): boolean {
  return isSameList(one.heading, other.heading) && isSameList(one.body, other.body);
}
