/**
 * What becomes of a feature: completed, failed or skipped.
 *
 * Every change can be repeated: what holds already changes nothing, counts no
 * tokens and gives an empty list. Completed is final; of failed and skipped the
 * last word counts. The batch is completed when nothing is left, not before.
 */
import { formatTime } from "../base/time.ts";
import { type BatchChange, figures, type StoredFigures } from "./batch-change.ts";
import type { BatchState } from "./batch-state.ts";

/** What happened to a feature. Texts are sanitised already. */
export type FeatureEnd =
  | { readonly kind: "completed" }
  | { readonly kind: "failed"; readonly error: string; readonly retryCount?: number }
  | { readonly kind: "skipped"; readonly reason: string; readonly category: string };

/** One feature that ends. */
export interface EndedFeature {
  readonly index: number;
  readonly end: FeatureEnd;
  readonly tokens: number;
  /** In milliseconds since the epoch. */
  readonly now: number;
}

/** The changes that end a feature; none where it has ended so already. */
export function endFeature(batch: BatchState, { index, end, tokens, now }: EndedFeature): readonly BatchChange[] {
  if (batch.completed.has(index) || isRepeated(batch, index, end)) return [];
  const timestamp = formatTime(now);
  const isNew = !(end.kind === "failed" && batch.failed.has(index));
  const current = nextCurrent(batch, index);
  const isLast = current === batch.total && batch.status !== "completed";
  const changed: Partial<StoredFigures> = {
    ...(tokens > 0 && isNew && { tokens: batch.tokens + tokens }),
    ...(end.kind === "completed" && batch.consecutiveFailures > 0 && { consecutiveFailures: 0 }),
    ...(end.kind === "failed" && { consecutiveFailures: batch.consecutiveFailures + 1 }),
    ...(current !== batch.currentIndex && { currentIndex: current }),
    ...(isLast && { status: "completed" }),
    updatedAt: timestamp,
  };
  const ended: BatchChange = end.kind === "completed" ? { ...end, index } : { ...end, index, timestamp };
  return [...withdrawn(batch, index), ended, figures(changed)];
}

function isRepeated(batch: BatchState, index: number, end: FeatureEnd): boolean {
  if (end.kind === "failed") {
    const before = batch.failed.get(index);
    return before?.error === end.error && (end.retryCount ?? before.retryCount) === before.retryCount;
  }
  return end.kind === "skipped" && batch.skipped.has(index);
}

/** Takes away an earlier failure or skip of the feature, and the claim on it. */
function withdrawn(batch: BatchState, index: number): BatchChange[] {
  const outdated = (["failed", "skipped"] as const).filter((from) => batch[from].has(index));
  return [
    ...outdated.map((from): BatchChange => ({ kind: "withdrawn", index, from })),
    ...(batch.claims.has(index) ? [{ kind: "released", index } as const] : []),
  ];
}

/** The smallest index that is not processed once this one is; the number of features where all are. */
export function nextCurrent(batch: BatchState, ended: number): number {
  let index = batch.firstOpen;
  while (index < batch.total && (index === ended || batch.isProcessed(index))) index++;
  return index;
}
