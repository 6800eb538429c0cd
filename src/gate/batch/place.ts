/**
 * Which batch is meant: the record of the project, or one that several machines
 * share. The project remembers the shared one it works on; where its server is, it
 * does not: an address may hold a password, and a checkout from somewhere must not
 * say whom to connect to.
 */
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { faultOfName } from "../../base/ids.ts";
import { parseObject } from "../../base/json.ts";
import { printable } from "../../base/line.ts";
import { quoteForShell } from "../../base/shell.ts";
import { isSettingsPath } from "../../files/guard/settings-paths.ts";
import { toJson } from "../../json/to-json.ts";
import type { BatchChange } from "../../records/batch-change.ts";
import type { JournalEntry } from "../../records/batch-journal.ts";
import type { BatchState } from "../../records/batch-state.ts";
import { BACKENDS, type Backend } from "../../store/driver.ts";
import { readSnapshot, transactRecord } from "../commit/record-transaction.ts";
import type { WriteOptions } from "../gate.ts";
import { BATCH_PATH, type Gate, SHARED_BATCH_PATH } from "../gate.ts";
import { kindOfPath } from "../view/paths.ts";

export { BATCH_PATH };

const REMEMBERED_VERSION = 1;

/**
 * Which batch is meant; all operations on batches take these. Without them it is the one
 * the project works on: its record, or the shared one that was begun or resumed here. A
 * shared batch is kept in SQLite or on a Redis server, one row for each feature, so that
 * several machines can work on it and a change costs the same however many features there are.
 */
export interface BatchOptions {
  /** Where it is kept; by default where the project's batch is: in its record, unless a shared one is remembered. */
  readonly backend?: Backend;
  /** The record, relative to the project, where it is another file than `.claude/batch_state.json`. */
  readonly path?: string;
  /** The id of the batch; needed where the project does not know which shared one is meant. */
  readonly batchId?: string;
  /** `redis://127.0.0.1:6379` by default. */
  readonly redisUrl?: string;
}

/** What each of them is. */
export const PLACE: Shape<BatchOptions> = {
  backend: [...BACKENDS, undefined],
  path: "text?",
  batchId: "text?",
  redisUrl: "text?",
};

/** A batch that is kept as rows. */
export interface SharedPlace {
  readonly kind: "shared";
  readonly backend: Exclude<Backend, "json">;
  readonly id: string;
  readonly redisUrl: string | undefined;
}

/** A batch that is the record of the project; with an id, this one is meant and no other. */
export interface FilePlace {
  readonly kind: "file";
  readonly id: string | undefined;
}

export type BatchPlace = SharedPlace | FilePlace;

/**
 * The gate whose batch is in the file that is named, which then is the only record it changes.
 * `UNSAFE_PATH` for what is outside of the project, or another thing of the gate's own.
 */
export function withRecord(gate: Gate, { path, backend }: Pick<BatchOptions, "path" | "backend">): Gate {
  if (path === undefined) return gate;
  const { root } = gate.project;
  const record = path === "" ? "" : relative(root, resolve(root, path)).split(sep).join("/");
  if (record === BATCH_PATH) return gate;
  const fault =
    record === "" || record.startsWith("../") || isAbsolute(record)
      ? "it is no file inside the project"
      : KEPT.test(record) || kindOfPath(record) !== undefined || isSettingsPath(record)
        ? "it is kept for something else"
        : undefined;
  if (fault !== undefined) {
    throw new GateError("UNSAFE_PATH", `Cannot keep a batch in ${printable(path)}: ${fault}`, {
      path,
      hint: "Name a file of its own inside the project, such as batches/mine.json.",
    });
  }
  if (backend !== undefined && backend !== "json") {
    throw new GateError("INVALID_ARGUMENT", `Cannot keep a batch in ${printable(path)} and in ${backend}`, {
      hint: "Give the file or the backend.",
    });
  }
  return { ...gate, project: { root, own: "" }, record };
}

/** What git and the agent keep there. */
const KEPT = /^(?:\.git\/|\.claude\/settings\b)/;

/** Where the record of the gate's batch is. */
export function recordPath({ record = BATCH_PATH }: Pick<Gate, "record">): string {
  return record;
}

/** A command on the gate's batch, for hints. */
export function batchCommand({ record }: Pick<Gate, "record">, words: string): string {
  return `gate batch ${words}${record === undefined ? "" : ` --state-file ${quoteForShell(record)}`}`;
}

