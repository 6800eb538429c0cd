/**
 * The steps of a write, whatever is written: history, replacement, read back, audit.
 * A document, a record, a batch: all of them change by these, one step at a time, under
 * the lock. What went differently without being wrong comes back as words for the user.
 */
import { ensureFolders } from "../../files/guard/folders.ts";
import type { Lock } from "../../files/lock/lock.ts";
import { addHistory, newestHistory, removeHistory } from "../../files/record/history.ts";
import { backUp } from "../../files/replace/backup.ts";
import { moveFile, removeFile } from "../../files/replace/move.ts";
import { replaceFile } from "../../files/replace/replace.ts";
import { warningsOf } from "../../files/replace/warnings.ts";
import type { Gate } from "../gate.ts";
import { audit, folderOf, mayStand, readBack, revisionOnce } from "./post-write.ts";

export type Step = WriteStep | MoveStep | BackupStep | RemoveStep;

export interface WriteStep {
  readonly kind: "write";
  readonly path: string;
  /** The bytes the change was computed from; absent where there was no file. */
  readonly expected: Uint8Array | undefined;
  readonly bytes: Uint8Array;
  /** The history entry whose bytes these are; they are put back as they were, damaged or not. */
  readonly restores?: string | undefined;
  readonly keeping?: Keeping;
  /** The mode of a file, an existing one too; without it a new one has the usual mode and others keep theirs. */
  readonly mode?: { readonly value: number; readonly always: boolean };
  /** Called with the revision to come right before the file is replaced, and as soon as it was. */
  readonly announce?: ((revision: string) => void) | undefined;
  readonly replaced?: (() => void) | undefined;
}

export interface RemoveStep extends Pick<WriteStep, "path" | "expected" | "restores" | "keeping"> {
  readonly kind: "remove";
}

export interface MoveStep {
  readonly kind: "move";
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
}

export interface BackupStep {
  readonly kind: "backup";
  readonly path: string;
}

/** Whether what is replaced is kept, and how many versions; all that the history keeps by default. */
export interface Keeping {
  readonly when: "always" | "sometimes" | "never";
  readonly versions?: number;
}

/** What the steps of one operation are taken with, and what has come of them so far. */
export interface Application {
  readonly gate: Gate;
  readonly operation: string;
  /** The lock under which a path is changed. */
  lockOf(path: string): Lock;
  readonly now: number;
  /** The backups that were made. */
  readonly backups: string[];
  /** The ids of the history entries that were made. */
  readonly entries: string[];
}

/** A version that is replaced within this time of another one, in milliseconds, is kept only sometimes. */
const MINUTE = 60_000;

/** Takes one step; returns what the user should know about it. `ChangedOnDisk` where the file is not what was expected. */
export function applyStep(application: Application, step: Step): string[] {
  switch (step.kind) {
    case "move":
      return move(application, step);
    case "backup":
      return copy(application, step);
    case "remove":
      return remove(application, step);
    case "write":
      return write(application, step);
  }
}

function move({ gate, operation, lockOf, now }: Application, { from, to, bytes }: MoveStep): string[] {
  ensureFolders(gate.project, [folderOf(to)]);
  const moved = moveFile(gate.project, from, to, { expected: bytes, lock: lockOf(from) });
  audit(gate, operation, now, { path: to, from });
  return warningsOf(to, moved, from);
}

function copy({ gate, operation, now, backups }: Application, { path }: BackupStep): string[] {
  const backup = backUp(gate.project, path);
  backups.push(backup);
  audit(gate, operation, now, { path: backup, from: path });
  return [];
}

function write(application: Application, step: WriteStep): string[] {
  const { gate, operation, lockOf, now } = application;
  const { path, bytes, expected, mode } = step;
  const folder = folderOf(path);
  ensureFolders(gate.project, folder === "" ? [] : [folder]);
  const revision = revisionOnce(bytes);
  return withHistory(application, step, bytes, (entry) => {
    step.announce?.(revision);
    const options = { expected, lock: lockOf(path), mode: mode?.value, setMode: mode?.always ?? false };
    const replaced = replaceFile(gate.project, path, bytes, options);
    step.replaced?.();
    const changed = readBack(gate, path, bytes);
    audit(gate, operation, now, { path, ...(entry !== undefined && { entry }), revision });
    return [...warningsOf(path, replaced), ...changed];
  });
}

/** The file goes, its bytes stay in the history. */
function remove(application: Application, step: RemoveStep): string[] {
  const { gate, operation, lockOf, now } = application;
  const { path, expected } = step;
  if (!expected) return [];
  return withHistory(application, step, undefined, (entry) => {
    const removed = removeFile(gate.project, path, { expected, lock: lockOf(path) });
    audit(gate, operation, now, { path, ...(entry !== undefined && { entry }) });
    return warningsOf(path, removed);
  });
}

/** Keeps what is replaced before it is; where nothing was replaced after all there is nothing to go back to. */
function withHistory(
  application: Application,
  step: WriteStep | RemoveStep,
  bytes: Uint8Array | undefined,
  replace: (entry: string | undefined) => string[],
): string[] {
  const { gate, entries } = application;
  const { path } = step;
  const entry = keep(application, step, bytes && revisionOnce(bytes));
  try {
    const warnings = replace(entry);
    if (entry !== undefined) entries.push(entry);
    return warnings;
  } catch (error) {
    if (entry !== undefined && !mayStand(gate, path, bytes)) removeHistory(gate.project, path, entry);
    throw error;
  }
}

function keep({ gate, operation, now }: Application, step: WriteStep | RemoveStep, revision: string | undefined) {
  const { path, expected: bytes, restores, keeping = { when: "always" } } = step;
  const { project, actor } = gate;
  if (keeping.when === "never") return undefined;
  if (keeping.when === "sometimes") {
    const newest = newestHistory(project, path);
    if (newest !== undefined && Math.abs(now - newest) < MINUTE) return undefined;
  }
  return addHistory(project, path, {
    operation,
    timestamp: now,
    bytes,
    revision,
    restores,
    actor,
    keep: keeping.versions,
  });
}
