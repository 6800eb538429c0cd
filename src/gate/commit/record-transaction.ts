/**
 * The write path of records: one JSON file, changed as a function of its text.
 *
 * lock → read → compute → check → version → replace → read back → audit → unlock,
 * by the same steps as documents are written. What `transaction` has besides, several
 * documents, what the rules say of them and a record of what is under way between
 * them, a record does not need, and a batch command should not load it.
 *
 * A document is saved now and then, a batch ten thousand times, by a line each:
 * storing every version whole would take longer than all else. So what small changes
 * make is a version once a minute, and always where the file is replaced as a whole or
 * goes; each change is in the log.
 * Model: `proof/commit.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { revisionOnce } from "../../base/revision.ts";
import { isSameBytes } from "../../base/same.ts";
import { ensureGateFolder } from "../../files/guard/folders.ts";
import { acquireLock, type Lock } from "../../files/lock/lock.ts";
import { MAX_RECORD_BYTES, readRecord } from "../../files/read/read.ts";
import { retryChanged } from "../../files/replace/retry.ts";
import { decode, encode } from "../../text/source.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";
import { overtaken } from "./post-write.ts";
import { applyStep, type Keeping, type Step, type WriteStep } from "./steps.ts";

const MODE = 0o600;

/** What becomes of the record. */
export interface RecordStep<T> extends Pick<WriteStep, "announce" | "replaced" | "restores"> {
  readonly value: T;
  /** The new text, `null` for no file any more; absent where nothing changes. */
  readonly text?: string | null;
  /** The new bytes as they are, whatever they hold; instead of a text. */
  readonly bytes?: Uint8Array;
  /** Whether a mark of the order of its bytes stands before it; by default as in the file that is there. */
  readonly bom?: boolean;
  /** Where the file that is there goes before the new one is written. */
  readonly moveTo?: string;
  /** A copy is made first, of a file that cannot be read. */
  readonly backUp?: boolean;
  readonly warnings?: readonly string[];
}

export interface RecordTarget {
  readonly path: string;
  /** What the change is called in history, log and messages. */
  readonly operation: string;
  /** The name of the lock where several records share one; the path by default. */
  readonly lock?: string;
  readonly history: Keeping;
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
  const plan = (now: number) => {
    const snapshot = readSnapshot(gate, path);
    requireRevision(path, revisionOfRecord(snapshot), options.ifMatch);
    return stepsOf(snapshot, compute(snapshot, now), target);
  };
  if (options.dryRun) return plan(gate.clock()).outcome;
  ensureGateFolder(gate.project);
  const timeoutMs = gate.lockTimeout;
  const lock = await acquireLock(gate.project, target.lock ?? path, { timeoutMs, command: `gate ${operation}` });
  try {
    // The moment counts from when the lock is held: who waited longer is later.
    const now = gate.clock();
    return await retryChanged(
      () => take(gate, operation, lock, { ...plan(now), now }),
      (error) => overtaken(operation, error),
    );
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
  if (latest && isSameBytes(latest.bytes, read.bytes)) return { ...absent, exists: true, ...latest };
  const { text, bom, invalidAt } = decode(read.bytes);
  if (invalidAt === undefined) return { ...absent, exists: true, bytes: read.bytes, bom, text };
  return { ...absent, exists: true, bytes: read.bytes, bom, fault: `byte ${invalidAt} is not UTF-8` };
}

/** The digest of the record's bytes; absent without a file. */
export function revisionOfRecord({ bytes }: Pick<RecordSnapshot, "bytes">): string | undefined {
  return bytes && revisionOnce(bytes);
}

/** `CONFLICT` where a record has another revision than the one that is wanted. */
export function requireRevision(path: string, revision: string | undefined, ifMatch: string | undefined): void {
  if (ifMatch === undefined || revision === ifMatch) return;
  throw new GateError(
    "CONFLICT",
    `Cannot write ${path}: its revision is ${revision ?? "none, it is missing"}, not ${ifMatch}`,
    { path, hint: "Read it again with --json and decide anew." },
  );
}

/** What is to be done, and what comes of it if it is done. */
interface Plan<T> {
  readonly outcome: Outcome<T>;
  readonly steps: readonly Step[];
}

function stepsOf<T>(snapshot: RecordSnapshot, step: RecordStep<T>, target: RecordTarget): Plan<T> {
  const { path, operation } = target;
  const { value, text, moveTo, restores, warnings = [] } = step;
  const isMoved = moveTo !== undefined && snapshot.bytes !== undefined;
  const expected = moveTo === undefined ? snapshot.bytes : undefined;
  const moved = moveTo === undefined ? [] : [{ from: path, to: moveTo }];
  const outcome = { value, written: [], moved, removed: [], backups: [], entries: [], warnings };
  const steps: Step[] = [];
  if (step.backUp && snapshot.exists) steps.push({ kind: "backup", path });
  if (isMoved) steps.push({ kind: "move", from: path, to: moveTo, bytes: snapshot.bytes! });
  const keeping = target.history;
  if (text === undefined && step.bytes === undefined) return { outcome, steps };
  if (text === null) {
    if (expected) steps.push({ kind: "remove", path, expected, keeping, restores });
    return { outcome: { ...outcome, removed: [{ path, before: snapshot.text ?? "" }] }, steps };
  }
  const { bom = snapshot.bom && moveTo === undefined } = step;
  const bytes = step.bytes ?? encode({ bom }, text!);
  if (bytes.length > MAX_RECORD_BYTES) throw tooLarge(path, operation);
  const { announce } = step;
  const mode = { value: target.mode ?? MODE, always: target.mode === undefined };
  steps.push({
    ...{ kind: "write", path, expected, bytes, keeping, mode, announce, restores },
    replaced() {
      if (!bom && text !== undefined) latest = { bytes, text };
      step.replaced?.();
    },
  });
  const before = moveTo === undefined ? snapshot.text : undefined;
  const written = {
    path,
    size: bytes.length,
    revision: revisionOnce(bytes),
    before,
    after: text ?? decode(bytes).text,
  };
  return { outcome: { ...outcome, written: [written] }, steps };
}

function take<T>(
  gate: Gate,
  operation: string,
  lock: Lock,
  { outcome, steps, now }: Plan<T> & { readonly now: number },
): Outcome<T> {
  const application = { gate, operation, lockOf: () => lock, now, backups: [] as string[], entries: [] as string[] };
  const warned = steps.flatMap((step) => applyStep(application, step));
  const { backups, entries } = application;
  return { ...outcome, backups, entries, warnings: [...outcome.warnings, ...warned] };
}

function tooLarge(path: string, operation: string): GateError {
  return new GateError("INVALID_RESULT", `Cannot ${operation}: ${path} would grow beyond 15 MiB`, {
    path,
    hint: "Nothing was written. Use shorter texts or fewer features.",
  });
}
