/**
 * The library's part for records: batches, runs of skills, values under keys. They
 * are JSON beside the documents, or rows of a database; `index.ts` exports all of it.
 */

/**
 * Removes the batch record, damaged or not: the call is the consent. The history
 * keeps its bytes. That there is none is fine; one of a newer version is left alone.
 */
export { type BatchCleanup, cleanUpBatch } from "./gate/batch/cleanup.ts";
/**
 * Begins a batch with features from a file, from words or from issues. Rejects with
 * `CONFLICT` while another one is not finished, unless `force` puts it away, and with
 * `INVALID_ARGUMENT` for no features. Duplicates are named and stay.
 *
 * ```ts
 * const { value } = await createBatch(gate, { features: ["Add login", "Add logout"] });
 * value.batchId; // "batch-20241023-163000-123456"
 * ```
 */
export { createBatch } from "./gate/batch/create.ts";
/**
 * Records that a feature is completed, failed or skipped. Repeating it changes
 * nothing: `changed` is `false`, and neither a record nor tokens are added. Rejects
 * with `NOT_FOUND` without a batch, with `INVALID_ARGUMENT` for an index it does not
 * have, and with `CORRUPT`, naming the key, where the record is damaged.
 *
 * ```ts
 * await completeFeature(gate, { index: 0, tokens: 8000 });
 * await failFeature(gate, { index: 1, error: "Connection timed out" });
 * await skipFeature(gate, { index: 2, reason: "Already there" });
 * ```
 */
export {
  type CompleteInput,
  completeFeature,
  type FailInput,
  type FeatureEnded,
  failFeature,
  type SkipInput,
  skipFeature,
} from "./gate/batch/end.ts";
/** Records what git did for a feature; the newest commit, push and pull request stay. */
export { type GitInput, type GitOperation, type GitRecorded, recordGit } from "./gate/batch/git.ts";
/**
 * The next feature: not processed, not claimed, with all it depends on completed.
 * `claimNextFeature` gives it to one worker until the lease ends, each call another
 * one; `extendFeatureClaim` lets the lease begin anew. They reject with `NOT_FOUND`
 * where no feature can be had, and with `CONFLICT` where another worker has it.
 *
 * ```ts
 * const { value } = await claimNextFeature(gate, { worker: "w1", lease: 30 * 60_000 });
 * await extendFeatureClaim(gate, { index: value.index, worker: "w1" });
 * ```
 */
export {
  type ClaimInput,
  claimNextFeature,
  extendFeatureClaim,
  type FeatureClaimed,
  type NextFeature,
  nextFeature,
} from "./gate/batch/next.ts";
/**
 * Interrupts a batch and goes on with it. `recordClear` records that the context was
 * cleared at a feature; `resumeBatch` with an id rejects with `NOT_FOUND` for another.
 */
export { type BatchMoved, type ClearInput, pauseBatch, recordClear, resumeBatch } from "./gate/batch/pause.ts";
/**
 * Which batch is meant; all operations on batches take these. Without them it is the
 * one the project works on: its record, or the shared one that was begun or resumed
 * here. A shared batch is kept in SQLite or on a Redis server, one row for each
 * feature, so that several machines can work on it and a change costs the same
 * however many features there are.
 */
export type { BatchOptions } from "./gate/batch/place.ts";
export type { BatchCreated, CreateBatchInput } from "./gate/batch/plan.ts";
/**
 * Counts a retry of a feature and says in `allowed` and `reason` whether it may be
 * made: three for a feature, fifty in the batch, none after five failures in a row,
 * none for an error that would come again. Every call counts.
 */
export { type Retry, type RetryInput, retryFeature } from "./gate/batch/retry.ts";
/**
 * A gate for a program that works through a batch: what ends is on the disk before
 * the call returns, and the record is written each second and by `close`; stores
 * stay open. Ten thousand features cost ten thousand lines instead of as many records.
 *
 * ```ts
 * const session = openBatch(openGate());
 * for (const index of work) await completeFeature(session.gate, { index });
 * await session.close();
 * ```
 */
