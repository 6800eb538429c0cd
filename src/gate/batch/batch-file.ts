/** The batch record of a project: read, refused, changed. What every batch operation starts with. */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { BATCH_KEYS, type BatchReading, type BatchRecord, readBatch, rereadBatch } from "../../records/batch.ts";
import { type BatchChange, textChanges } from "../../records/batch-change.ts";
import { BATCH_VERSION, type Batch, type BatchState } from "../../records/batch-state.ts";
import { changeRecord, printRecord } from "../../records/json-edit.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import { type RecordSnapshot, readSnapshot, revisionOfRecord, transactRecord } from "../record-transaction.ts";
import type { Outcome } from "../transaction.ts";

export const BATCH_PATH = ".claude/batch_state.json";

/** Reads the batch. `NOT_FOUND` without one, `CORRUPT` with the key that is wrong, `UNSUPPORTED_VERSION`. */
export function loadBatch(gate: Gate): { readonly batch: Batch; readonly revision: string } {
  const snapshot = readSnapshot(gate, BATCH_PATH);
  return { batch: batchIn(snapshot, "read"), revision: revisionOfRecord(snapshot)! };
}

/** What an operation on the batch comes to; no changes write nothing. */
export interface BatchStep<T> {
  readonly changes: readonly BatchChange[];
  /** Made when the result is known, from the batch as it is then. */
  value(after: BatchState): T;
  readonly warnings?: readonly string[];
}

/** Changes the batch that is there. The result has the revision of the file as it is afterwards. */
export async function changeBatch<T extends object>(
  gate: Gate,
  operation: string,
  options: WriteOptions,
  compute: (batch: BatchState, now: number) => BatchStep<T>,
): Promise<Outcome<T & { readonly revision: string }>> {
  let revision = "";
  const target = { path: BATCH_PATH, operation: `batch ${operation}`, history: "sometimes" } as const;
  const outcome = await transactRecord(gate, target, options, (snapshot, now) => {
    const batch = batchIn(snapshot, `${operation} in`);
    const { changes, value, warnings = [] } = compute(batch, now);
    if (changes.length === 0) {
      revision = revisionOfRecord(snapshot)!;
      return { value: value(batch), warnings };
    }
    const record = changeRecord(batch.record, textChanges(changes), BATCH_KEYS);
    const after = requireValid(rereadBatch(record, batch), operation);
    const text = printRecord(record);
    latest = { text, batch: after };
    return { value: value(after), text, warnings };
  });
  return { ...outcome, value: { ...outcome.value, revision: outcome.written[0]?.revision ?? revision } };
}

/** The batch that was made last, believed for the very text it was printed to. */
let latest: { readonly text: string; readonly batch: BatchRecord } | undefined;

function readLatest(text: string): BatchReading {
  return latest?.text === text ? { kind: "batch", batch: latest.batch } : readBatch(text);
}

/** The batch of a snapshot, or the reason why there is none to work with. */
export function batchIn(snapshot: RecordSnapshot, act: string): BatchRecord {
  const { path, exists, text, fault } = snapshot;
  if (!exists) {
    throw new GateError("NOT_FOUND", `Cannot ${act} ${path}: there is no batch`, {
      path,
      hint: "Run `gate batch create --features-file FILE` to begin one.",
    });
  }
  const reading = text === undefined ? ({ kind: "damaged", reason: fault ?? "" } as const) : readLatest(text);
  if (reading.kind === "batch") return reading.batch;
  if (reading.kind === "newer") throw newer(path, act, reading.version);
  throw new GateError("CORRUPT", `Cannot ${act} ${path}: ${printable(reading.reason)}`, {
    path,
    hint: "Mend the file, or begin anew with `gate batch create … --force`, which keeps a copy; nothing was written.",
  });
}

export function newer(path: string, act: string, version: string): GateError {
  const reason = `its schema_version is ${version}, and this program knows ${BATCH_VERSION}`;
  return new GateError("UNSUPPORTED_VERSION", `Cannot ${act} ${path}: ${reason}`, {
    path,
    hint: "Use a newer gate for this project; nothing was touched.",
  });
}

/** A feature's index; `INVALID_ARGUMENT` where the batch has no such feature. */
export function requireFeature({ total }: BatchState, index: number): number {
  if (Number.isSafeInteger(index) && index >= 0 && index < total) return index;
  const known = total === 0 ? "the batch has no features" : `expected 0 to ${total - 1}`;
  throw new GateError("INVALID_ARGUMENT", `Cannot find feature ${index}: ${known}`, {
    path: BATCH_PATH,
    hint: "Features count from 0; `gate batch status` lists them.",
  });
}

/** What is written must be a batch again: a change of ours is not what damages it. */
function requireValid(reading: BatchReading, operation: string): BatchRecord {
  if (reading.kind === "batch") return reading.batch;
  const reason = reading.kind === "damaged" ? reading.reason : "its version would be another";
  throw new GateError("INVALID_RESULT", `Cannot ${operation} in ${BATCH_PATH}: it would become invalid, ${reason}`, {
    path: BATCH_PATH,
    hint: "Nothing was written. Please report this with the file.",
  });
}