/** Where the batch is that is meant. `NOT_FOUND` where nothing says which of the shared ones. */
export function placeOf(gate: Gate, { backend, path, batchId, redisUrl }: BatchOptions): BatchPlace {
  if (batchId !== undefined) requireBatchName(batchId);
  if (backend === "json" || path !== undefined) return { kind: "file", id: batchId };
  const remembered = readRememberedBatch(gate);
  if (backend === undefined) {
    if (remembered === undefined || (batchId !== undefined && batchId !== remembered.id)) {
      return { kind: "file", id: batchId };
    }
    return { kind: "shared", ...remembered, redisUrl };
  }
  const id = batchId ?? (remembered?.backend === backend ? remembered.id : undefined);
  if (id !== undefined) return { kind: "shared", backend, id, redisUrl };
  throw new GateError("NOT_FOUND", `Cannot find the batch in ${backend}: this project does not know which one`, {
    hint: "Name it with --id, or begin one with `gate batch create --backend …`.",
  });
}

/** What an operation does, as it stands behind `Cannot` and before the batch. */
export function actOf(operation: string): string {
  return operation === "pause" || operation === "resume" ? operation : `${operation} in`;
}

/** The namespace that keeps a shared batch. */
export function namespaceOf(id: string): string {
  return `batch:${id}`;
}

/** Refuses what cannot be the id of a batch. */
export function requireBatchName(id: string): void {
  const fault = faultOfName(id);
  if (fault === undefined) return;
  throw new GateError("UNSAFE_PATH", `Cannot name a batch ${JSON.stringify(printable(id))}: ${fault}`, {
    hint: "Use letters, digits, dashes and underscores, at most 128 of them.",
  });
}

/** The shared batch the project works on; `undefined` where it has none. */
export function readRememberedBatch(gate: Gate): Pick<SharedPlace, "backend" | "id"> | undefined {
  const { exists, text } = readSnapshot(gate, SHARED_BATCH_PATH);
  if (!exists) return undefined;
  const value = parseObject(text ?? "") ?? {};
  if (typeof value["schema_version"] === "number" && value["schema_version"] > REMEMBERED_VERSION) {
    throw new GateError("UNSUPPORTED_VERSION", `Cannot read ${SHARED_BATCH_PATH}: it is of a newer program`, {
      path: SHARED_BATCH_PATH,
      hint: "Use a newer gate for this project.",
    });
  }
  const { batch_id: id } = value;
  const backend = BACKENDS.find((each) => each === value["backend"]);
  if (typeof id === "string" && faultOfName(id) === undefined && backend !== undefined && backend !== "json") {
    return { backend, id };
  }
  throw new GateError("CORRUPT", `Cannot read ${SHARED_BATCH_PATH}: it does not name a shared batch`, {
    path: SHARED_BATCH_PATH,
    hint: "Remove it, then name the batch once more: gate batch resume ID --backend …",
  });
}

/** Remembers the shared batch, or with `undefined` that there is none. What is so already is not written again. */
export async function rememberBatch(gate: Gate, batch: Pick<SharedPlace, "backend" | "id"> | undefined): Promise<void> {
  const { exists, text: before } = readSnapshot(gate, SHARED_BATCH_PATH);
  const value = batch && { batch_id: batch.id, backend: batch.backend, schema_version: REMEMBERED_VERSION };
  const text = value && `${toJson(value)}\n`;
  if (exists ? before === text : text === undefined) return;
  const target = { path: SHARED_BATCH_PATH, operation: "batch remember", history: "always" } as const;
  await transactRecord(gate, target, {}, () => ({ value: undefined, text: text ?? null }));
}

/** What an operation on the batch comes to; no changes write nothing. */
export interface BatchStep<T> {
  readonly changes: readonly BatchChange[];
  /** Made when the result is known, from the batch as it is then. */
  value(after: BatchState): T;
  readonly warnings?: readonly string[];
  /** The change as a line of the journal, where a line can say it. */
  readonly entry?: Omit<JournalEntry, "now">;
}

/** Computes a change; `path` is where the batch is, for messages. */
export type BatchCompute<T> = (batch: BatchState, now: number, path: string) => BatchStep<T>;

/** How a change of the batch is written, and under which name. */
export interface BatchWrite extends WriteOptions {
  readonly operation: string;
}
