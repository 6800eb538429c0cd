/** The rows of a batch that several machines work on: their shapes, read with the key that is wrong. */
import * as z from "zod/mini";
import { byName, checkShape, claim, count, index, maybe, operation, text } from "./batch-schema.ts";
import {
  BATCH_VERSION,
  type BatchFigures,
  claimOf,
  type FeatureClaim,
  failureOf,
  gitOf,
  skipOf,
} from "./batch-state.ts";

/** A row cannot be believed; the message begins with its key. */
export class DamagedRow extends Error {
  override readonly name = "DamagedRow";
}

/** The batch is of a newer program. */
export class NewerRow extends Error {
  override readonly name = "NewerRow";
}

const HEAD_ROW = z.looseObject({
  batch_id: text,
  total_features: count,
  status: z.enum(["in_progress", "paused", "completed", "failed"]),
  current_index: index,
  counts: z.looseObject({ completed: count, failed: count, skipped: count }),
  total_retries: count,
  context_token_estimate: count,
  auto_clear_count: count,
  context_tokens_before_clear: maybe(count),
  paused_at_feature_index: maybe(index),
  consecutive_failures: count,
  updated_at: maybe(text),
  schema_version: count,
});
const ABOUT_ROW = z.looseObject({
  features_file: text,
  source_type: text,
  issue_numbers: maybe(z.array(z.int())),
  created_at: maybe(text),
  workflow_mode: text,
  workflow_reminder: text,
});
const FEATURE_ROW = z.looseObject({
  feature: text,
  status: z.enum(["pending", "completed", "failed", "skipped"]),
  error_message: z.optional(maybe(text)),
  reason: z.optional(maybe(text)),
  category: z.optional(maybe(text)),
  timestamp: z.optional(maybe(text)),
  retry_count: z.optional(maybe(count)),
  retry_attempts: z.optional(count),
  git_operations: z.optional(byName(operation)),
  claim: z.optional(claim),
});

export type HeadRow = z.output<typeof HEAD_ROW>;
export type AboutRow = z.output<typeof ABOUT_ROW>;
export type FeatureRow = z.output<typeof FEATURE_ROW>;

type Found = ReadonlyMap<string, string>;

export function readHeadRow(found: Found, key: string): HeadRow {
  const row = readRow(HEAD_ROW, found, key);
  const { completed, failed, skipped } = row.counts;
  if (row.current_index > row.total_features || completed + failed + skipped > row.total_features) {
    throw new DamagedRow(`${key} counts more than its total_features, which is ${row.total_features}`);
  }
  return row;
}

export const readAboutRow = (found: Found, key: string): AboutRow => readRow(ABOUT_ROW, found, key);

export const readFeatureRow = (found: Found, key: string): FeatureRow => readRow(FEATURE_ROW, found, key);

function readRow<T extends z.ZodMiniType>(schema: T, found: Found, key: string): z.output<T> {
  const json = found.get(key);
  if (json === undefined) throw new DamagedRow(`${key} is missing`);
  // Stores hand out nothing that is no JSON.
  const value: unknown = JSON.parse(json);
  const version = (value as { schema_version?: unknown } | null)?.schema_version;
  if (typeof version === "number" && version > BATCH_VERSION) throw new NewerRow(String(version));
  const checked = checkShape(schema, value);
  if (checked.kind === "fault") throw new DamagedRow(`${key}.${checked.fault}`);
  return checked.shape;
}

export function figuresOf(row: HeadRow): BatchFigures & { readonly total: number } {
  const { completed, failed, skipped } = row.counts;
  return {
    total: row.total_features,
    status: row.status,
    currentIndex: row.current_index,
    firstOpen: row.current_index,
    updatedAt: row.updated_at ?? undefined,
    tokens: row.context_token_estimate,
    clears: row.auto_clear_count,
    tokensBeforeClear: row.context_tokens_before_clear ?? undefined,
    pausedAt: row.paused_at_feature_index ?? undefined,
    consecutiveFailures: row.consecutive_failures,
    remaining: row.total_features - completed - failed - skipped,
    totalRetries: row.total_retries,
  };
}

/** What a row says of its feature; `undefined` for what does not hold. */
export const ABOUT_FEATURE = {
  failed: (index: number, row: FeatureRow) => (row.status === "failed" ? failureOf(index, row) : undefined),
  skipped: (index: number, row: FeatureRow) => (row.status === "skipped" ? skipOf(index, row) : undefined),
  retries: (_: number, row: FeatureRow) => row.retry_attempts,
  git: (_: number, { git_operations: operations }: FeatureRow) => operations && gitOf(operations),
};

/** The claim on the feature of a row. Where there is one clock, a lease ends when it ends. */
export function claimIn({ claim: made }: FeatureRow, index: number, oneClock: boolean): FeatureClaim | undefined {
  const found = made && claimOf(index, made);
  if (found === undefined || !oneClock) return found;
  const { lease, ...exact } = found;
  return exact;
}
