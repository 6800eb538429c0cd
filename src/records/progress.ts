/**
 * What becomes of a feature: completed, failed or skipped.
 *
 * Every change can be repeated: what holds already changes nothing, counts no
 * tokens and gives an empty list. Completed is final; of failed and skipped the
 * last word counts. The batch is completed when nothing is left, not before.
 */
import { formatTime } from "../base/time.ts";
import type { Batch } from "./batch.ts";
import type { Json, RecordChange } from "./json-edit.ts";

/** What happened to a feature. Texts are sanitised already. */
export type FeatureEnd =
  | { readonly kind: "completed" }
  | { readonly kind: "failed"; readonly error: string }
  | { readonly kind: "skipped"; readonly reason: string; readonly category: string };

/** Whether a feature needs no more work. */
export function isProcessed({ completed, failed, skipped }: Batch, index: number): boolean {
  return completed.has(index) || failed.has(index) || skipped.has(index);
}

/** The changes that end a feature at `now`; none where it has ended so already. */
export function endFeature(
  batch: Batch,
  index: number,
  end: FeatureEnd,
  now: number,
  tokens: number,
): readonly RecordChange[] {
  if (batch.completed.has(index) || isRepeated(batch, index, end)) return [];
  const changes: RecordChange[] = [];
  const isNew = !(end.kind === "failed" && batch.failed.has(index));
  changes.push(...withdrawn(batch, index), added(index, end, now));
  if (tokens > 0 && isNew) changes.push(set("context_token_estimate", batch.tokens + tokens));
  if (end.kind === "completed" && batch.consecutiveFailures > 0) changes.push(set("consecutive_failures", 0));
  if (end.kind === "failed") changes.push(set("consecutive_failures", batch.consecutiveFailures + 1));
  const current = nextCurrent(batch, index);
  if (current !== batch.currentIndex) changes.push(set("current_index", current));
  if (current === batch.features.length && batch.status !== "completed") changes.push(set("status", "completed"));
  return [...changes, set("updated_at", formatTime(now))];
}

function isRepeated(batch: Batch, index: number, end: FeatureEnd): boolean {
  if (end.kind === "failed") return batch.failed.get(index)?.error === end.error;
  return end.kind === "skipped" && batch.skipped.has(index);
}

/** Takes away what was said of the feature before, and the claim on it. */
function withdrawn(batch: Batch, index: number): RecordChange[] {
  const changes: RecordChange[] = [];
  for (const key of ["failed_features", "skipped_features"] as const) {
    const known = key === "failed_features" ? batch.failed : batch.skipped;
    if (!known.has(index)) continue;
    // Other programs may have written one twice.
    changes.push({ kind: "removeAt", path: [key], indices: placesOf(batch, key, index) });
  }
  if (batch.claims.has(index)) changes.push({ kind: "remove", path: ["claims", String(index)] });
  return changes;
}

function placesOf({ record }: Batch, key: string, index: number): number[] {
  const raw = record.members.findLast((member) => member.key === key)?.raw ?? "[]";
  const entries = JSON.parse(raw) as readonly (number | { readonly feature_index: number })[];
  return entries.flatMap((entry, at) => {
    return (typeof entry === "number" ? entry : entry.feature_index) === index ? [at] : [];
  });
}

function added(index: number, end: FeatureEnd, now: number): RecordChange {
  const timestamp = formatTime(now);
  switch (end.kind) {
    case "completed":
      return { kind: "append", path: ["completed_features"], value: index };
    case "failed":
      return append("failed_features", { feature_index: index, error_message: end.error, timestamp });
    case "skipped": {
      const { reason, category } = end;
      return append("skipped_features", { feature_index: index, reason, category, timestamp });
    }
  }
}

function append(key: string, value: Json): RecordChange {
  return { kind: "append", path: [key], value };
}

function set(key: string, value: Json): RecordChange {
  return { kind: "set", path: [key], value };
}

/** The smallest index that is not processed once this one is; the number of features where all are. */
function nextCurrent(batch: Batch, ended: number): number {
  let index = 0;
  while (index < batch.features.length && (index === ended || isProcessed(batch, index))) index++;
  return index;
}
