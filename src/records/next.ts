/**
 * Which feature comes next, and who has it.
 *
 * A claim is a key of our own in the record, so that it lives and dies with it and
 * comes through programs that know nothing of it: they keep keys they do not know.
 * It counts until its lease ends; then the feature is anybody's again.
 */
import { graceOf } from "../base/lease.ts";
import type { BatchChange } from "./batch-change.ts";
import type { BatchState, FeatureClaim } from "./batch-state.ts";

/** Why no feature can be had: all are processed, those left are claimed, or they wait for others. */
export type NoneLeft = "processed" | "claimed" | "blocked";

/** The first feature that is free and ready at `now`. */
export function findNext(batch: BatchState, now: number): number | NoneLeft {
  let left: NoneLeft = "processed";
  for (const index of orderOf(batch)) {
    if (batch.isProcessed(index)) continue;
    if (waitsFor(batch, index).length > 0) {
      if (left === "processed") left = "blocked";
    } else if (claimOf(batch, index, now) !== undefined) left = "claimed";
    else return index;
  }
  return left;
}

/** The features that must be completed before this one can begin. */
export function waitsFor({ dependencies, completed }: BatchState, index: number): readonly number[] {
  return (dependencies.get(index) ?? []).filter((other) => !completed.has(other));
}

/** The claim on a feature, where its lease has not ended by any clock that is little off. */
export function claimOf({ claims }: BatchState, index: number, now: number): FeatureClaim | undefined {
  const claim = claims.get(index);
  return claim !== undefined && counts(claim, now) ? claim : undefined;
}

function counts({ expires, lease = 0 }: FeatureClaim, now: number): boolean {
  return expires + graceOf(lease) > now;
}

/** Each that goes costs a look at all of them. */
const MOST_TIDIED = 20;

/** The changes that make a claim at `now`; claims that have ended go on the way. */
export function claimFeature(batch: BatchState, claim: FeatureClaim, now: number): readonly BatchChange[] {
  const ended = [...batch.claims.values()]
    .filter((each) => !counts(each, now) && each.index !== claim.index)
    .slice(0, MOST_TIDIED);
  return [
    ...ended.map(({ index }): BatchChange => ({ kind: "released", index })),
    { kind: "claimed", ...claim, at: now },
  ];
}

/** Every index that can be open, once: the order that is given, then those it leaves out. */
function* orderOf({ order, total, firstOpen }: BatchState): Iterable<number> {
  const given = new Set(order);
  yield* given;
  for (let index = firstOpen; index < total; index++) if (!given.has(index)) yield index;
}
