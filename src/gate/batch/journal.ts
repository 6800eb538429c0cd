/**
 * The record of a batch with the lines that are not yet part of it.
 *
 * Everything that reads the record reads the journal with it, and everything that
 * writes the record takes the lines in: first a last line that names the bytes which
 * hold them all, then the record, then the journal goes. A crash between any two of
 * these leaves a record and a journal that say the same as before.
 * Model: `proof/journal.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { GATE_FOLDER } from "../../files/guard/project.ts";
import { appendJournal, readJournal, removeJournal } from "../../files/record/journal.ts";
import { type BatchRecord, changeBatchRecord, rereadBatch } from "../../records/batch.ts";
import { foldLine, type Journal, readBatchJournal, replayed } from "../../records/batch-journal.ts";
import { revisionOf } from "../../text/source.ts";
import type { Gate } from "../gate.ts";
import { BATCH_PATH } from "./place.ts";

export const JOURNAL_PATH = `${GATE_FOLDER}/batch-journal.jsonl`;

/** A record and what its journal adds to it. */
export interface Journaled {
  readonly batch: BatchRecord;
  /** Of the record where no lines are to be added, else of both together. */
  readonly revision: string;
  /** Whether the journal holds what the record does not. */
  readonly pending: boolean;
  /** The journal, where it follows these very bytes and can be written on. */
  readonly journal: Journal | undefined;
}

/** The text of the journal; `undefined` where there is none. Only the project's own record has one. */
export function journalOf({ project, record }: Gate): string | undefined {
  return record === undefined ? readJournal(project, JOURNAL_PATH) : undefined;
}

/** Whether a journal only grew by entries meanwhile, so that the gate has not written the record. */
export function isContinued(before: string | undefined, after: string | undefined): boolean {
  if (!before || !after?.startsWith(before)) return false;
  return readBatchJournal(before)?.folded.length === readBatchJournal(after)?.folded.length;
}

/** A record of this revision, with the lines of a journal. One of another batch adds nothing. */
export function withJournal(batch: BatchRecord, revision: string, text: string | undefined): Journaled {
  const journal = text === undefined ? undefined : readBatchJournal(text);
  const isOurs = journal !== undefined && journal.batchId === batch.id && !journal.folded.includes(revision);
  if (!isOurs || journal.entries.length === 0) {
    return { batch, revision, pending: false, journal: undefined };
  }
  const changes = replayed(batch, journal.entries);
  const reading = rereadBatch(changeBatchRecord(batch, changes), batch);
  if (reading.kind !== "batch") {
    throw new GateError("CORRUPT", `Cannot read ${BATCH_PATH}: ${JOURNAL_PATH} does not go with it`, {
      path: JOURNAL_PATH,
      hint: "Move the journal away to go on without what it holds; nothing was written.",
    });
  }
  const follows = journal.base === revision && journal.folded.length === 0;
  return {
    batch: reading.batch,
    revision: journal.lines.reduce(nextRevision, revision),
    pending: true,
    journal: follows ? journal : undefined,
  };
}

/** The revision after one more line: it costs the same however long the record is. */
export function nextRevision(revision: string, line: string): string {
  return revisionOf(Buffer.from(revision + line));
}

/** Says in the journal that a record of this revision will hold all of it. One of another batch is kept aside. */
export function announceFold(gate: Gate, batchId: string, text: string, revision: string): void {
  if (readBatchJournal(text)?.batchId === batchId) appendJournal(gate.project, JOURNAL_PATH, foldLine(revision));
  else keepAside(gate, text);
}

/** Puts a journal aside that the record of this revision does not hold and that no record will take in. */
export function putAside(gate: Gate, text: string, revision: string | undefined): void {
  const journal = readBatchJournal(text);
  const isTaken = revision !== undefined && journal?.folded.includes(revision);
  if (!isTaken && journal?.entries.length !== 0) keepAside(gate, text);
  endFold(gate);
}

function keepAside(gate: Gate, text: string): void {
  const name = (readBatchJournal(text)?.batchId ?? "").replace(/[^\w-]+/g, "_").slice(0, 80);
  appendJournal(gate.project, `${GATE_FOLDER}/batch-journal.${name || "unknown"}.jsonl`, text);
}

export function endFold({ project }: Gate): void {
  removeJournal(project, JOURNAL_PATH);
}
