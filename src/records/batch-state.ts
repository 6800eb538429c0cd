/**
 * What a batch is, wherever it is kept.
 *
 * An operation sees a `BatchState`: it asks for the features it is about, and for no
 * others, so that it can be done on a batch of which only those have been loaded. A
 * `Batch` is all of it, for those who report.
 */

/** The version of the layout that this program writes. */
export const BATCH_VERSION = 1;

export const WORKFLOW_MODE = "auto-implement";
export const WORKFLOW_REMINDER = "Use /auto-implement for each feature. Do NOT implement directly.";

export type BatchStatus = "in_progress" | "paused" | "completed" | "failed";

export interface Failure {
  readonly index: number;
  readonly error: string | undefined;
  readonly timestamp: string | undefined;
  /** How often it was tried again, as somebody has said. */
  readonly retryCount?: number | undefined;
}

export interface Skip {
  readonly index: number;
  readonly reason: string | undefined;
  readonly category: string | undefined;
  readonly timestamp: string | undefined;
}

/** A feature that is in a worker's hands until the lease ends, in milliseconds since the epoch. */
export interface FeatureClaim {
  readonly index: number;
  readonly worker: string;
  readonly expires: number;
  /** How long it was when it was made or extended last; absent where its clock is everybody's, or its beginning unknown. */
  readonly lease?: number;
}

export interface GitRecord {
  readonly success: boolean;
  readonly timestamp: string | undefined;
  readonly sha: string | undefined;
  readonly branch: string | undefined;
  readonly remote: string | undefined;
  readonly number: number | undefined;
  readonly url: string | undefined;
  readonly error: string | undefined;
}

/** What is known of features, by their index. */
export interface Lookup<T> {
  has(index: number): boolean;
  get(index: number): T | undefined;
  /** Those that are loaded. */
  values(): Iterable<T>;
}

/** What is one value for the whole batch, and changes. */
export interface BatchFigures {
  readonly status: BatchStatus;
  readonly currentIndex: number;
  readonly updatedAt: string | undefined;
  readonly tokens: number;
  readonly clears: number;
  readonly tokensBeforeClear: number | undefined;
  readonly pausedAt: number | undefined;
  readonly consecutiveFailures: number;
  /** How many features are neither completed, failed nor skipped. */
  readonly remaining: number;
  /** Retries of all features together. */
  readonly totalRetries: number;
  /** The smallest index that is not processed; the number of features where all are. */
  readonly firstOpen: number;
}

/** A batch as operations see it. */
export interface BatchState extends BatchFigures {
  readonly id: string;
  /** How many features there are. */
  readonly total: number;
  readonly featureAt: (index: number) => string;
  /** The features of this name. */
  readonly indicesOf: (feature: string) => readonly number[];
  /** Whether a feature needs no more work. */
  readonly isProcessed: (index: number) => boolean;
  readonly completed: Pick<Lookup<unknown>, "has">;
  readonly failed: Lookup<Failure>;
  readonly skipped: Lookup<Skip>;
  readonly retries: Lookup<number>;
  readonly claims: Lookup<FeatureClaim>;
  /** The order that is given, which may leave some out, or be empty. */
  readonly order: readonly number[];
  readonly dependencies: Lookup<readonly number[]>;
}

/** All of a batch. */
export interface Batch extends BatchState {
  readonly features: readonly string[];
  readonly featuresFile: string;
  readonly sourceType: string;
  readonly issueNumbers: readonly number[];
  readonly createdAt: string | undefined;
  readonly completed: ReadonlySet<number>;
  readonly failed: ReadonlyMap<number, Failure>;
  readonly skipped: ReadonlyMap<number, Skip>;
  readonly retries: ReadonlyMap<number, number>;
  readonly claims: ReadonlyMap<number, FeatureClaim>;
  readonly dependencies: ReadonlyMap<number, readonly number[]>;
  /** By feature, then by operation. */
  readonly git: ReadonlyMap<number, ReadonlyMap<string, GitRecord>>;
  readonly workflowMode: string;
  readonly workflowReminder: string;
}

type Counted = "total" | "featureAt" | "indicesOf" | "isProcessed" | "remaining" | "totalRetries" | "firstOpen";

/** Adds what can be counted. */
export function withCounts<T extends Omit<Batch, Counted>>(batch: T): T & Pick<Batch, Counted> {
  const { features, completed, failed, skipped, retries } = batch;
  const processed = new Set([...completed, ...failed.keys(), ...skipped.keys()]);
  let firstOpen = 0;
  while (processed.has(firstOpen)) firstOpen++;
  return {
    ...batch,
    total: features.length,
    featureAt: (index: number) => features[index]!,
    indicesOf: (feature: string) => features.flatMap((each, index) => (each === feature ? [index] : [])),
    isProcessed: (index: number) => processed.has(index),
    remaining: features.length - processed.size,
    totalRetries: [...retries.values()].reduce((sum, count) => sum + count, 0),
    firstOpen,
  };
}

/** As it is in records and rows, where what is not known may be `null`. */
type Written<T> = { readonly [key in keyof T]?: T[key] | null | undefined };

export function failureOf(
  index: number,
  about: Written<{ error_message: string; timestamp: string }> & { readonly retry_count?: unknown },
): Failure {
  const { error_message: error, timestamp, retry_count: retryCount } = about;
  const failure = { index, error: error ?? undefined, timestamp: timestamp ?? undefined };
  return isCount(retryCount) ? { ...failure, retryCount } : failure;
}

/** Whether it is a number of times. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

export function skipOf(index: number, { reason, category, timestamp }: Written<Skip>): Skip {
  return {
    index,
    reason: reason ?? undefined,
    category: category ?? undefined,
    timestamp: timestamp ?? undefined,
  };
}

interface WrittenClaim {
  readonly worker: string;
  readonly claimed_at?: string | null | undefined;
  readonly expires_at: string;
}

/** A time that cannot be read ends nothing else: the claim would never be free again. */
export function claimOf(index: number, { worker, claimed_at, expires_at }: WrittenClaim): FeatureClaim {
  const expires = Date.parse(expires_at) || 0;
  const lease = expires - Date.parse(claimed_at ?? "");
  return { index, worker, expires, ...(lease > 0 && { lease }) };
}

export function gitOf(
  operations: Readonly<Record<string, Written<GitRecord> & Pick<GitRecord, "success">>>,
): ReadonlyMap<string, GitRecord> {
  return new Map(Object.entries(operations).map(([name, operation]) => [name, gitRecordOf(operation)]));
}

function gitRecordOf(operation: Written<GitRecord> & Pick<GitRecord, "success">): GitRecord {
  return {
    success: operation.success,
    timestamp: operation.timestamp ?? undefined,
    sha: operation.sha ?? undefined,
    branch: operation.branch ?? undefined,
    remote: operation.remote ?? undefined,
    number: operation.number ?? undefined,
    url: operation.url ?? undefined,
    error: operation.error ?? undefined,
  };
}
