/**
 * What became of features, as lines beside the record of a batch.
 *
 * Writing a record of ten thousand features for each of them is quadratic; a line is
 * not. The first line says which bytes of the record the others follow, the last ones
 * which bytes they have become part of. Lines tell what was done and not what the
 * record became, so that they can also be done to a record that another program wrote
 * meanwhile: what holds already changes nothing.
 * Model: `proof/journal.pml`.
 */
import { parseObject } from "../base/json.ts";
import type { BatchChange } from "./batch-change.ts";
import { type Batch, isCount } from "./batch-state.ts";
import { LiveBatch } from "./live-batch.ts";
import { type EndedFeature, endFeature, type FeatureEnd } from "./progress.ts";

/** What a line says: one feature that ended. */
export type JournalEntry = EndedFeature;

export interface Journal {
  readonly batchId: string;
  /** The revision of the record that the entries follow. */
  readonly base: string;
  /** The revisions of the records that they are part of, if those were written: one of them for each try. */
  readonly folded: readonly string[];
  readonly entries: readonly JournalEntry[];
  /** The lines of the entries. */
  readonly lines: readonly string[];
}

export function beginLine(batchId: string, base: string): string {
  return `${JSON.stringify({ batch_id: batchId, base })}\n`;
}

export function entryLine(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

export function foldLine(revision: string): string {
  return `${JSON.stringify({ folded: revision })}\n`;
}

/** Reads a journal; `undefined` for one that does not say what it is about. */
export function readBatchJournal(text: string): Journal | undefined {
  // A line that was torn by a crash is no JSON, and was never acknowledged.
  const [first, ...rest] = text.split("\n").map(parseObject);
  if (typeof first?.["batch_id"] !== "string" || typeof first["base"] !== "string") return undefined;
  const folded: string[] = [];
  const entries: JournalEntry[] = [];
  for (const value of rest) {
    if (typeof value?.["folded"] === "string") folded.push(value["folded"]);
    else if (isEntry(value)) entries.push(value);
  }
  return { batchId: first["batch_id"], base: first["base"], folded, entries, lines: entries.map(entryLine) };
}

/** The changes that the entries are to a batch; those for features it does not have are left out. */
export function replayed(batch: Batch, entries: readonly JournalEntry[]): readonly BatchChange[] {
  const live = new LiveBatch(batch);
  return entries.flatMap((entry) => {
    if (entry.index >= batch.total) return [];
    const changes = endFeature(live.state(), entry);
    live.apply(changes);
    return changes;
  });
}

/** In milliseconds since the epoch: times are written with four digits for the year. */
const YEAR_10000 = 253_402_300_800_000;

type Parsed = Readonly<Record<string, unknown>> | undefined;

function isEntry(value: Parsed): value is Parsed & JournalEntry {
  const { index, end, tokens, now } = value ?? {};
  return isCount(index) && isCount(tokens) && isCount(now) && Number(now) < YEAR_10000 && isEnd(end);
}

function isEnd(value: unknown): value is FeatureEnd {
  const { kind, error, retryCount, reason, category } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (kind === "completed") return true;
  if (kind === "failed") return typeof error === "string" && (retryCount === undefined || isCount(retryCount));
  return kind === "skipped" && typeof reason === "string" && typeof category === "string";
}
