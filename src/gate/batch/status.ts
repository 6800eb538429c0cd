/** Where a batch stands, feature by feature. Reads only. */
import { isObject, parseJson } from "../../base/json.ts";
import type { Batch, BatchStatus, GitRecord } from "../../records/batch-state.ts";
import { CONTEXT_THRESHOLD } from "../../records/context.ts";
import { claimOf, findNext, waitsFor } from "../../records/next.ts";
import { requireCall } from "../call.ts";
import type { Gate } from "../gate.ts";
import { loadBatch } from "./batch.ts";
import type { NextFeature } from "./next.ts";
import { type BatchOptions, batchCommand, PLACE, withRecord } from "./place.ts";

/** What became of a feature so far. */
export type FeatureState = "completed" | "failed" | "skipped" | "claimed" | "blocked" | "pending";

/** A feature of a batch, and what became of it so far. */
export interface FeatureStatus {
  readonly index: number;
  readonly feature: string;
  readonly state: FeatureState;
  readonly retries: number;
  /** What a failed one failed with. */
  readonly error?: string | undefined;
  /** When it failed or was skipped. */
  readonly timestamp?: string | undefined;
  /** Why a skipped one was skipped. */
  readonly reason?: string | undefined;
  readonly category?: string | undefined;
  /** Who has a claimed one, and until when. */
  readonly worker?: string;
  readonly expiresAt?: string;
  /** The features a blocked one waits for. */
  readonly waitsFor?: readonly number[];
  /** The newest commit, push and pull request that were recorded. */
  readonly git?: Readonly<Record<string, GitRecord>>;
}

/** Where a batch stands. */
export interface BatchReport {
  readonly batchId: string;
  readonly status: BatchStatus;
  readonly totalFeatures: number;
  readonly completed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly remaining: number;
  readonly currentIndex: number;
  readonly next: NextFeature | undefined;
  readonly features: readonly FeatureStatus[];
  readonly retries: number;
  readonly consecutiveFailures: number;
  readonly contextTokenEstimate: number;
  /** Whether the estimate has reached 150,000 tokens. */
  readonly shouldClear: boolean;
  readonly autoClearCount: number;
  readonly pausedAtFeatureIndex: number | undefined;
  readonly featuresFile: string;
  readonly sourceType: string;
  readonly issueNumbers: readonly number[];
  readonly createdAt: string | undefined;
  readonly updatedAt: string | undefined;
  readonly workflowMode: string;
  readonly workflowReminder: string;
  readonly stateFile: string | undefined;
  readonly contextTokensBeforeClear: number | undefined;
  /** Where the context was cleared, as it stands in the record. */
  readonly autoClearEvents: readonly unknown[];
  /** Retries by index. */
  readonly retryAttempts: Readonly<Record<string, number>>;
  readonly featureOrder: readonly number[];
  readonly featureDependencies: Readonly<Record<string, readonly number[]>>;
  readonly analysisMetadata: Readonly<Record<string, unknown>>;
  readonly revision: string;
  readonly path: string;
}

/** Where a batch stands, and what to do now. */
export interface BatchSummary extends BatchReport {
  /** What to do now, in the imperative. */
  readonly nextSteps: readonly string[];
  readonly resumeCommand: string;
}

/**
 * Where the batch stands, feature by feature. Reads only. Rejects with `NOT_FOUND` without a
 * batch, `CORRUPT`, naming the key, and `UNSUPPORTED_VERSION`.
 */
