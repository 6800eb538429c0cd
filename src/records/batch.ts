/**
 * A batch: features that are worked through one by one, as `.claude/batch_state.json`.
 *
 * The file is shared with other programs; names, nesting and the order of keys are a
 * contract. Reading is total: every text is a batch, is damaged, with the key that is
 * wrong, or is of a newer version. What is missing has its default, what is unknown
 * stays in the text, which changes are made to.
 */
import { parseJson } from "../base/json.ts";
import { byKey, itemsOf } from "../json/members.ts";
import { PYTHON } from "../json/token.ts";
import { type BatchChange, textChanges } from "./batch-change.ts";
import { BATCH, type BatchShape, CHECKED_KEYS, checkShape, shortened } from "./batch-schema.ts";
import {
  BATCH_VERSION,
  type Batch,
  claimOf,
  failureOf,
  gitOf,
  skipOf,
  WORKFLOW_MODE,
  WORKFLOW_REMINDER,
  withCounts,
} from "./batch-state.ts";
import { changeRecord } from "./json-edit.ts";
import { type ObjectText, readObjectText, sentenceOf } from "./object-text.ts";
import { hasSkips, movesOf, OWN_KEYS, ownTexts } from "./own-keys.ts";

/** The keys in the order of the contract. Unknown ones come behind them. */
export const BATCH_KEYS: readonly string[] = [
  ...["batch_id", "features_file", "total_features", "features", "current_index", "completed_features"],
  ...["failed_features", "context_token_estimate", "auto_clear_count", "auto_clear_events", "created_at"],
  ...["updated_at", "status", "issue_numbers", "source_type", "state_file", "context_tokens_before_clear"],
  ...["paused_at_feature_index", "retry_attempts", "git_operations", "feature_order", "feature_dependencies"],
  ...["analysis_metadata", "workflow_mode", "workflow_reminder"],
];

/** A batch as a record, with the text it was read from. */
export interface BatchRecord extends Batch {
  /** For changes. */
  readonly record: ObjectText;
  /** The values of the keys that are checked, by the text they were read from. */
  readonly values: ReadonlyMap<string, { readonly raw: string; readonly value: unknown }>;
}

export type BatchReading =
  | { readonly kind: "batch"; readonly batch: BatchRecord }
  /** `reason` names the key, or the line and column. */
  | { readonly kind: "damaged"; readonly reason: string }
  | { readonly kind: "newer"; readonly version: string };

/** Reads the text of a batch record. */
export function readBatch(text: string): BatchReading {
  const record = readObjectText(text);
  if (record.kind === "fault") return { kind: "damaged", reason: sentenceOf(record, text) };
  return readRecord(record, new Map());
}

/** The record after changes, with what is ours in its place. */
export function changeBatchRecord({ record }: BatchRecord, changes: readonly BatchChange[]): ObjectText {
  return changeRecord(record, [...movesOf(record), ...textChanges(changes, hasSkips(record))], BATCH_KEYS);
}

/** Reads a record that differs from a batch in few keys: keys whose text has not changed are not parsed again. */
export function rereadBatch(record: ObjectText, { values }: BatchRecord): BatchReading {
  return readRecord(record, values);
}

function readRecord(record: ObjectText, known: BatchRecord["values"]): BatchReading {
  const texts = byKey(record.members);
  const raw = withOwn(texts);
  for (const place of [texts, raw]) {
    const version = versionOf(place.get("schema_version"));
    if (version.kind !== "known") return version;
  }
  const values = new Map<string, { readonly raw: string; readonly value: unknown }>();
  for (const [key, text] of raw) {
    if (!CHECKED_KEYS.has(key)) continue;
    const before = known.get(key);
    const value = before?.raw === text ? before.value : parseJson(text);
    if (value === undefined) return { kind: "damaged", reason: `${key} holds NaN or Infinity, which is no JSON` };
    values.set(key, { raw: text, value });
  }
  const checked = checkShape(BATCH, Object.fromEntries([...values].map(([key, { value }]) => [key, value])));
  if (checked.kind === "fault") return { kind: "damaged", reason: checked.fault };
  const reason = contradictionOf(checked.shape);
  if (reason !== undefined) return { kind: "damaged", reason };
  return { kind: "batch", batch: batchOf(checked.shape, record, values) };
}

/** Our own keys as if they stood beside the others; of lists that are there twice both count. */
function withOwn(texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const own = ownTexts(texts);
  if (own.size === 0) return texts;
  const all = new Map(texts);
  for (const key of OWN_KEYS) {
    const [here, beside] = [own.get(key), texts.get(key)];
    const both = key === "skipped_features" && here?.startsWith("[") && beside?.startsWith("[");
    const joined = both ? [beside, here].flatMap((list) => itemsOf(list!, PYTHON) ?? []) : undefined;
    if (here !== undefined) all.set(key, joined ? `[${joined.join(",")}]` : here);
  }
  return all;
}

