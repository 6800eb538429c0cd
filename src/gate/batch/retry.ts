/** Counts a retry of a feature, and says whether it may be made. */
import { formatTime } from "../../base/time.ts";
import { figures } from "../../records/batch-change.ts";
import { decideRetry, type ErrorClass, MAX_BATCH_RETRIES, MAX_RETRIES, type RetryReason } from "../../records/retry.ts";
import { messageText } from "../../records/sanitize.ts";
import { requireCall } from "../call.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { changeBatch, type FeatureReference, requireFeature } from "./batch.ts";
import { type BatchOptions, PLACE } from "./place.ts";

/** The feature that would be tried again. */
export interface RetryInput extends BatchOptions {
  readonly index: FeatureReference;
  /** The error to judge by; without it the one that the feature failed with. */
  readonly error?: string;
}

/** Whether a feature may be tried again, and why not. */
export interface Retry {
  /** Whether the feature may be tried again now. */
  readonly allowed: boolean;
  readonly reason: RetryReason;
  readonly index: number;
  readonly feature: string;
  /** Retries of this feature, this one included, whether allowed or not. */
  readonly retryCount: number;
  readonly maxRetries: number;
  /** Retries in the batch, this one included. */
  readonly totalRetries: number;
  readonly maxTotalRetries: number;
  readonly consecutiveFailures: number;
  /** Of the error; absent where none is known. */
  readonly errorClass: ErrorClass | undefined;
  readonly revision: string;
}

/**
 * Counts a retry of a feature and says in `allowed` and `reason` whether it may be made:
 * three for a feature, fifty in the batch, none after five failures in a row, none for an
 * error that would come again. Every call counts. A failed feature that may be tried again
 * is open from then on: `nextFeature` names it, and it can be claimed.
 */
export async function retryFeature(gate: Gate, input: RetryInput, options: WriteOptions = {}): Promise<Outcome<Retry>> {
  requireCall("retryFeature", { gate, input, options }, { ...PLACE, index: "name", error: "text?" });
  const error = input.error === undefined ? undefined : messageText(input.error);
  return await changeBatch(gate, { ...options, operation: "retry" }, input, (batch, now, path) => {
    const index = requireFeature(batch, input.index, path);
    const decision = decideRetry(batch, index, error);
    const value = () => ({
      allowed: decision.allowed,
      reason: decision.reason,
      index,
      feature: batch.featureAt(index),
      retryCount: decision.count,
      maxRetries: MAX_RETRIES,
      totalRetries: decision.total,
      maxTotalRetries: MAX_BATCH_RETRIES,
      consecutiveFailures: batch.consecutiveFailures,
      errorClass: decision.errorClass,
    });
    const counted = { kind: "retried", index, count: decision.count } as const;
    const isBack = decision.allowed && batch.failed.has(index) && !batch.completed.has(index);
    const back = isBack ? ([{ kind: "withdrawn", index, from: "failed" }] as const) : [];
    const again = isBack && { status: "in_progress" as const, currentIndex: Math.min(batch.currentIndex, index) };
    return { changes: [counted, ...back, figures({ ...(again || {}), updatedAt: formatTime(now) })], value };
  });
}
