/** What became of a feature: completed, failed or skipped. Repeating it changes nothing. */
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import type { BatchState, BatchStatus } from "../../records/batch-state.ts";
import { claimOf } from "../../records/next.ts";
import { endFeature, type FeatureEnd } from "../../records/progress.ts";
import { messageText } from "../../records/sanitize.ts";
import { requireCall } from "../call.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { changeBatch, type FeatureReference, requireFeature } from "./batch.ts";
import { requireWorker } from "./next.ts";
import { type BatchOptions, type BatchWrite, PLACE } from "./place.ts";

/** What became of a feature, and where the batch stands then. */
export interface FeatureEnded {
  readonly success: true;
  readonly message: string;
  readonly batchId: string;
  readonly index: number;
  readonly feature: string;
  /** Whether this call recorded it; `false` where it was so already. */
  readonly changed: boolean;
  /** The smallest index not yet processed; the number of features where all are. */
  readonly currentIndex: number;
  readonly remaining: number;
  readonly contextTokenEstimate: number;
  readonly status: BatchStatus;
  /** The digest of the record's bytes. */
  readonly revision: string;
}

/** Who says what became of a feature. */
interface EndInput extends BatchOptions {
  readonly index: FeatureReference;
  /** The worker whose claim it is; the agent's session by default. */
  readonly worker?: string | undefined;
  /** Record it though another worker has the feature. */
  readonly force?: boolean;
}

const END: Shape<EndInput> = { ...PLACE, index: "name", worker: "text?", force: "flag?" };

/** The feature that is completed. */
export interface CompleteInput extends EndInput {
  /** Added to the estimate of the context. */
  readonly tokens?: number;
}

const COMPLETE: Shape<CompleteInput> = { ...END, tokens: "whole?" };

/** The feature that failed, and with what. */
export interface FailInput extends CompleteInput {
  /** `Unknown error` by default. */
  readonly error?: string;
  /** How often it was tried, for those who count by themselves; kept with the failure. */
  readonly retryCount?: number;
}

/** The feature that is skipped, and why. */
export interface SkipInput extends EndInput {
  readonly reason: string;
  /** `quality_gate` by default. */
  readonly category?: string;
}

/**
 * Records that a feature is completed; an earlier failure of it goes. Repeating it changes
 * nothing: `changed` is `false`, and no tokens are added. Rejects with `NOT_FOUND` without
 * a batch, with `INVALID_ARGUMENT` for an index it does not have, with `CLAIMED` where the
 * feature is another worker's by now, and with `CORRUPT`, naming the key, where the record
 * is damaged.
 *
 * ```ts
 * await completeFeature(gate, { index: 0, tokens: 8000 });
 * ```
 */
export async function completeFeature(
  gate: Gate,
  input: CompleteInput,
  options: WriteOptions = {},
): Promise<Outcome<FeatureEnded>> {
  requireCall("completeFeature", { gate, input, options }, COMPLETE);
  return await end(gate, { ...options, operation: "complete" }, input, { kind: "completed" });
}

/** Records that a feature failed, as `completeFeature` that it is completed. */
export async function failFeature(
  gate: Gate,
  input: FailInput,
  options: WriteOptions = {},
): Promise<Outcome<FeatureEnded>> {
  requireCall("failFeature", { gate, input, options }, { ...COMPLETE, error: "text?", retryCount: "whole?" });
  const { retryCount } = input;
  const error = messageText(input.error ?? "") || "Unknown error";
  return await end(gate, { ...options, operation: "fail" }, input, {
    ...{ kind: "failed", error },
    ...(retryCount !== undefined && { retryCount }),
  });
}

/** Records that a feature is skipped, as `completeFeature` that it is completed. */
export async function skipFeature(
  gate: Gate,
  input: SkipInput,
  options: WriteOptions = {},
): Promise<Outcome<FeatureEnded>> {
  requireCall("skipFeature", { gate, input, options }, { ...END, reason: "text", category: "text?" });
  const reason = messageText(input.reason);
  const category = messageText(input.category ?? "") || "quality_gate";
  if (reason === "") {
    throw new GateError(
      "INVALID_ARGUMENT",
      `Cannot skip feature ${printable(String(input.index))}: the reason is empty`,
      {
        hint: "Say why it is skipped with --reason.",
      },
    );
  }
  return await end(gate, { ...options, operation: "skip" }, input, { kind: "skipped", reason, category });
}

async function end(
  gate: Gate,
  write: BatchWrite,
  input: EndInput & { readonly tokens?: number },
  given: FeatureEnd,
): Promise<Outcome<FeatureEnded>> {
  const { tokens = 0 } = input;
  const worker = input.worker === undefined ? gate.session : requireWorker(input.worker);
  return await changeBatch(gate, write, input, (batch, now, path) => {
    const index = requireFeature(batch, input.index, path);
    if (given.kind !== "completed" && batch.completed.has(index)) {
      throw new GateError("INVALID_ARGUMENT", `Cannot ${write.operation} feature ${index}: it is completed already`, {
        path,
        hint: "What is completed stays so.",
      });
    }
    const entry = { index, end: given, tokens };
    const changes = endFeature(batch, { ...entry, now });
    const changed = changes.length > 0;
    const warnings = changed && !input.force ? requireHolder(batch, { index, worker }, { now, path }) : [];
    return { changes, value: (after) => resultOf(after, index, given, changed), entry, warnings };
  });
}

/**
 * Refuses what a worker says of a feature that is another one's by now, or was after this
 * one's lease had ended. Who gives no name is told whose it is.
 */
function requireHolder(
  batch: BatchState,
  { index, worker }: { readonly index: number; readonly worker: string | undefined },
  { now, path }: { readonly now: number; readonly path: string },
): readonly string[] {
  const claim = batch.claims.get(index);
  const isLive = claimOf(batch, index, now) !== undefined;
  const ended = batch.failed.has(index)
    ? "it failed since"
    : batch.skipped.has(index)
      ? "it was skipped since"
      : undefined;
  if (claim === undefined ? worker === undefined || ended === undefined : claim.worker === worker) return [];
  const until = claim && new Date(claim.expires).toISOString();
  const reason = claim === undefined ? ended! : `${printable(claim.worker)} has claimed it until ${until}`;
  if (worker === undefined) return isLive ? [`Feature ${index}: ${reason}; say who you are with --worker`] : [];
  throw new GateError("CLAIMED", `Cannot end feature ${index} for worker ${printable(worker)}: ${reason}`, {
    path,
    hint: "Stop working on it, and claim another one with `gate batch next --claim`; --force records it all the same.",
  });
}

const ALREADY = {
  completed: "was completed already",
  failed: "had failed already",
  skipped: "was skipped already",
} as const;

function resultOf(
  batch: BatchState,
  index: number,
  { kind }: FeatureEnd,
  changed: boolean,
): Omit<FeatureEnded, "revision"> {
  const feature = batch.featureAt(index);
  return {
    success: true,
    message: `Feature ${index} ${changed ? kind : ALREADY[kind]} - ${feature}`,
    batchId: batch.id,
    index,
    feature,
    changed,
    currentIndex: batch.currentIndex,
    remaining: batch.remaining,
    contextTokenEstimate: batch.tokens,
    status: batch.status,
  };
}