function versionOf(raw: string | undefined): { readonly kind: "known" } | Exclude<BatchReading, { kind: "batch" }> {
  if (raw === undefined || raw === "null") return { kind: "known" };
  // Others write it as `"1"` or `1.0`.
  const written = /^"?(\d+)(?:\.\d+)*"?$/.exec(raw)?.[1];
  if (written === undefined) {
    return { kind: "damaged", reason: `schema_version is ${shortened(raw)}, expected a number` };
  }
  return Number(written) > BATCH_VERSION ? { kind: "newer", version: written } : { kind: "known" };
}

/** What is wrong between keys whose types are right. */
function contradictionOf(shape: BatchShape): string | undefined {
  const total = shape.features.length;
  if (shape.total_features !== total) {
    return `total_features is ${shape.total_features}, but features holds ${total}`;
  }
  if (shape.current_index > total) return `current_index is ${shape.current_index}, expected at most ${total}`;
  const outside = (index: number | null | undefined) => typeof index === "number" && index >= total;
  const complain = (name: string, index: number) => `${name} is ${index}, expected an index below ${total}`;
  if (outside(shape.paused_at_feature_index) && shape.paused_at_feature_index !== total) {
    return complain("paused_at_feature_index", shape.paused_at_feature_index!);
  }
  for (const key of ["completed_features", "feature_order"] as const) {
    const at = (shape[key] ?? []).findIndex(outside);
    if (at !== -1) return complain(`${key}[${at}]`, shape[key]![at]!);
  }
  for (const key of ["failed_features", "skipped_features"] as const) {
    const entries: readonly (number | { readonly feature_index: number })[] = shape[key] ?? [];
    const at = entries.findIndex((entry) => outside(indexOf(entry)));
    if (at !== -1) return complain(`${key}[${at}].feature_index`, indexOf(entries[at]!));
  }
  for (const key of ["retry_attempts", "git_operations", "feature_dependencies", "claims"] as const) {
    const wrong = Object.keys(shape[key] ?? {}).find((each) => INDEX.test(each) && Number(each) >= total);
    if (wrong !== undefined) return `${key} has the key ${wrong.slice(0, 20)}, expected indices below ${total}`;
  }
  for (const [key, indices] of Object.entries(shape.feature_dependencies ?? {})) {
    const at = INDEX.test(key) ? indices.findIndex(outside) : -1;
    if (at !== -1) return complain(`feature_dependencies.${key}[${at}]`, indices[at]!);
  }
  return undefined;
}

const INDEX = /^(?:0|[1-9]\d*)$/;

function batchOf(shape: BatchShape, record: ObjectText, values: BatchRecord["values"]): BatchRecord {
  return withCounts({
    id: shape.batch_id,
    featuresFile: shape.features_file,
    features: shape.features,
    currentIndex: shape.current_index,
    status: shape.status === "running" ? "in_progress" : shape.status,
    sourceType: shape.source_type ?? "file",
    issueNumbers: shape.issue_numbers ?? [],
    createdAt: shape.created_at ?? undefined,
    updatedAt: shape.updated_at ?? undefined,
    completed: new Set(shape.completed_features ?? []),
    failed: mapOf(shape.failed_features, failureOf),
    skipped: mapOf(shape.skipped_features, skipOf),
    tokens: shape.context_token_estimate ?? 0,
    clears: shape.auto_clear_count ?? 0,
    tokensBeforeClear: shape.context_tokens_before_clear ?? undefined,
    pausedAt: shape.paused_at_feature_index ?? undefined,
    retries: byIndex(shape.retry_attempts, (_, count) => count),
    git: byIndex(shape.git_operations, (_, operations) => gitOf(operations)),
    order: shape.feature_order ?? [],
    dependencies: byIndex(shape.feature_dependencies, (_, indices) => indices),
    claims: byIndex(shape.claims, claimOf),
    consecutiveFailures: shape.consecutive_failures ?? 0,
    workflowMode: shape.workflow_mode ?? WORKFLOW_MODE,
    workflowReminder: shape.workflow_reminder ?? WORKFLOW_REMINDER,
    record,
    values,
  });
}

type Listed<T> = number | (T & { readonly feature_index: number });

function indexOf(entry: Listed<unknown>): number {
  return typeof entry === "number" ? entry : entry.feature_index;
}

function mapOf<A extends object, T>(
  entries: readonly Listed<A>[] | null | undefined,
  read: (index: number, about: Partial<A>) => T,
): ReadonlyMap<number, T> {
  return new Map(
    (entries ?? []).map((entry) => {
      const index = indexOf(entry);
      return [index, read(index, typeof entry === "number" ? {} : entry)];
    }),
  );
}

function byIndex<V, T>(
  value: Readonly<Record<string, V>> | null | undefined,
  read: (index: number, value: V) => T,
): ReadonlyMap<number, T> {
  const entries = Object.entries(value ?? {}).filter(([key]) => INDEX.test(key));
  return new Map(entries.map(([key, inner]) => [Number(key), read(Number(key), inner)]));
}
