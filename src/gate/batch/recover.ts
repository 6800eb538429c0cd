/** Recovers a batch: its record by the versions of it, or the store of a shared one. */
import { readBatch } from "../../records/batch.ts";
import { DamagedRow } from "../../records/shared-rows.ts";
import { readShared } from "../../records/shared-whole.ts";
import type { Entries } from "../../store/driver.ts";
import { requireCall } from "../call.ts";
import type { RecordRecovery } from "../commit/record-recovery.ts";
import { inOrder, type RecoverableRecord, recoverRecord } from "../commit/recover-record.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import { recoverStore } from "../kv/recover.ts";
import type { Outcome } from "../outcome.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";
import { beginHint, newer } from "./file.ts";
import { type BatchOptions, batchCommand, PLACE, placeOf, recordPath, type SharedPlace, withRecord } from "./place.ts";

/**
 * Brings a damaged or missing batch back as its newest version in order; what a session has
 * written since is added as it always is. The call is the consent. `NOT_FOUND` or `CORRUPT`
 * where no version is in order. A batch in order is left alone: `recovered` is false.
 */
export async function recoverBatch(
  gate: Gate,
  input: BatchOptions = {},
  options: WriteOptions = {},
): Promise<Outcome<RecordRecovery>> {
  requireCall("recoverBatch", { gate, input, options }, PLACE);
  const place = placeOf(gate, input);
  if (place.kind === "shared") return await recoverShared(gate, place, options);
  const meant = withRecord(gate, input);
  return await recoverRecord(meant, recordOf(meant), options);
}

function recordOf(gate: Gate): RecoverableRecord {
  return {
    target: { path: recordPath(gate), operation: "batch recover" },
    hints: [
      `Mend it by hand, or begin anew with \`${batchCommand(gate, "create … --force")}\`, which keeps a copy; nothing was written.`,
      beginHint(gate),
    ],
    faultOf,
  };
}

function faultOf({ path, text, fault }: RecordSnapshot): string | undefined {
  const reading = text === undefined ? ({ kind: "damaged", reason: fault ?? "" } as const) : readBatch(text);
  if (reading.kind === "newer") throw newer(path, "recover", reading.version);
  return reading.kind === "damaged" ? reading.reason : undefined;
}

/** Rows have no versions; a store that is damaged goes back to what it has kept itself. */
async function recoverShared(gate: Gate, place: SharedPlace, options: WriteOptions): Promise<Outcome<RecordRecovery>> {
  const { useOf } = await import("./rows.ts");
  const use = useOf(place, "recover", "read");
  const outcome = await recoverStore(gate, { ...use, isGood }, options);
  const { recovered, source, backups, place: path } = outcome.value;
  const message = source === undefined ? inOrder(path) : `Recovered ${path}: ${source.kind} ${source.name}`;
  const fault = source && "its rows do not make a batch";
  return { ...outcome, value: { recovered, message, fault, source, backups, path, revision: undefined } };
}

function isGood(entries: Entries): boolean {
  try {
    readShared(new Map([...entries].map(([key, { value }]) => [key, value])));
    return true;
  } catch (error) {
    if (error instanceof DamagedRow) return false;
    throw error;
  }
}
