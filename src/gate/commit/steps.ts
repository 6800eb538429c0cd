/**
 * One step of a write, taken under the lock: history, replacement, read back, audit.
 * What went differently without being wrong comes back as words for the user.
 */
import { isSameBytes } from "../../base/same.ts";
import { ensureFolders } from "../../files/guard/folders.ts";
import type { Lock } from "../../files/lock/lock.ts";
import { addHistory, removeHistory } from "../../files/record/history.ts";
import { backUp } from "../../files/replace/backup.ts";
import { moveFile, removeFile } from "../../files/replace/move.ts";
import { replaceFile } from "../../files/replace/replace.ts";
import { revisionOf } from "../../text/source.ts";
import type { Gate } from "../gate.ts";
import type { Snapshot } from "../view/read.ts";
import { audit, folderOf, mayStand, readBack, warningsOf } from "./post-write.ts";

export type Step =
  | WriteStep
  | { readonly kind: "move"; readonly from: string; readonly to: string; readonly bytes: Uint8Array }
  | { readonly kind: "backup"; readonly snapshot: Snapshot<unknown> }
  | { readonly kind: "remove"; readonly snapshot: Snapshot<unknown>; readonly restores: string };

export interface WriteStep {
  readonly kind: "write";
  readonly snapshot: Snapshot<unknown>;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** The history entry whose bytes these are; they are put back as they were, damaged or not. */
  readonly restores?: string;
}

/** A document that this operation has written: what it was computed from, and what is there now. */
export interface Applied {
  readonly snapshot: Snapshot<unknown>;
  readonly bytes: Uint8Array;
}

export interface Application {
  readonly gate: Gate;
  readonly operation: string;
  readonly locks: ReadonlyMap<string, Lock>;
  /** What the attempts so far have written. */
  readonly applied: Map<string, Applied>;
  /** The backups that were made. */
  readonly backups: string[];
  /** The ids of the history entries that were made. */
  readonly entries: string[];
  readonly now: number;
}

/** Takes one step; returns what the user should know about it. */
export function apply(application: Application, step: Step): string[] {
  const { gate, operation, locks, backups, now } = application;
  const { project } = gate;
  switch (step.kind) {
    case "move": {
      const lock = locks.get(step.from)!;
      ensureFolders(project, [folderOf(step.to)]);
      const moved = moveFile(project, step.from, step.to, { expected: step.bytes, lock });
      audit(gate, operation, now, { path: step.to, from: step.from });
      return warningsOf(step.to, moved, step.from);
    }
    case "backup": {
      const { path } = step.snapshot;
      const backup = backUp(project, path);
      backups.push(backup);
      audit(gate, operation, now, { path: backup, from: path });
      return [];
    }
    case "remove":
      return remove(application, step);
    case "write":
      return write(application, step);
  }
}

function write({ gate, operation, locks, applied, entries, now }: Application, step: WriteStep): string[] {
  const { project } = gate;
  const { path } = step.snapshot;
  const own = applied.get(path);
  const expected = own?.snapshot === step.snapshot ? own.bytes : step.snapshot.bytes;
  if (isSameBytes(step.bytes, expected)) return [];
  const lock = locks.get(path)!;
  ensureFolders(project, [folderOf(path)]);
  const revision = revisionOf(step.bytes);
  const { restores } = step;
  const entry = addHistory(project, path, {
    operation,
    timestamp: now,
    bytes: expected,
    revision,
    restores,
    actor: gate.actor,
  });
  let result: ReturnType<typeof replaceFile>;
  try {
    result = replaceFile(project, path, step.bytes, { expected, lock });
  } catch (error) {
    // Where nothing was replaced there is nothing to go back to.
    if (!mayStand(gate, path, step.bytes)) removeHistory(project, path, entry);
    throw error;
  }
  applied.set(path, { snapshot: step.snapshot, bytes: step.bytes });
  entries.push(entry);
  const changed = readBack(gate, path, step.bytes);
  audit(gate, operation, now, { path, entry, revision });
  return [...warningsOf(path, result), ...changed];
}

/** The document goes, its bytes stay in the history. */
function remove({ gate, operation, locks, entries, now }: Application, step: Step & { kind: "remove" }): string[] {
  const { path, bytes } = step.snapshot;
  const entry = addHistory(gate.project, path, {
    operation,
    timestamp: now,
    bytes,
    restores: step.restores,
    actor: gate.actor,
  });
  try {
    const removed = removeFile(gate.project, path, { expected: bytes!, lock: locks.get(path)! });
    entries.push(entry);
    audit(gate, operation, now, { path, entry });
    return warningsOf(path, removed);
  } catch (error) {
    if (!mayStand(gate, path, undefined)) removeHistory(gate.project, path, entry);
    throw error;
  }
}
