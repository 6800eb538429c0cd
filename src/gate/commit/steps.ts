/**
 * The steps of a write, whatever is written: version, replacement, read back, audit.
 * A document, a record, a batch: all of them change by these, one step at a time, under
 * the lock. What went differently without being wrong comes back as words for the user.
 * Model: `proof/commit.pml`.
 */
import { revisionOnce } from "../../base/revision.ts";
import { checkedOutBranch } from "../../files/git/checkout.ts";
import { ensureFolders } from "../../files/guard/folders.ts";
import type { Lock } from "../../files/lock/lock.ts";
import { noteGone, storeFound, storeOften, storeVersion, withStored } from "../../files/record/store-version.ts";
import type { Version } from "../../files/record/version.ts";
import { newestVersion } from "../../files/record/versions.ts";
import { backUp } from "../../files/replace/backup.ts";
import { moveFile, removeFile } from "../../files/replace/move.ts";
import { replaceFile } from "../../files/replace/replace.ts";
import { warningsOf } from "../../files/replace/warnings.ts";
import type { Gate } from "../gate.ts";
import { type Origins, outsideAfter } from "./origins.ts";
import { audit, folderOf, readBack } from "./post-write.ts";

export type Step = WriteStep | MoveStep | BackupStep | RemoveStep;

export interface WriteStep {
  readonly kind: "write";
  readonly path: string;
  /** The bytes the change was computed from; absent where there was no file. */
  readonly expected: Uint8Array | undefined;
  readonly bytes: Uint8Array;
  /** The version whose bytes these are; they are put back as they were, damaged or not. */
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

/** Whether what is written becomes a version: each time, one for all of a minute, or never. */
export type Keeping = "always" | "sometimes" | "never";

/** What the steps of one operation are taken with, and what has come of them so far. */
export interface Application {
  readonly gate: Gate;
  readonly operation: string;
  /** The lock under which a path is changed. */
  lockOf(path: string): Lock;
  readonly now: number;
  /** The backups that were made. */
  readonly backups: string[];
  /** The ids of the versions that were made. */
  readonly entries: string[];
  /** The documents that were read for it. */
  readonly origins?: Origins;
}

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

function move(application: Application, { from, to, bytes }: MoveStep): string[] {
  const { gate, operation, lockOf, now } = application;
  ensureFolders(gate.project, [folderOf(to)]);
  const left = leftBy(application, from, bytes);
  const moved = moveFile(gate.project, from, to, { expected: bytes, lock: lockOf(from) });
  if (left) noteGone(gate.project, from, { ...aboutOf(application), ...left });
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
  return withVersion(application, step, bytes, (entry) => {
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
  return withVersion(application, step, undefined, (entry) => {
    const removed = removeFile(gate.project, path, { expected, lock: lockOf(path) });
    audit(gate, operation, now, { path, ...(entry !== undefined && { entry }) });
    return warningsOf(path, removed);
  });
}

/**
 * What is about to be written is a version before it is, and so is what it is written
 * over; where it was not written after all the version goes again.
 */
function withVersion(
  application: Application,
  step: WriteStep | RemoveStep,
  bytes: Uint8Array | undefined,
  replace: (entry: string | undefined) => string[],
): string[] {
  const { gate, entries } = application;
  const { path: document, expected, restores, keeping = "always" } = step;
  if (keeping === "never") return replace(undefined);
  const store = keeping === "sometimes" ? storeOften : storeVersion;
  const outside = outsideAfter(application, step, bytes);
  const stored = store(gate.project, document, expected, { ...aboutOf(application), bytes, restores, ...outside });
  const warnings = withStored(gate.project, { document, bytes, stored }, () => replace(stored.id));
  entries.push(stored.id);
  return warnings;
}

function aboutOf({ gate, operation, now }: Application) {
  const { project, actor } = gate;
  return { operation, timestamp: now, actor, branch: checkedOutBranch(project.root) };
}

/**
 * What a document that moves away leaves: the version that undoing the move leads to, which
 * is the one from before all of the operation. What others have changed in it becomes a
 * version first. `undefined` for what has no history.
 */
function leftBy(application: Application, path: string, bytes: Uint8Array): Pick<Version, "from"> | undefined {
  const { project } = application.gate;
  const { operation, timestamp, ...about } = aboutOf(application);
  const newest = newestVersion(project, path);
  if (newest === undefined) return undefined;
  const isOwn = newest.operation === operation && newest.timestamp === timestamp;
  const { met } = outsideAfter(application, { path, expected: bytes }, undefined);
  const from = isOwn ? newest.from : storeFound(project, path, bytes, { timestamp, ...about, met });
  return from === undefined ? {} : { from };
}
