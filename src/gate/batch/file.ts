/**
 * The batch record of a project: read, refused, changed.
 * Model: `proof/journal.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { newestVersion } from "../../files/record/versions.ts";
import { type BatchReading, type BatchRecord, changeBatchRecord, readBatch, rereadBatch } from "../../records/batch.ts";
import { BATCH_VERSION } from "../../records/batch-state.ts";
import { printRecord } from "../../records/json-edit.ts";
import {
  type RecordStep,
  readSnapshot,
  requireRevision,
  revisionOfRecord,
  transactRecord,
} from "../commit/record-transaction.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";
import { announceFold, endFold, isContinued, type Journaled, journalOf, putAside, withJournal } from "./journal.ts";
import type { BatchCompute, BatchWrite } from "./place.ts";
import { actOf, batchCommand, type FilePlace, recordPath } from "./place.ts";

/** The record with its journal; `base` is the revision of the record alone. */
export interface FileRead extends Journaled {
  readonly base: string;
  /** Whether there is a journal, of whatever batch. */
  readonly begun: boolean;
}

/** Reads the record. `NOT_FOUND` without one, `CORRUPT` with the key that is wrong, `UNSUPPORTED_VERSION`. */
export function loadFile(gate: Gate, place: FilePlace): FileRead {
  // Without the lock: what was true from before the record was read until after it is one moment.
  for (let before = journalOf(gate); ; ) {
    const snapshot = readSnapshot(gate, recordPath(gate));
    const journal = journalOf(gate);
    if (journal === before || isContinued(before, journal))
      return recordIn(gate, snapshot, { ...place, act: "read", journal });
    before = journal;
  }
}

/** Reads the record for who holds its lock. */
export function readFile(gate: Gate, place: FilePlace, operation: string): FileRead {
  return recordIn(gate, readSnapshot(gate, recordPath(gate)), {
    ...place,
    act: actOf(operation),
    journal: journalOf(gate),
  });
}

/** Which batch the record should be, what is done with it, and what the journal says. */
interface Reading extends FilePlace {
  readonly act: string;
  readonly journal: string | undefined;
}

function recordIn(gate: Gate, snapshot: RecordSnapshot, reading: Reading): FileRead {
  const { journal } = reading;
  const batch = batchIn(gate, snapshot, reading);
  const base = revisionOfRecord(snapshot)!;
  return { ...withJournal(batch, base, journal), base, begun: journal !== undefined };
}

/**
 * Changes the record that is there, and takes the journal in. The revision is the
 * digest of the file as it is afterwards.
 */
export async function changeFile<T extends object>(
  gate: Gate,
  place: FilePlace,
  { operation, ifMatch, ...options }: BatchWrite,
  compute: BatchCompute<T>,
): Promise<Outcome<T & { readonly revision: string }>> {
  let revision = "";
  const path = recordPath(gate);
  const target = { path, operation: `batch ${operation}`, history: "sometimes" } as const;
  const outcome = await transactRecord(gate, target, options, (snapshot, now) => {
    const journal = journalOf(gate);
    const read = recordIn(gate, snapshot, { ...place, act: actOf(operation), journal });
    const { batch } = read;
    requireRevision(path, read.revision, ifMatch);
    const { changes, value, warnings = [] } = compute(batch, now, path);
    revision = read.revision;
    if (changes.length === 0 && !(operation === FOLD && read.pending)) return { value: value(batch), warnings };
    const record = changeBatchRecord(batch, changes);
    const after = requireValid(rereadBatch(record, batch), operation, path);
    const text = printRecord(record);
    latest = { text, batch: after };
    const step = { value: value(after), text, warnings };
    if (journal === undefined) return step;
    const announce = (written: string) => announceFold(gate, batch.id, journal, written);
    return { ...step, announce, replaced: () => endFold(gate) };
  });
  if (outcome.written.length > 0 && !options.dryRun) gate.batchSession?.written();
  return { ...outcome, value: { ...outcome.value, revision: outcome.written[0]?.revision ?? revision } };
}

/** Takes the journal in, if there is a record to take it. */
export async function foldFile(gate: Gate): Promise<void> {
  await fold(gate, {});
}

/** Takes the journal in; the revision afterwards, `undefined` where there was nothing to take in. */
async function fold(gate: Gate, options: Pick<WriteOptions, "ifMatch">): Promise<string | undefined> {
  if (journalOf(gate) === undefined) return undefined;
  try {
    const place = { kind: "file", id: undefined } as const;
    const write = { ...options, operation: FOLD };
    return (await changeFile(gate, place, write, () => ({ changes: [], value: () => ({}) }))).value.revision;
  } catch (error) {
    if (!(error instanceof GateError) || error.code !== "NOT_FOUND") throw error;
    return undefined;
  }
}

/**
 * Replaces or removes the record as a whole. What the journal holds goes with the
 * record that was there, and never into the one that comes, though it be of the same
 * name: where that record cannot take it, it is put aside.
 */
