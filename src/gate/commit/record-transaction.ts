/**
 * The write path of records: one JSON file, changed as a function of its text.
 *
 * lock → read → compute → check → history → replace → read back → audit → unlock,
 * on the same functions of `files` and with the same invariants as `transaction`,
 * which it stands beside rather than in: that one is about several documents, what
 * the rules say of them, a second reading by remark and a record of what is under
 * way between them. A record is one file with none of these, and a batch command
 * should not load them.
 *
 * One thing differs. A document is saved now and then, a batch ten thousand times,
 * by a line each: keeping every version whole would fill the disk with gigabytes.
 * So a version that small changes replace is kept once a minute, the newest 20, and
 * always where the file is replaced as a whole or goes; each change is in the log.
 */
import { GateError } from "../../base/errors.ts";
import { ensureFolders, ensureGateFolder } from "../../files/guard/folders.ts";
import { acquireLock, type Lock } from "../../files/lock/lock.ts";
import { MAX_RECORD_BYTES, readRecord } from "../../files/read/read.ts";
import { addHistory, newestHistory, removeHistory } from "../../files/record/history.ts";
import { backUp } from "../../files/replace/backup.ts";
import { moveFile, removeFile } from "../../files/replace/move.ts";
import { ChangedOnDisk, replaceFile } from "../../files/replace/replace.ts";
import { decode, encode, revisionOf } from "../../text/source.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { audit, folderOf, MAX_ATTEMPTS, mayStand, overtaken, readBack, warningsOf } from "./post-write.ts";

/** Milliseconds, multiplied by the number of the attempt. */
const RETRY_PAUSE = 5;
const KEPT_VERSIONS = 20;
const MINUTE = 60_000;
const MODE = 0o600;

/** A record as it is on disk. `text` is absent where the file is missing or is not UTF-8. */
export interface RecordSnapshot {
  readonly path: string;
  readonly exists: boolean;
  readonly bytes: Uint8Array | undefined;
  readonly bom: boolean;
  readonly text: string | undefined;
  /** Why there is no text although there is a file. */
  readonly fault: string | undefined;
}

/** What becomes of the record. */
export interface RecordStep<T> {
  readonly value: T;
  /** The new text, `null` for no file any more; absent where nothing changes. */
  readonly text?: string | null;
  /** Where the file that is there goes before the new one is written. */
  readonly moveTo?: string;
  /** A copy is made first, of a file that cannot be read. */
  readonly backUp?: boolean;
  readonly warnings?: readonly string[];
  /** Called with the revision to come right before the file is replaced, and after it was. */
  announce?(revision: string): void;
  settle?(): void;
}

export interface RecordTarget {
  readonly path: string;
  /** What the change is called in history, log and messages. */
  readonly operation: string;
  /** The name of the lock where several records share one; the path by default. */
  readonly lock?: string;
  /** Whether what is replaced is kept: always, once a minute, or never. */
  readonly history: "always" | "sometimes" | "never";
  /** The mode of a new file, where one that is there keeps its own; without it each is for its owner alone. */
  readonly mode?: number;
}

/** Runs `compute` until what it read is still true when it is written, at most 20 times. */
export async function transactRecord<T>(
  gate: Gate,
  target: RecordTarget,
  options: WriteOptions,
  compute: (snapshot: RecordSnapshot, now: number) => RecordStep<T>,
): Promise<Outcome<T>> {
  const { path, operation } = target;
  if (options.dryRun) {
    const snapshot = readSnapshot(gate, path);
    requireRevision(path, revisionOfRecord(snapshot), options.ifMatch);
    return outcomeOf(snapshot, compute(snapshot, gate.clock()), path, operation).outcome;
  }
  ensureGateFolder(gate.project);
  const lock = await acquireLock(gate.project, target.lock ?? path, {
    timeoutMs: gate.lockTimeout,
    command: `gate ${operation}`,
  });
  try {
    // The moment counts from when the lock is held: who waited longer is later.
    const now = gate.clock();
    for (let attempt = 1; ; attempt++) {
      const snapshot = readSnapshot(gate, path);
      requireRevision(path, revisionOfRecord(snapshot), options.ifMatch);
      const step = compute(snapshot, now);
      const made = outcomeOf(snapshot, step, path, operation);
      try {
        return { ...made.outcome, ...take(gate, target, lock, snapshot, step, made, now) };
      } catch (error) {
        if (!(error instanceof ChangedOnDisk)) throw error;
        if (attempt === MAX_ATTEMPTS) throw overtaken(operation, error);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * RETRY_PAUSE * attempt));
      }
    }
  } finally {
    lock.release();
  }
}

/** What was decoded or written last, so that a process that works on one record does not decode it at every step. */
let latest: { readonly bytes: Uint8Array; readonly text: string } | undefined;

/** Reads a record. `UNSAFE_PATH` where something stands in its place that is no file, `CORRUPT` beyond 15 MiB. */
export function readSnapshot({ project }: Gate, path: string): RecordSnapshot {
  const read = readRecord(project, path);
  const absent = { path, bytes: undefined, bom: false, text: undefined, fault: undefined };
  if (read.kind === "missing") return { ...absent, exists: false };
  if (read.kind === "refused") {
    throw new GateError(read.rule === "file-too-large" ? "CORRUPT" : "UNSAFE_PATH", read.message, {
      path,
      hint: "Move what stands there out of the way.",
    });
  }
  if (latest && Buffer.compare(latest.bytes, read.bytes) === 0) {
    return { ...absent, exists: true, ...latest };
  }
  const { text, bom, invalidAt } = decode(read.bytes);
  if (invalidAt === undefined) return { ...absent, exists: true, bytes: read.bytes, bom, text };
  return { ...absent, exists: true, bytes: read.bytes, bom, fault: `byte ${invalidAt} is not UTF-8` };
}

