/** Interrupting a batch and going on: clearing the context, pausing, resuming. */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { formatTime } from "../../base/time.ts";
import type { Batch, BatchStatus } from "../../records/batch.ts";
import type { Json, RecordChange } from "../../records/json-edit.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../transaction.ts";
import { BATCH_PATH, changeBatch, requireFeature } from "./batch-file.ts";
import { requireTokens } from "./end.ts";

/** Tokens from which on the context should be cleared. */
export const CLEAR_THRESHOLD = 150_000;

export interface ClearInput {
  /** The feature at which the context was cleared. */
  readonly index: number;
  /** How many tokens it held. */
  readonly tokens: number;
}

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

/** Records that the context was cleared; the estimate begins anew. */
export async function recordClear(
  gate: Gate,
  input: ClearInput,
  options: WriteOptions = {},
): Promise<Outcome<BatchMoved>> {
  requireTokens(input.tokens);
  return await changeBatch(gate, "clear-event", options, (batch, now) => {
    const index = requireFeature(batch, input.index);
    const timestamp = formatTime(now);
    const event = { feature_index: index, context_tokens_before_clear: input.tokens, timestamp };
    const changes: RecordChange[] = [
      { kind: "append", path: ["auto_clear_events"], value: event },
      set("auto_clear_count", batch.clears + 1),
      set("context_tokens_before_clear", input.tokens),
      set("context_token_estimate", 0),
      set("updated_at", timestamp),
    ];
    return { changes, value: (after) => moved(after, `Context cleared at feature ${index}`, true) };
  });
}

/** Pauses the batch: nothing is claimed until it is resumed. */
export async function pauseBatch(gate: Gate, options: WriteOptions = {}): Promise<Outcome<BatchMoved>> {
  return await changeBatch(gate, "pause", options, (batch, now) => {
    const name = printable(batch.id);
    if (batch.status === "paused") {
      return { changes: [], value: (after) => moved(after, `Batch ${name} was paused already`, false) };
    }
    if (batch.status !== "in_progress") {
      throw new GateError("INVALID_ARGUMENT", `Cannot pause batch ${name}: it is ${batch.status}`, {
        path: BATCH_PATH,
      });
    }
    const changes = [
      set("status", "paused"),
      set("paused_at_feature_index", batch.currentIndex),
      set("updated_at", formatTime(now)),
    ];
    return { changes, value: (after) => moved(after, `Batch ${name} is paused`, true) };
  });
}

/** Goes on with a batch, also after too many failures in a row. With an id, only if it is this one. */
export async function resumeBatch(
  gate: Gate,
  input: { readonly id?: string } = {},
  options: WriteOptions = {},
): Promise<Outcome<BatchMoved>> {
  return await changeBatch(gate, "resume", options, (batch, now) => {
    const name = printable(batch.id);
    if (input.id !== undefined && input.id !== batch.id) {
      throw new GateError("NOT_FOUND", `Cannot resume batch ${printable(input.id)}: the batch here is ${name}`, {
        path: BATCH_PATH,
        hint: `Run: gate batch resume ${name}`,
      });
    }
    if (batch.status === "completed") {
      return { changes: [], value: (after) => moved(after, `Batch ${name} is completed`, false) };
    }
    const changes = [
      ...(batch.status === "in_progress" ? [] : [set("status", "in_progress"), set("paused_at_feature_index", null)]),
      ...(batch.consecutiveFailures === 0 ? [] : [set("consecutive_failures", 0)]),
    ];
    const changed = changes.length > 0;
    if (changed) changes.push(set("updated_at", formatTime(now)));
    return {
      changes,
      value: (after) => moved(after, `Batch ${name} goes on at feature ${after.currentIndex}`, changed),
    };
  });
}

function moved(batch: Batch, message: string, changed: boolean): Omit<BatchMoved, "revision"> {
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

function set(key: string, value: Json): RecordChange {
  return { kind: "set", path: [key], value };
}
