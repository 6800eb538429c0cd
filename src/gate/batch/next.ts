/** Which feature comes next; claiming it for one worker, and holding on to it. */
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import type { BatchState, FeatureClaim } from "../../records/batch-state.ts";
import { claimFeature, claimOf, findNext, type NoneLeft } from "../../records/next.ts";
import { messageText } from "../../records/sanitize.ts";
import { requireCall } from "../call.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { changeBatch, type FeatureReference, requireFeature, viewBatch } from "./batch.ts";
import { type BatchOptions, PLACE } from "./place.ts";

/** The feature that comes next. */
export interface NextFeature {
  readonly index: number;
  readonly feature: string;
}

/** A feature and until when it is somebody's. */
export interface FeatureClaimed extends NextFeature {
  readonly worker: string;
  /** `YYYY-MM-DDTHH:MM:SS.mmmZ`; from then on another worker may claim it. */
  readonly expiresAt: string;
  readonly revision: string;
}

/** For whom a feature is claimed, and how long. */
export interface ClaimInput extends BatchOptions {
  /** Who takes it; a name for messages, unique only if the callers make it so. */
  readonly worker: string;
  /** How long nobody else gets it, in milliseconds; 15 minutes by default. */
  readonly lease?: number;
}

const CLAIM: Shape<ClaimInput> = { ...PLACE, worker: "text", lease: "number?" };

const LEASE = 15 * 60_000;
const LONGEST_LEASE = 30 * 24 * 3_600_000;

/** The next feature: not processed, not claimed, with all it depends on completed. `NOT_FOUND` where there is none. */
export async function nextFeature(gate: Gate, input: BatchOptions = {}): Promise<NextFeature> {
  requireCall("nextFeature", { gate, input }, PLACE);
  return await viewBatch(gate, input, (batch, now, path) => {
    const found = findNext(batch, now);
    if (typeof found !== "number") throw noneLeft(batch, found, path);
    return { index: found, feature: batch.featureAt(found) };
  });
}

/**
 * Gives the next feature to one worker until the lease ends, each call another one. Rejects
 * with `NOT_FOUND` where no feature can be had.
 *
 * ```ts
 * const { value } = await claimNextFeature(gate, { worker: "w1", lease: 30 * 60_000 });
 * await extendFeatureClaim(gate, { index: value.index, worker: "w1" });
 * ```
 */
export async function claimNextFeature(
  gate: Gate,
  input: ClaimInput,
  options: WriteOptions = {},
): Promise<Outcome<FeatureClaimed>> {
  requireCall("claimNextFeature", { gate, input, options }, CLAIM);
  const worker = requireWorker(input.worker);
  const lease = requireLease(input.lease);
  return await changeBatch(gate, { ...options, operation: "next --claim" }, input, (batch, now, path) => {
    if (batch.status === "paused") {
      throw new GateError("NOT_FOUND", `Cannot claim a feature: batch ${printable(batch.id)} is paused`, {
        path,
        hint: "Run: gate batch resume",
      });
    }
    const index = findNext(batch, now);
    if (typeof index !== "number") throw noneLeft(batch, index, path);
    const claim = { index, worker, expires: now + lease };
    return { changes: claimFeature(batch, claim, now), value: (after) => claimed(after, claim) };
  });
}

/**
 * Lets the lease of a claimed feature begin anew, also one that has ended if nobody
 * else took the feature. Without `lease` it never ends earlier than it would have.
 */
export async function extendFeatureClaim(
  gate: Gate,
  input: ClaimInput & { readonly index: FeatureReference },
  options: WriteOptions = {},
): Promise<Outcome<FeatureClaimed>> {
  requireCall("extendFeatureClaim", { gate, input, options }, { ...CLAIM, index: "name" });
  const worker = requireWorker(input.worker);
  const lease = requireLease(input.lease);
  return await changeBatch(gate, { ...options, operation: "extend" }, input, (batch, now, path) => {
    const index = requireFeature(batch, input.index, path);
    const before = requireClaim(batch, index, worker, path).expires;
    const expires = input.lease === undefined ? Math.max(before, now + lease) : now + lease;
    const changes = [{ kind: "extended", index, expires } as const];
    return { changes, value: (after) => claimed(after, { index, worker, expires }) };
  });
}

function claimed(batch: BatchState, { index, worker, expires }: FeatureClaim & { readonly index: number }) {
  return { index, feature: batch.featureAt(index), worker, expiresAt: new Date(expires).toISOString() };
}

function requireClaim(batch: BatchState, index: number, worker: string, path: string): FeatureClaim {
  const claim = batch.claims.get(index);
  if (claim?.worker === worker) return claim;
  const reason =
    claim !== undefined && claimOf(batch, index, 0)
      ? `${printable(claim.worker)} has it`
      : batch.isProcessed(index)
        ? "it is processed already"
        : "nobody has claimed it";
  throw new GateError("CONFLICT", `Cannot extend the claim of ${printable(worker)} on feature ${index}: ${reason}`, {
    path,
    hint: "Stop working on it, and claim another one with `gate batch next --claim`.",
  });
}

const REASONS: Readonly<Record<NoneLeft, readonly [reason: string, hint: string]>> = {
  processed: ["every feature is completed, failed or skipped", "See `gate batch summary`."],
  claimed: ["all that are ready are claimed by workers", "Wait until one is done or its lease ends, then try again."],
  blocked: [
    "those that are left wait for features that are not completed",
    "See `gate batch status`; complete what they wait for, or skip them.",
  ],
};

function noneLeft({ id }: BatchState, left: NoneLeft, path: string): GateError {
  const [reason, hint] = REASONS[left];
  return new GateError("NOT_FOUND", `Cannot find a next feature in batch ${printable(id)}: ${reason}`, { path, hint });
}

/** A worker's name, without what is no text; `INVALID_ARGUMENT` for one that is empty or too long. */
export function requireWorker(worker: string): string {
  const name = messageText(worker);
  if (name !== "" && name.length <= 128) return name;
  throw new GateError("INVALID_ARGUMENT", "Cannot use the worker's name: it is empty or too long", {
    hint: "Give a name of at most 128 characters with --worker.",
  });
}

function requireLease(lease = LEASE): number {
  if (Number.isSafeInteger(lease) && lease > 0 && lease <= LONGEST_LEASE) return lease;
  throw new GateError(
    "INVALID_ARGUMENT",
    "Cannot claim a feature: a lease is longer than nothing and at most 30 days",
    {
      hint: "Give a duration, for example --lease 15m",
    },
  );
}
