/** A new batch: its id, its features from a text, its first record. */
import { groupBy } from "../base/group.ts";
import { formatTime } from "../base/time.ts";
import { WORKFLOW_MODE, WORKFLOW_REMINDER, withCounts } from "./batch-state.ts";
import { printBatch } from "./print-batch.ts";
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
  const places = groupBy(features.keys(), (index) => features[index]);
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
  return printBatch(
    withCounts({
      ...batch,
      issueNumbers: batch.issueNumbers ?? [],
      currentIndex: 0,
      status: "in_progress",
      createdAt: timestamp,
      updatedAt: timestamp,
      completed: new Set(),
      failed: new Map(),
      skipped: new Map(),
      tokens: 0,
      clears: 0,
      tokensBeforeClear: undefined,
      pausedAt: undefined,
      retries: new Map(),
      git: new Map(),
      order: [],
      dependencies: new Map(),
      claims: new Map(),
      consecutiveFailures: 0,
      workflowMode: WORKFLOW_MODE,
      workflowReminder: WORKFLOW_REMINDER,
    }),
    { stateFile: batch.stateFile },
  );
}
