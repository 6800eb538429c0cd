/** A batch as the text of a record that other programs can read: a new one, or one that was kept in another way. */
import { BATCH_KEYS } from "./batch.ts";
import { instant } from "./batch-change.ts";
import { BATCH_VERSION, type Batch } from "./batch-state.ts";
import { type Json, printNew } from "./json-edit.ts";

export interface PrintOptions {
  readonly stateFile: string;
  /** The clearings of the context, as they are written. */
  readonly clearEvents?: readonly Json[];
}

/** The text of the record, in the layout and order of the contract. */
export function printBatch(batch: Batch, { stateFile, clearEvents = [] }: PrintOptions): string {
  const values: Readonly<Record<string, Json>> = {
    batch_id: batch.id,
    features_file: batch.featuresFile,
    total_features: batch.total,
    features: batch.features,
    current_index: batch.currentIndex,
    completed_features: [...batch.completed],
    failed_features: [...batch.failed.values()].map(({ index, error, timestamp, retryCount }) =>
      known({ feature_index: index, error_message: error, timestamp, retry_count: retryCount }),
    ),
    context_token_estimate: batch.tokens,
    auto_clear_count: batch.clears,
    auto_clear_events: clearEvents,
    created_at: batch.createdAt ?? null,
    updated_at: batch.updatedAt ?? null,
    status: batch.status,
    issue_numbers: batch.issueNumbers.length === 0 ? null : batch.issueNumbers,
    source_type: batch.sourceType,
    state_file: stateFile,
    context_tokens_before_clear: batch.tokensBeforeClear ?? null,
    paused_at_feature_index: batch.pausedAt ?? null,
    retry_attempts: byIndex(batch.retries, (count) => count),
    git_operations: byIndex(batch.git, (operations) =>
      Object.fromEntries([...operations].map(([name, about]) => [name, known({ ...about })])),
    ),
    feature_order: batch.order,
    feature_dependencies: byIndex(batch.dependencies, (indices) => indices),
    analysis_metadata: { state_gatekeeper: ownOf(batch) },
    workflow_mode: batch.workflowMode,
    workflow_reminder: batch.workflowReminder,
  };
  return printNew(BATCH_KEYS.map((key) => [key, values[key]!] as const));
}

/** What the program adds to the format. */
function ownOf(batch: Batch): Json {
  const skipped = [...batch.skipped.values()].map(({ index, reason, category, timestamp }) =>
    known({ feature_index: index, reason, category, timestamp }),
  );
  const claims = byIndex(batch.claims, ({ worker, expires, lease }) => {
    const claimedAt = lease === undefined ? {} : { claimed_at: instant(expires - lease) };
    return { worker, ...claimedAt, expires_at: instant(expires) };
  });
  return {
    schema_version: BATCH_VERSION,
    ...(skipped.length > 0 && { skipped_features: skipped }),
    ...(batch.claims.size > 0 && { claims }),
    ...(batch.consecutiveFailures > 0 && { consecutive_failures: batch.consecutiveFailures }),
  };
}

function byIndex<T>(map: ReadonlyMap<number, T>, write: (value: T) => Json): Json {
  return Object.fromEntries([...map].map(([index, value]) => [String(index), write(value)]));
}

/** Without what is not known. */
function known(value: Readonly<Record<string, Json | undefined>>): Json {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Json;
}
