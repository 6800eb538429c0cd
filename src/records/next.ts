/**
 * Which feature comes next, and who has it.
 *
 * A claim is a key of our own in the record, so that it lives and dies with it and
 * comes through programs that know nothing of it: they keep keys they do not know.
 * It counts until its lease ends; then the feature is anybody's again.
 */
import type { Batch, FeatureClaim } from "./batch.ts";
import type { RecordChange } from "./json-edit.ts";
import { isProcessed } from "./progress.ts";

/** Why no feature can be had: all are processed, those left are claimed, or they wait for others. */
export type NoneLeft = "processed" | "claimed" | "blocked";

/** The first feature that is free and ready at `now`. */
export function findNext(batch: Batch, now: number): number | NoneLeft {
  let left: NoneLeft = "processed";
  for (const index of orderOf(batch)) {
    if (isProcessed(batch, index)) continue;
    if (waitsFor(batch, index).length > 0) {
      if (left === "processed") left = "blocked";
    } else if (claimOf(batch, index, now) !== undefined) left = "claimed";
    else return index;
  }
  return left;
}

/** The features that must be completed before this one can begin. */
export function waitsFor({ dependencies, completed }: Batch, index: number): readonly number[] {
  return (dependencies.get(index) ?? []).filter((other) => !completed.has(other));
}

/** The claim on a feature, where its lease has not ended. */
export function claimOf({ claims }: Batch, index: number, now: number): FeatureClaim | undefined {
  const claim = claims.get(index);
  return claim !== undefined && claim.expires > now ? claim : undefined;
}

/** Each that goes costs a look at all of them. */
const MOST_TIDIED = 20;

/** The changes that give a feature to a worker until `expires`; claims that have ended go on the way. */
export function claimFeature(
  batch: Batch,
  index: number,
  worker: string,
  now: number,
  expires: number,
): readonly RecordChange[] {
  const ended = [...batch.claims.values()]
    .filter((claim) => claim.expires <= now && claim.index !== index)
    .slice(0, MOST_TIDIED);
  const value = { worker, claimed_at: instant(now), expires_at: instant(expires) };
  return [
    ...ended.map((claim) => ({ kind: "remove", path: ["claims", String(claim.index)] }) as const),
    { kind: "set", path: ["claims", String(index)], value },
  ];
}

/** The change that lets a lease end later. */
export function extendClaim(index: number, expires: number): readonly RecordChange[] {
  return [{ kind: "set", path: ["claims", String(index), "expires_at"], value: instant(expires) }];
}

/** With milliseconds, unlike the times for people: a lease of one second must not be half a second. */
function instant(time: number): string {
  return new Date(time).toISOString();
}

/** Every index once: the order that is given, then those it leaves out. */
function orderOf({ order, features }: Batch): Iterable<number> {
  if (order.length === 0) return features.keys();
  return new Set([...order, ...features.keys()]);
}
