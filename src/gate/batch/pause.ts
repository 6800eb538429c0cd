/** Interrupting a batch and going on: clearing the context, pausing, resuming. */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { formatTime } from "../../base/time.ts";
import { type BatchChange, figures } from "../../records/batch-change.ts";
import type { BatchState, BatchStatus } from "../../records/batch-state.ts";
import { requireCall } from "../call.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { changeBatch, type FeatureReference, requireFeature } from "./batch.ts";
import { type BatchOptions, PLACE, placeOf, rememberBatch } from "./place.ts";

/** Where the context was cleared. */
export interface ClearInput extends BatchOptions {
  /** The feature at which the context was cleared. */
  readonly index: FeatureReference;
  /** How many tokens it held. */
  readonly tokens: number;
}

/** What `pauseBatch`, `resumeBatch` and `recordClear` came to. */
export interface BatchMoved {
  readonly success: true;
  readonly message: string;
  readonly batchId: string;
  readonly status: BatchStatus;
  readonly currentIndex: number;
  readonly autoClearCount: number;
  /** Whether this call changed anything. */
  readonly changed: boolean;
  readonly revision: string;
}

/** Records that the context was cleared at a feature. */
export async function recordClear(
  gate: Gate,
  input: ClearInput,
  options: WriteOptions = {},
): Promise<Outcome<BatchMoved>> {
  requireCall("recordClear", { gate, input, options }, { ...PLACE, index: "name", tokens: "whole" });
  return await changeBatch(gate, { ...options, operation: "clear-event" }, input, (batch, now, path) => {
    const index = requireFeature(batch, input.index, path);
    const timestamp = formatTime(now);
    const { tokens } = input;
    const changes: BatchChange[] = [
      { kind: "cleared", index, tokens, timestamp },
      figures({ clears: batch.clears + 1, tokensBeforeClear: tokens, tokens: 0, updatedAt: timestamp }),
    ];
    return { changes, value: (after) => moved(after, `Context cleared at feature ${index}`, true) };
  });
}

/** How a batch is interrupted. */
export interface PauseInput extends BatchOptions {
  /** The context is cleared as well, and held so many tokens. */
  readonly tokens?: number;
}

/** Interrupts a batch; `resumeBatch` goes on with it. With `tokens` it records that the context is cleared, too. */
export async function pauseBatch(
  gate: Gate,
  input: PauseInput = {},
  options: WriteOptions = {},
): Promise<Outcome<BatchMoved>> {
  requireCall("pauseBatch", { gate, input, options }, { ...PLACE, tokens: "whole?" });
  const { tokens } = input;
  return await changeBatch(gate, { ...options, operation: "pause" }, input, (batch, now, path) => {
    const name = printable(batch.id);
    if (batch.status === "paused") {
      return { changes: [], value: (after) => moved(after, `Batch ${name} was paused already`, false) };
    }
    if (batch.status !== "in_progress") {
      throw new GateError("INVALID_ARGUMENT", `Cannot pause batch ${name}: it is ${batch.status}`, {
        path,
      });
    }
    const timestamp = formatTime(now);
    const cleared = tokens === undefined ? {} : { clears: batch.clears + 1, tokensBeforeClear: tokens, tokens: 0 };
    const index = Math.max(0, Math.min(batch.currentIndex, batch.total - 1));
    const event = tokens === undefined ? [] : ([{ kind: "cleared", index, tokens, timestamp }] as const);
    const paused = figures({ status: "paused", pausedAt: batch.currentIndex, ...cleared, updatedAt: timestamp });
    return { changes: [...event, paused], value: (after) => moved(after, `Batch ${name} is paused`, true) };
  });
}

/**
 * Goes on with a batch, also after too many failures in a row. With an id, only if it
 * is this one. It is the project's batch from then on, wherever it is kept.
 */
export async function resumeBatch(
  gate: Gate,
  input: BatchOptions = {},
  options: WriteOptions = {},
): Promise<Outcome<BatchMoved>> {
  requireCall("resumeBatch", { gate, input, options }, PLACE);
  const outcome = await changeBatch(gate, { ...options, operation: "resume" }, input, (batch, now) => {
    const name = printable(batch.id);
    if (batch.status === "completed") {
      return { changes: [], value: (after) => moved(after, `Batch ${name} is completed`, false) };
    }
    const goesOn = batch.status !== "in_progress";
    const changed = goesOn || batch.consecutiveFailures > 0;
    const resumed = figures({
      ...(goesOn && { status: "in_progress", pausedAt: undefined }),
      ...(batch.consecutiveFailures > 0 && { consecutiveFailures: 0 }),
      updatedAt: formatTime(now),
    });
    return {
      changes: changed ? [resumed] : [],
      value: (after) => moved(after, `Batch ${name} goes on at feature ${after.currentIndex}`, changed),
    };
  });
  const place = placeOf(gate, input);
  if (!options.dryRun && input.path === undefined)
    await rememberBatch(gate, place.kind === "shared" ? place : undefined);
  return outcome;
}

function moved(batch: BatchState, message: string, changed: boolean): Omit<BatchMoved, "revision"> {
  return {
    success: true,
    message,
    batchId: batch.id,
    status: batch.status,
    currentIndex: batch.currentIndex,
    autoClearCount: batch.clears,
    changed,
  };
}
