/** Removes the batch record; the history keeps its bytes. */
import { GateError } from "../../base/errors.ts";
import { readBatch } from "../../records/batch.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import { type RecordSnapshot, readSnapshot, transactRecord } from "../record-transaction.ts";
import type { Outcome } from "../transaction.ts";
import { BATCH_PATH, newer } from "./batch-file.ts";

export interface BatchCleanup {
  readonly success: true;
  readonly message: string;
  /** Whether there was a record. */
  readonly removed: boolean;
  readonly path: string;
}

/** Removes the record, damaged or not; one of a newer version is left alone. Missing is fine. */
export async function cleanUpBatch(gate: Gate, options: WriteOptions = {}): Promise<Outcome<BatchCleanup>> {
  // Where nothing is to be removed no lock is taken, because that would make a folder.
  const first = readSnapshot(gate, BATCH_PATH);
  const absent = options.dryRun ? options : { ...options, dryRun: !first.exists };
  const target = { path: BATCH_PATH, operation: "batch cleanup", history: "always" } as const;
  return await transactRecord(gate, target, absent, (snapshot) => {
    requireKnown(snapshot);
    const removed = snapshot.exists;
    const message = removed ? `Removed ${BATCH_PATH}` : `There is no ${BATCH_PATH}`;
    const value = { success: true, message, removed, path: BATCH_PATH } as const;
    return removed ? { value, text: null } : { value };
  });
}

/** A text that is damaged may go: that is what cleaning up is for. */
function requireKnown({ path, text }: RecordSnapshot): void {
  const reading = text === undefined ? undefined : readBatch(text);
  if (reading?.kind === "newer") throw newer(path, "remove", reading.version);
}

/** Whether there is a record to remove. */
export function hasBatch(gate: Gate): boolean {
  try {
    return readSnapshot(gate, BATCH_PATH).exists;
  } catch (error) {
    if (error instanceof GateError && error.code === "CORRUPT") return true;
    throw error;
  }
}