/** Computed once: of a large record it takes a tenth of a write. */
const revisions = new WeakMap<Uint8Array, string>();

/** The digest of the record's bytes; absent without a file. */
export function revisionOfRecord({ bytes }: Pick<RecordSnapshot, "bytes">): string | undefined {
  if (bytes === undefined) return undefined;
  const revision = revisions.get(bytes) ?? revisionOf(bytes);
  revisions.set(bytes, revision);
  return revision;
}

/** `CONFLICT` where a record has another revision than the one that is wanted. */
export function requireRevision(path: string, revision: string | undefined, ifMatch: string | undefined): void {
  if (ifMatch === undefined || revision === ifMatch) return;
  throw new GateError(
    "CONFLICT",
    `Cannot write ${path}: its revision is ${revision ?? "none, it is missing"}, not ${ifMatch}`,
    {
      path,
      hint: "Read it again with --json and decide anew.",
    },
  );
}

interface Made<T> {
  readonly outcome: Outcome<T>;
  /** What is to be written. */
  readonly bytes?: Uint8Array;
}

/** What comes of it if it is done. */
function outcomeOf<T>(snapshot: RecordSnapshot, step: RecordStep<T>, path: string, operation: string): Made<T> {
  const { value, text, moveTo, warnings = [] } = step;
  const before = moveTo === undefined ? snapshot.text : undefined;
  const moved = moveTo === undefined ? [] : [{ from: path, to: moveTo }];
  const outcome = { value, written: [], moved, removed: [], backups: [], entries: [], warnings };
  if (text === undefined) return { outcome };
  if (text === null) return { outcome: { ...outcome, removed: [{ path, before: snapshot.text ?? "" }] } };
  const bytes = encode({ bom: snapshot.bom && moveTo === undefined }, text);
  if (bytes.length > MAX_RECORD_BYTES) {
    throw new GateError("INVALID_RESULT", `Cannot ${operation}: ${path} would grow beyond 15 MiB`, {
      path,
      hint: "Nothing was written. Use shorter texts or fewer features.",
    });
  }
  const written = { path, size: bytes.length, revision: revisionOfRecord({ bytes })!, before, after: text };
  return { outcome: { ...outcome, written: [written] }, bytes };
}

function take<T>(
  gate: Gate,
  target: RecordTarget,
  lock: Lock,
  snapshot: RecordSnapshot,
  step: RecordStep<T>,
  { outcome, bytes }: Made<T>,
  now: number,
): Partial<Outcome<T>> {
  const { project } = gate;
  const { path, operation } = target;
  const { moveTo } = step;
  const said = [...outcome.warnings];
  const backups = step.backUp && snapshot.exists ? [backUp(project, path)] : [];
  if (moveTo !== undefined && snapshot.bytes) {
    ensureFolders(project, [folderOf(moveTo)]);
    said.push(...warningsOf(moveTo, moveFile(project, path, moveTo, { expected: snapshot.bytes, lock }), path));
    audit(gate, operation, now, { path: moveTo, from: path });
  }
  if (step.text === undefined) return { backups, warnings: said };
  const expected = moveTo === undefined ? snapshot.bytes : undefined;
  const [written] = outcome.written;
  if (!written && expected === undefined) return { backups, warnings: said };
  ensureFolders(project, folderOf(path) === "" ? [] : [folderOf(path)]);
  const entry = keep(gate, target, expected, written?.revision, now);
  try {
    if (!bytes) {
      said.push(...warningsOf(path, removeFile(project, path, { expected: expected!, lock })));
    } else {
      step.announce?.(written!.revision);
      const result = replaceFile(project, path, bytes, {
        expected,
        lock,
        mode: target.mode ?? MODE,
        setMode: target.mode === undefined,
      });
      said.push(...warningsOf(path, result), ...readBack(gate, path, bytes));
      if (!snapshot.bom) latest = { bytes, text: step.text! };
      step.settle?.();
    }
  } catch (error) {
    // Where nothing was replaced there is nothing to go back to.
    if (entry !== undefined && !mayStand(gate, path, bytes)) removeHistory(project, path, entry);
    throw error;
  }
  audit(gate, operation, now, {
    path,
    ...(entry !== undefined && { entry }),
    ...(written && { revision: written.revision }),
  });
  return { backups, warnings: said, entries: entry === undefined ? [] : [entry] };
}

/** Keeps what is replaced, unless something as good was kept a moment ago. */
function keep(
  { project, actor }: Gate,
  { path, operation, history }: RecordTarget,
  bytes: Uint8Array | undefined,
  revision: string | undefined,
  now: number,
): string | undefined {
  if (history === "never") return undefined;
  if (history === "sometimes") {
    const newest = newestHistory(project, path);
    if (newest !== undefined && Math.abs(now - newest) < MINUTE) return undefined;
  }
  return addHistory(project, path, { operation, timestamp: now, bytes, revision, actor, keep: KEPT_VERSIONS });
}
