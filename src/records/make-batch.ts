/** A new batch: its id, its features from a text, its first record. */
import { formatTime } from "../base/time.ts";
import { BATCH_KEYS, BATCH_VERSION, WORKFLOW_MODE, WORKFLOW_REMINDER } from "./batch.ts";
import { type Json, printNew } from "./json-edit.ts";
import { featureText } from "./sanitize.ts";

/** `batch-YYYYMMDD-HHMMSS-<microseconds>`; `micros`, below 1000, is what the clock does not know. */
export function batchId(now: number, micros: number): string {
  const [date = "", time = ""] = new Date(now).toISOString().replace(/[-:]/g, "").split("T");
  return `batch-${date}-${time.slice(0, 6)}-${time.slice(7, 10)}${String(micros).padStart(3, "0")}`;
}

/** A feature that a text names more than once. */
export interface Duplicate {
  readonly feature: string;
  readonly indices: readonly number[];
}

/** The features of a file: one for each line; blank lines and those that begin with `#` are none. */
export function parseFeatures(text: string): string[] {
  return text
    .split(/\r\n|[\n\r]/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** The features as they go into the record; those that hold nothing are left out. */
export function cleanFeatures(features: readonly string[]): string[] {
  return features.map(featureText).filter((feature) => feature !== "");
}

/** Features that are there more than once. They stay: whether two of one name are meant, only a person knows. */
export function findDuplicates(features: readonly string[]): readonly Duplicate[] {
  const places = new Map<string, number[]>();
  for (const [index, feature] of features.entries()) {
    const known = places.get(feature);
    if (known) known.push(index);
    else places.set(feature, [index]);
  }
  return [...places].flatMap(([feature, indices]) => (indices.length > 1 ? [{ feature, indices }] : []));
}

export interface NewBatch {
  readonly id: string;
  readonly features: readonly string[];
  readonly featuresFile: string;
  readonly sourceType: string;
  readonly issueNumbers: readonly number[] | undefined;
  readonly stateFile: string;
}

/** The text of a new record. It has no line break at its end, like those that `json.dump` writes. */
export function makeBatch(batch: NewBatch, now: number): string {
  const timestamp = formatTime(now);
  const values: Readonly<Record<string, Json>> = {
    batch_id: batch.id,
    features_file: batch.featuresFile,
    total_features: batch.features.length,
    features: batch.features,
    current_index: 0,
    completed_features: [],
    failed_features: [],
    context_token_estimate: 0,
    auto_clear_count: 0,
    auto_clear_events: [],
    created_at: timestamp,
    updated_at: timestamp,
    status: "in_progress",
    issue_numbers: batch.issueNumbers ?? null,
    source_type: batch.sourceType,
    state_file: batch.stateFile,
    context_tokens_before_clear: null,
    paused_at_feature_index: null,
    retry_attempts: {},
    git_operations: {},
    feature_order: [],
    feature_dependencies: {},
    analysis_metadata: {},
    workflow_mode: WORKFLOW_MODE,
    workflow_reminder: WORKFLOW_REMINDER,
    skipped_features: [],
    schema_version: BATCH_VERSION,
  };
  return printNew(BATCH_KEYS.map((key) => [key, values[key]!]));
}
