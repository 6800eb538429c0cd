/** A batch that several machines work on, as a whole: made, read for reports, and as the text other programs know. */
import { formatTime } from "../base/time.ts";
import { BATCH_VERSION, type Batch, WORKFLOW_MODE, WORKFLOW_REMINDER, withCounts } from "./batch-state.ts";
import type { Json } from "./json-edit.ts";
import type { NewBatch } from "./make-batch.ts";
import { printBatch } from "./print-batch.ts";
import { ABOUT, clearKey, featureKey, HEAD } from "./shared-batch.ts";
import {
  ABOUT_FEATURE,
  type AboutRow,
  claimIn,
  type FeatureRow,
  figuresOf,
  type HeadRow,
  readAboutRow,
  readFeatureRow,
  readHeadRow,
} from "./shared-rows.ts";

/** The rows of a new batch. */
export function makeShared(batch: Omit<NewBatch, "stateFile">, now: number): ReadonlyMap<string, string> {
  const timestamp = formatTime(now);
  const rows = new Map<string, string>();
  const add = (key: string, row: HeadRow | AboutRow | FeatureRow) => rows.set(key, JSON.stringify(row));
  add(HEAD, {
    batch_id: batch.id,
    total_features: batch.features.length,
    status: "in_progress",
    current_index: 0,
    counts: { completed: 0, failed: 0, skipped: 0 },
    total_retries: 0,
    context_token_estimate: 0,
    auto_clear_count: 0,
    context_tokens_before_clear: null,
    paused_at_feature_index: null,
    consecutive_failures: 0,
    updated_at: timestamp,
    schema_version: BATCH_VERSION,
  });
  add(ABOUT, {
    features_file: batch.featuresFile,
    source_type: batch.sourceType,
    issue_numbers: batch.issueNumbers === undefined ? null : [...batch.issueNumbers],
    created_at: timestamp,
    workflow_mode: WORKFLOW_MODE,
    workflow_reminder: WORKFLOW_REMINDER,
  });
  for (const [index, feature] of batch.features.entries()) add(featureKey(index), { feature, status: "pending" });
  return rows;
}

/** A whole batch from all of its rows; `oneClock` says that all who use it go by the same one. */
export function readShared(rows: ReadonlyMap<string, string>, oneClock = false): Batch {
  const head = readHeadRow(rows, HEAD);
  const about = readAboutRow(rows, ABOUT);
  const features = Array.from({ length: head.total_features }, (_, index) => readFeatureRow(rows, featureKey(index)));
  const known = <T>(read: (index: number, row: FeatureRow) => T | undefined): ReadonlyMap<number, T> => {
    const found = features.map((row, index) => [index, read(index, row)] as const);
    return new Map(found.filter((entry): entry is readonly [number, T] => entry[1] !== undefined));
  };
  return withCounts({
    id: head.batch_id,
    ...figuresOf(head),
    features: features.map(({ feature }) => feature),
    featuresFile: about.features_file,
    sourceType: about.source_type,
    issueNumbers: about.issue_numbers ?? [],
    createdAt: about.created_at ?? undefined,
    workflowMode: about.workflow_mode,
    workflowReminder: about.workflow_reminder,
    completed: new Set(features.flatMap(({ status }, index) => (status === "completed" ? [index] : []))),
    failed: known(ABOUT_FEATURE.failed),
    skipped: known(ABOUT_FEATURE.skipped),
    retries: known(ABOUT_FEATURE.retries),
    claims: known((index, row) => claimIn(row, index, oneClock)),
    git: known(ABOUT_FEATURE.git),
    order: [],
    dependencies: new Map(),
  });
}

/** The whole batch as the text of a record. */
export function printShared(rows: ReadonlyMap<string, string>, stateFile: string): string {
  const batch = readShared(rows);
  const clearEvents = Array.from({ length: batch.clears }, (_, number) => rows.get(clearKey(number)));
  const known = clearEvents.flatMap((event) => (event === undefined ? [] : [JSON.parse(event) as Json]));
  return printBatch(batch, { stateFile, clearEvents: known });
}
