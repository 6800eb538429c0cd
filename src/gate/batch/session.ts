/**
 * Working through a long batch from one program.
 *
 * A feature that ends within a second of the last writing of the record becomes a
 * line of the journal, which is on the disk before the call returns; so ten thousand
 * of them cost ten thousand lines and a record each second, not ten thousand records.
 * Who reads the record alone is behind by that second. What a killed program leaves
 * is taken in by the next command.
 * Model: `proof/journal.pml`.
 */
import { system } from "../../files/guard/system.ts";
import { acquireLock } from "../../files/lock/lock.ts";
import { lookOf } from "../../files/read/read.ts";
import { appendJournal } from "../../files/record/journal.ts";
import { beginLine, entryLine } from "../../records/batch-journal.ts";
import { LiveBatch } from "../../records/live-batch.ts";
import { requireCall } from "../call.ts";
import { audit } from "../commit/post-write.ts";
import type { Gate } from "../gate.ts";
import { type KvSession, openKv } from "../kv/store.ts";
import type { Outcome } from "../outcome.ts";
import { foldFile, readFile } from "./file.ts";
import { JOURNAL_PATH, nextRevision } from "./journal.ts";
import { BATCH_PATH, type BatchCompute, type FilePlace } from "./place.ts";

/** Milliseconds that the record may be behind. */
const BEHIND = 1000;

/**
 * A gate for a program that works through a batch: what ends is on the disk before the
 * call returns, and the record is written each second and by `close`; stores stay open.
 * Ten thousand features cost ten thousand lines instead of as many records.
 *
 * ```ts
 * const session = openBatch(openGate());
 * for (const index of work) await completeFeature(session.gate, { index });
 * await session.close();
 * ```
 */
export function openBatch(gate: Gate): KvSession {
  requireCall("openBatch", { gate });
  const session = openKv(gate);
  const batchSession = new BatchSession(session.gate);
  return {
    gate: { ...session.gate, batchSession },
    async close() {
      try {
        await batchSession.close();
      } finally {
        await session.close();
      }
    },
  };
}

/** What is known of the record while nobody else changes it. */
interface Known {
  readonly live: LiveBatch;
  readonly batchId: string;
  /** The revision of the record without the journal. */
  readonly base: string;
  revision: string;
  /** What the record looked like before it was read, and the journal after the last line. */
  readonly recordLook: string | undefined;
  journalLook: string | undefined;
  /** Whether there is a journal to write on. */
  begun: boolean;
}

/** What one program does to the batch of its project: lines of the journal while the record may be behind. */
export class BatchSession {
  readonly #gate: Gate;
  #known: Known | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;
  /** Whether a line was written, ever: whether the record holds it only the journal knows. */
  #used = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** Whether the record has been behind for as long as it may be. */
  isDue(): boolean {
    return system.monotonic() - this.#writtenAt >= BEHIND;
  }

  /** Takes note that the record was written. */
  written(): void {
    this.#writtenAt = system.monotonic();
  }

  /** Does a change by a line; `undefined` where it is none that a line can say, or where the record must be written. */
  async change<T extends object>(
    place: FilePlace,
    operation: string,
    compute: BatchCompute<T>,
  ): Promise<Outcome<T & { readonly revision: string }> | undefined> {
    const gate = this.#gate;
    const command = `gate batch ${operation}`;
    const lock = await acquireLock(gate.project, BATCH_PATH, { timeoutMs: gate.lockTimeout, command });
    try {
      const known = this.#refresh(place, operation);
      if (known === undefined) return undefined;
      const now = gate.clock();
      const { changes, entry, value, warnings = [] } = compute(known.live.state(), now, BATCH_PATH);
      if (entry === undefined) return undefined;
      if (changes.length > 0) {
        const line = entryLine({ ...entry, now });
        appendJournal(gate.project, JOURNAL_PATH, known.begun ? line : beginLine(known.batchId, known.base) + line);
        known.live.apply(changes);
        known.revision = nextRevision(known.revision, line);
        known.begun = true;
        known.journalLook = lookOf(gate.project, JOURNAL_PATH);
        this.#used = true;
        this.#later();
        audit(gate, `batch ${operation}`, now, { path: BATCH_PATH, revision: known.revision });
      }
      const result = { ...value(known.live.state()), revision: known.revision };
      return { value: result, written: [], moved: [], removed: [], backups: [], entries: [], warnings };
    } catch (error) {
      // What was known may not be what stands there.
      this.#known = undefined;
      throw error;
    } finally {
      lock.release();
    }
  }

  /** Writes the record if it is behind. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#used) return;
    await foldFile(this.#gate);
    this.written();
  }

  /** Does not keep the process alive: what is in the journal is safe there. */
  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // Whoever is next says what is the matter.
      this.close().catch(() => {});
    }, BEHIND).unref();
  }

  #refresh(place: FilePlace, operation: string): Known | undefined {
    const { project } = this.#gate;
    const recordLook = lookOf(project, BATCH_PATH);
    const journalLook = lookOf(project, JOURNAL_PATH);
    const known = this.#known;
    const isMeant = place.id === undefined || place.id === known?.batchId;
    if (isMeant && known?.recordLook === recordLook && known?.journalLook === journalLook) return known;
    const { batch, revision, base, begun, journal } = readFile(this.#gate, place, operation);
    // A journal that follows other bytes, or is of another batch, cannot be written on.
    if (begun && journal === undefined) return undefined;
    const live = new LiveBatch(batch);
    this.#known = { live, batchId: batch.id, base, revision, recordLook, journalLook, begun };
    return this.#known;
  }
}