export { openBatch } from "./gate/batch/session.ts";
/**
 * Where the batch stands, feature by feature; `batchSummary` also says what to do
 * now. Reads only. Rejects with `NOT_FOUND` without a batch, `CORRUPT`, naming the
 * key, and `UNSUPPORTED_VERSION`.
 */
export {
  type BatchReport,
  type BatchSummary,
  batchStatus,
  batchSummary,
  type FeatureState,
  type FeatureStatus,
} from "./gate/batch/status.ts";
/** Pictures of a namespace: `kvRestore` makes it exactly what one holds, after keeping what was there as another. */
export {
  type KvCheckpointInput,
  type KvDifference,
  type KvRestore,
  kvCheckpoint,
  kvCheckpoints,
  kvDiff,
  kvRestore,
} from "./gate/kv/checkpoints.ts";
/** Moves a namespace to another backend; switches only after the copy has been compared. The call is the consent. */
export { type KvMigrateInput, type KvMigration, kvMigrate } from "./gate/kv/migrate.ts";
export {
  type KvInit,
  type KvInitInput,
  type KvLoad,
  type KvLoadInput,
  type KvSave,
  type KvSaveInput,
  kvDelete,
  kvInit,
  kvKeys,
  kvLoad,
  kvSave,
} from "./gate/kv/operations.ts";
/** Makes a damaged store good again from its newest good checkpoint or backup. The call is the consent. */
export { type KvRecovery, kvRecover } from "./gate/kv/recover.ts";
/** A gate whose stores stay open between operations, for programs that save often; it has to be closed. */
export { type KvOptions, type KvSession, openKv } from "./gate/kv/store.ts";
/**
 * Runs of skills: state in `~/.claude/state/<skill>/<run_id>.json`, for any process to
 * go on with. `openRuns` says where the home folder is; `runPath` and `newRun` only
 * compute. `saveRun` replaces the whole state; with `dryRun` it rejects with `DRY_RUN`
 * and the `path` it would have written. `loadRun` rejects with `NOT_FOUND` without a
 * file, `CORRUPT` for a damaged one and `FOREIGN_FORMAT` for another run's.
 *
 * ```ts
 * const runs = openRuns();
 * const runId = newRun(runs, "review");
 * await saveRun(runs, { runId, skill: "review", state: { step: 2 } });
 * (await loadRun(runs, { runId, skill: "review" })).state; // { step: 2 }
 * await pruneRuns(runs, { olderThan: 30 * 24 * 3_600_000 });
 * ```
 */
export { archiveRun, type PruneInput, pruneRuns, type RunArchived, type RunsPruned } from "./gate/runs/archive.ts";
export { type LoadedRun, listRuns, loadRun, type RunInput, type RunListing } from "./gate/runs/load.ts";
export { newRun, openRuns, type Runs, type RunsOptions, runPath } from "./gate/runs/runs.ts";
export { type RunSaved, type SaveRunInput, saveRun } from "./gate/runs/save.ts";
/**
 * Values under keys, kept in a JSON file, SQLite or on a Redis server. `namespace` is
 * `default` unless given, `backend` the one remembered; the address of a server is
 * an argument (`redisUrl`), never the environment. `kvLoad` gives the value parsed and as the text it is
 * kept as; `new JsonText(text)` saves a text as it is. Rejects with `NOT_FOUND` for a
 * key that is not there, `CORRUPT` for a damaged store, `BACKEND_UNAVAILABLE`
 * without the server or without SQLite.
 *
 * ```ts
 * await kvSave(gate, { key: "build", value: { count: 7 } });
 * const { value } = await kvLoad(gate, { key: "build", default: null });
 * value.value; // { count: 7 }
 * ```
 */
export { JsonText } from "./json/json-text.ts";
export type { RunMeta } from "./records/run.ts";