export async function replaceRecord<T>(
  gate: Gate,
  operation: string,
  options: WriteOptions,
  compute: (snapshot: RecordSnapshot, now: number) => RecordStep<T>,
): Promise<Outcome<T>> {
  const target = { path: recordPath(gate), operation, history: "always" } as const;
  if (options.dryRun) return await transactRecord(gate, target, options, compute);
  for (;;) {
    const { takes, ifMatch } = await foldReadable(gate, options.ifMatch);
    const given = { ...options, ...(ifMatch !== undefined && { ifMatch }) };
    try {
      return await transactRecord(gate, target, given, (snapshot, now) => {
        const journal = journalOf(gate);
        if (journal === undefined) return compute(snapshot, now);
        if (takes && isPending(snapshot, journal)) throw new Begun();
        const step = compute(snapshot, now);
        putAside(gate, journal, revisionOfRecord(snapshot));
        return step;
      });
    } catch (error) {
      if (!(error instanceof Begun)) throw error;
    }
  }
}

/** A session has written a line since the journal was taken in. */
class Begun extends Error {}

/** Takes the journal in before the record goes; `takes` is whether the record can take anything in. */
async function foldReadable(
  gate: Gate,
  ifMatch: string | undefined,
): Promise<{ readonly takes: boolean; readonly ifMatch: string | undefined }> {
  try {
    const revision = await fold(gate, ifMatch === undefined ? {} : { ifMatch });
    return { takes: true, ifMatch: ifMatch && (revision ?? ifMatch) };
  } catch (error) {
    if (!(error instanceof GateError) || !UNFIT.has(error.code)) throw error;
    return { takes: false, ifMatch };
  }
}

/** What is said of a record that cannot be read, or not be written with what the journal holds. */
const UNFIT: ReadonlySet<string> = new Set(["CORRUPT", "UNSUPPORTED_VERSION", "INVALID_RESULT"]);

/** A batch with what the journal adds to it; alone where the journal does not go with it. */
export function withLines(gate: Gate, snapshot: RecordSnapshot, batch: BatchRecord): BatchRecord {
  try {
    return withJournal(batch, revisionOfRecord(snapshot)!, journalOf(gate)).batch;
  } catch (error) {
    if (!(error instanceof GateError) || error.code !== "CORRUPT") throw error;
    return batch;
  }
}

function isPending(snapshot: RecordSnapshot, journal: string): boolean {
  const reading = snapshot.text === undefined ? undefined : readLatest(snapshot.text);
  return reading?.kind === "batch" && withJournal(reading.batch, revisionOfRecord(snapshot)!, journal).pending;
}

/** Taking the journal in, which is no change of the batch. */
const FOLD = "fold";

/** The batch that was made last, believed for the very text it was printed to. */
let latest: { readonly text: string; readonly batch: BatchRecord } | undefined;

function readLatest(text: string): BatchReading {
  return latest?.text === text ? { kind: "batch", batch: latest.batch } : readBatch(text);
}

/** What is to be done where there is no batch. */
export function beginHint(gate: Pick<Gate, "record">): string {
  return `Run \`${batchCommand(gate, "create --features-file FILE")}\` to begin one.`;
}

/** The batch of a snapshot, or the reason why there is none to work with. */
function batchIn(
  gate: Gate,
  { path, exists, text, fault }: RecordSnapshot,
  { id, act }: Pick<Reading, "id" | "act">,
): BatchRecord {
  if (!exists) {
    const isKnown = newestVersion(gate.project, path)?.revision !== undefined;
    throw new GateError("NOT_FOUND", `Cannot ${act} ${path}: there is no batch`, {
      path,
      hint: isKnown
        ? `Run \`${batchCommand(gate, "recover")}\` to bring back the one that was there.`
        : beginHint(gate),
    });
  }
  const reading = text === undefined ? ({ kind: "damaged", reason: fault ?? "" } as const) : readLatest(text);
  if (reading.kind === "batch") {
    const { batch } = reading;
    if (id === undefined || id === batch.id) return batch;
    throw new GateError("NOT_FOUND", `Cannot ${act} batch ${printable(id)}: the batch here is ${printable(batch.id)}`, {
      path,
      hint: `Run: ${batchCommand(gate, `resume ${printable(batch.id)}`)}`,
    });
  }
  if (reading.kind === "newer") throw newer(path, act, reading.version);
  throw new GateError("CORRUPT", `Cannot ${act} ${path}: ${printable(reading.reason)}`, {
    path,
    hint: `Run \`${batchCommand(gate, "recover")}\` to get back the newest version in order; nothing was written.`,
  });
}

export function newer(path: string, act: string, version: string): GateError {
  const reason = `its schema_version is ${version}, and this program knows ${BATCH_VERSION}`;
  return new GateError("UNSUPPORTED_VERSION", `Cannot ${act} ${path}: ${reason}`, {
    path,
    hint: "Use a newer gate for this project; nothing was touched.",
  });
}

/** What is written must be a batch again: a change of ours is not what damages it. */
function requireValid(reading: BatchReading, operation: string, path: string): BatchRecord {
  if (reading.kind === "batch") return reading.batch;
  const reason = reading.kind === "damaged" ? reading.reason : "its version would be another";
  throw new GateError("INVALID_RESULT", `Cannot ${operation} in ${path}: it would become invalid, ${reason}`, {
    path,
    hint: "Nothing was written. Please report this with the file.",
  });
}
