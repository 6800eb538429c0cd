/**
 * The library's part for records: batches, runs of skills, values under keys. They
 * are JSON beside the documents, or rows of a database; `index.ts` exports all of it.
 */

export type { FeatureReference } from "./gate/batch/batch.ts";
export { type BatchCleanup, cleanUpBatch } from "./gate/batch/cleanup.ts";
export { createBatch } from "./gate/batch/create.ts";
export {
  type CompleteInput,
  completeFeature,
  type FailInput,
  type FeatureEnded,
  failFeature,
  type SkipInput,
  skipFeature,
} from "./gate/batch/end.ts";
export { type GitInput, type GitOperation, type GitRecorded, recordGit } from "./gate/batch/git.ts";
export { BatchStateManager } from "./gate/batch/manager.ts";
export {
  type ClaimInput,
  claimNextFeature,
  extendFeatureClaim,
  type FeatureClaimed,
  type NextFeature,
  nextFeature,
} from "./gate/batch/next.ts";
export {
  type BatchMoved,
  type ClearInput,
  type PauseInput,
  pauseBatch,
  recordClear,
  resumeBatch,
} from "./gate/batch/pause.ts";
export { BATCH_PATH as DEFAULT_STATE_FILE, type BatchOptions } from "./gate/batch/place.ts";
export type { BatchCreated, CreateBatchInput } from "./gate/batch/plan.ts";
export { recoverBatch } from "./gate/batch/recover.ts";
export { type Retry, type RetryInput, retryFeature } from "./gate/batch/retry.ts";
export { openBatch } from "./gate/batch/session.ts";
export { type BatchSaved, type SaveBatchInput, type SettableKey, saveBatch } from "./gate/batch/set.ts";
export {
  type BatchReport,
  type BatchSummary,
  batchStatus,
  batchSummary,
  type FeatureState,
  type FeatureStatus,
} from "./gate/batch/status.ts";
export type { RecordRecovery, RecordSource } from "./gate/commit/record-recovery.ts";
export {
  type KvCheckpointInput,
  type KvDifference,
  type KvPruned,
  type KvPruneInput,
  type KvRestore,
  kvCheckpoint,
  kvCheckpoints,
  kvDiff,
  kvPrune,
  kvRestore,
} from "./gate/kv/checkpoints.ts";
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
export { type KvRecovery, kvRecover } from "./gate/kv/recover.ts";
export { type KvOptions, type KvSession, type OpenKvOptions, openKv } from "./gate/kv/store.ts";
export { archiveRun, type PruneInput, pruneRuns, type RunArchived, type RunsPruned } from "./gate/runs/archive.ts";
export { type LoadedRun, listRuns, loadRun, type RunInput, type RunListing } from "./gate/runs/load.ts";
export { recoverRun } from "./gate/runs/recover.ts";
export { newRun, openRuns, type Runs, type RunsOptions, runPath } from "./gate/runs/runs.ts";
export { type RunSaved, type SaveRunInput, saveRun } from "./gate/runs/save.ts";
export { JsonText } from "./json/json-text.ts";
export {
  type BatchContext,
  CONTEXT_THRESHOLD,
  estimateContextTokens,
  getClearNotificationMessage,
  LOCK_TIMEOUT,
  shouldClear,
} from "./records/context.ts";
export type { RunMeta } from "./records/run.ts";
