/** A batch that is about to begin: what it is made of, its id, and what becomes of the one before it. */
import { GateError } from "../../base/errors.ts";
import { faultOfName } from "../../base/ids.ts";
import { printable } from "../../base/line.ts";
import { fingerprint } from "../../files/guard/path.ts";
import { system } from "../../files/guard/system.ts";
import { exists } from "../../files/read/read.ts";
import { readBatch } from "../../records/batch.ts";
import type { BatchStatus } from "../../records/batch-state.ts";
import { batchId, type Duplicate } from "../../records/make-batch.ts";
import type { Gate } from "../gate.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";
import { newer, withLines } from "./file.ts";
import { type BatchOptions, batchCommand, recordPath } from "./place.ts";

/**
 * What a batch is made of; one of `features`, `featuresFile` and `issues` is needed. Beside
 * `features` the file is a note of where they come from, and the issues are theirs, one for each.
 */
export interface CreateBatchInput extends Pick<BatchOptions, "backend" | "path" | "redisUrl"> {
  /** The features themselves. */
  readonly features?: readonly string[];
  /** A file inside the project with one feature for each line, or `-` for standard input. */
  readonly featuresFile?: string;
  /** From where a relative `featuresFile` is meant; the project's folder by default. */
  readonly cwd?: string;
  /** Issues to work on; their titles come from `gh` where that is installed. */
  readonly issues?: readonly number[];
  /** A name instead of one that is made from the time. */
  readonly batchId?: string;
  /** Put away a batch that is not finished, as `batch_state.<id>.json`. */
  readonly force?: boolean;
}

/** What `createBatch` came to. */
export interface BatchCreated {
  readonly success: true;
  readonly message: string;
  readonly batchId: string;
  readonly totalFeatures: number;
  readonly duplicates: readonly Duplicate[];
  readonly stateFile: string;
  /** Where the batch before it is now. */
  readonly previousBatch: string | undefined;
  readonly revision: string;
}

export interface Features {
  readonly features: readonly string[];
  readonly featuresFile: string;
  readonly sourceType: string;
  readonly issueNumbers?: readonly number[];
}

/** What is to be made, from whatever it was given as. */
export interface BatchPlan {
  readonly input: CreateBatchInput;
  readonly given: Features;
  readonly features: readonly string[];
  readonly duplicates: readonly Duplicate[];
  readonly warnings: readonly string[];
}

/** What is told of a new batch. */
export function createdOf(
  { features, duplicates }: BatchPlan,
  id: string,
  stateFile: string,
  previousBatch: string | undefined,
): Omit<BatchCreated, "revision"> {
  const count = features.length === 1 ? "1 feature" : `${features.length} features`;
  const message = `Batch ${id} created with ${count}`;
  return { success: true, message, batchId: id, totalFeatures: features.length, duplicates, stateFile, previousBatch };
}

/** `CONFLICT` for a batch that is not finished, unless it is put away. */
export function requireDone(
  gate: Gate,
  { id, status }: { readonly id: string; readonly status: BatchStatus },
  path: string,
  force: boolean,
): void {
  if (force || (status !== "in_progress" && status !== "paused")) return;
  throw new GateError("CONFLICT", `Cannot create a batch: batch ${printable(id)} is ${status}`, {
    path,
    hint: `Go on with \`${batchCommand(gate, `resume ${printable(id)}`)}\`, or give --force, which puts it away.`,
  });
}

export interface Previous {
  readonly id?: string;
  readonly moveTo?: string;
  readonly damaged: boolean;
}

/** What becomes of the record that is there. One that is not finished stays, unless it is put away by force. */
export function judgeRecord(gate: Gate, snapshot: RecordSnapshot, force: boolean): Previous {
  const { path, exists: there, text, fault } = snapshot;
  if (!there) return { damaged: false };
  const reading = text === undefined ? ({ kind: "damaged", reason: fault ?? "" } as const) : readBatch(text);
  if (reading.kind === "newer") throw newer(path, "write over", reading.version);
  if (reading.kind === "damaged") {
    if (force) return { damaged: true };
    throw new GateError("CORRUPT", `Cannot write over ${path}: ${printable(reading.reason)}`, {
      path,
      hint: `Run \`${batchCommand(gate, "recover")}\` to get back the newest version in order, or give --force, which keeps a copy beside it.`,
    });
  }
  const batch = withLines(gate, snapshot, reading.batch);
  requireDone(gate, batch, path, force);
  const isOpen = batch.status === "in_progress" || batch.status === "paused";
  return { id: batch.id, damaged: false, ...(isOpen && { moveTo: freeName(gate, batch.id) }) };
}

/** `batch_state.<id>.json` beside the record, or the next free name like it. An id that could be no name is made one. */
function freeName(gate: Gate, id: string): string {
  const safe = id.replace(/[^\w-]+/g, "_");
  const name =
    safe === id && id.length <= 100 && faultOfName(id) === undefined ? id : `${safe.slice(0, 80)}-${fingerprint(id)}`;
  for (let number = 1; ; number++) {
    const path = `${recordPath(gate).replace(/\.json$/i, "")}.${name}${number === 1 ? "" : `.${number}`}.json`;
    if (!exists(gate.project, path)) return path;
  }
}

/** No other batch of this project has it: neither the one that is there nor one that was put away. */
export function newId(gate: Gate, now: number, previous: string | undefined): string {
  for (;;) {
    const id = batchId(now, Number.parseInt(system.random(3), 16) % 1000);
    if (id !== previous && !exists(gate.project, `.claude/batch_state.${id}.json`)) return id;
  }
}