export async function batchStatus(gate: Gate, input: BatchOptions = {}): Promise<BatchReport> {
  requireCall("batchStatus", { gate, input }, PLACE);
  const { batch, revision, path, now, texts } = await loadBatch(gate, input);
  const read = (key: string) => parseJson(texts.get(key) ?? "null") ?? undefined;
  const events = read("auto_clear_events");
  const metadata = read("analysis_metadata");
  const next = findNext(batch, now);
  return {
    batchId: batch.id,
    status: batch.status,
    totalFeatures: batch.features.length,
    completed: batch.completed.size,
    failed: [...batch.failed.keys()].filter((index) => !batch.completed.has(index)).length,
    skipped: batch.skipped.size,
    remaining: batch.remaining,
    currentIndex: batch.currentIndex,
    next: typeof next === "number" ? { index: next, feature: batch.features[next]! } : undefined,
    features: batch.features.map((_, index) => featureStatus(batch, index, now)),
    retries: batch.totalRetries,
    consecutiveFailures: batch.consecutiveFailures,
    contextTokenEstimate: batch.tokens,
    shouldClear: batch.tokens >= CONTEXT_THRESHOLD,
    autoClearCount: batch.clears,
    pausedAtFeatureIndex: batch.pausedAt,
    featuresFile: batch.featuresFile,
    sourceType: batch.sourceType,
    issueNumbers: batch.issueNumbers,
    createdAt: batch.createdAt,
    updatedAt: batch.updatedAt,
    workflowMode: batch.workflowMode,
    workflowReminder: batch.workflowReminder,
    stateFile: typeof read("state_file") === "string" ? (read("state_file") as string) : undefined,
    contextTokensBeforeClear: batch.tokensBeforeClear,
    autoClearEvents: Array.isArray(events) ? (events as unknown[]) : [],
    retryAttempts: Object.fromEntries(batch.retries),
    featureOrder: batch.order,
    featureDependencies: Object.fromEntries(batch.dependencies),
    analysisMetadata: isObject(metadata) ? metadata : {},
    revision,
    path,
  };
}

/** Where the batch stands, and what to do now; otherwise as `batchStatus`. */
export async function batchSummary(gate: Gate, input: BatchOptions = {}): Promise<BatchSummary> {
  const report = await batchStatus(gate, input);
  const resumeCommand = batchCommand(withRecord(gate, input), `resume ${report.batchId}`);
  return { ...report, nextSteps: stepsAfter(report, resumeCommand), resumeCommand };
}

function featureStatus(batch: Batch, index: number, now: number): FeatureStatus {
  const operations = batch.git.get(index);
  const common = {
    index,
    feature: batch.features[index]!,
    retries: batch.retries.get(index) ?? 0,
    ...(operations && { git: Object.fromEntries(operations) }),
  };
  const failure = batch.failed.get(index);
  const skip = batch.skipped.get(index);
  const claim = claimOf(batch, index, now);
  const waiting = waitsFor(batch, index);
  if (batch.completed.has(index)) return { ...common, state: "completed" };
  if (failure) return { ...common, state: "failed", error: failure.error, timestamp: failure.timestamp };
  if (skip) {
    const { reason, category, timestamp } = skip;
    return { ...common, state: "skipped", reason, category, timestamp };
  }
  if (claim) {
    return { ...common, state: "claimed", worker: claim.worker, expiresAt: new Date(claim.expires).toISOString() };
  }
  return waiting.length > 0 ? { ...common, state: "blocked", waitsFor: waiting } : { ...common, state: "pending" };
}

function stepsAfter({ status, next, failed, remaining, shouldClear }: BatchReport, resume: string): string[] {
  return [
    ...(status === "paused" || status === "failed" ? [`Go on with: ${resume}`] : []),
    ...(shouldClear ? ["Clear the context, then record it with: gate batch clear-event INDEX --tokens N"] : []),
    ...(next && status !== "paused" ? [`Work on feature ${next.index}: ${next.feature}`] : []),
    ...(!next && remaining > 0 ? ["Wait for the features that are claimed or that others wait for"] : []),
    ...(failed > 0 ? ["Look at the failed features, and ask for each: gate batch retry INDEX"] : []),
    ...(status === "completed" ? ["Remove the record with: gate batch cleanup"] : []),
  ];
}
