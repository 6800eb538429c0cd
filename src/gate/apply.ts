/**
 * One step of a write, taken under the lock: history, replacement, read back, audit.
 * What went differently without being wrong comes back as words for the user.
 */
import { appendAudit } from "../files/audit.ts";
import { addHistory, removeHistory } from "../files/history.ts";
import type { Lock } from "../files/lock.ts";
import { moveFile } from "../files/move.ts";
import { ensureFolders } from "../files/project.ts";
import { readFile } from "../files/read.ts";
import { replaceFile } from "../files/replace.ts";
import { revisionOf } from "../text/source.ts";
import type { Gate } from "./gate.ts";
import type { Snapshot } from "./read.ts";

export type Step =
  | { readonly kind: "write"; readonly snapshot: Snapshot<unknown>; readonly bytes: Uint8Array; readonly text: string }
  | { readonly kind: "move"; readonly from: string; readonly to: string; readonly bytes: Uint8Array };

/** A document that this operation has written: what it was computed from, and what is there now. */
export interface Applied {
  readonly snapshot: Snapshot<unknown>;
  readonly bytes: Uint8Array;
}

export function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && Buffer.compare(one, other) === 0;
}

export interface Application {
  readonly gate: Gate;
  readonly operation: string;
  readonly locks: ReadonlyMap<string, Lock>;
  /** What the attempts so far have written. */
  readonly applied: Map<string, Applied>;
  readonly now: number;
}

/** Takes one step; returns what the user should know about it. */
export function apply({ gate, operation, locks, applied, now }: Application, step: Step): string[] {
  const { project } = gate;
  if (step.kind === "move") {
    const lock = locks.get(step.from)!;
    ensureFolders(project, [folderOf(step.to)]);
    const { durable } = moveFile(project, step.from, step.to, { expected: step.bytes, lock });
    audit(gate, operation, now, { path: step.to, from: step.from });
    return durable ? [] : [notDurable(step.to)];
  }
  const { path } = step.snapshot;
  const own = applied.get(path);
  const expected = own?.snapshot === step.snapshot ? own.bytes : step.snapshot.bytes;
  if (isSame(step.bytes, expected)) return [];
  const lock = locks.get(path)!;
  ensureFolders(project, [folderOf(path)]);
  const entry = addHistory(project, path, {
    operation,
    timestamp: now,
    bytes: expected,
    ...(gate.actor !== undefined && { actor: gate.actor }),
  });
  let result: ReturnType<typeof replaceFile>;
  try {
    result = replaceFile(project, path, step.bytes, { expected, lock });
  } catch (error) {
    // Nothing was replaced, so there is nothing to go back to.
    removeHistory(project, path, entry);
    throw error;
  }
  applied.set(path, { snapshot: step.snapshot, bytes: step.bytes });
  const back = readFile(project, path);
  const kept = back.kind === "file" && isSame(step.bytes, back.bytes);
  audit(gate, operation, now, { path, entry, revision: revisionOf(step.bytes) });
  return [
    ...(result.durable ? [] : [notDurable(path)]),
    ...(result.conflictError
      ? [`Another program saved ${path} meanwhile, and its text could not be kept: ${result.conflictError.message}`]
      : []),
    ...(result.conflictCopy
      ? [`${path} was saved by another program meanwhile; its text is in ${result.conflictCopy}`]
      : []),
    ...(kept ? [] : [`${path} was changed by another program right after it was written`]),
  ];
}

function notDurable(path: string): string {
  return `${path} is written, but the disk did not confirm it: a power cut could undo it`;
}

function audit(gate: Gate, operation: string, now: number, entry: Readonly<Record<string, unknown>>): void {
  const timestamp = new Date(now).toISOString();
  appendAudit(gate.project, { timestamp, operation, ...entry, ...(gate.actor !== undefined && { actor: gate.actor }) });
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
