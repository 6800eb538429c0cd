/**
 * The write path of guarded files: that of records, with their own bytes. Nothing of a
 * format is checked, only that what is written is whole text.
 */
import { GateError } from "../../base/errors.ts";
import type { Problem } from "../../rules/report.ts";
import { problemsOf } from "../../rules/report.ts";
import { decode, encode } from "../../text/source.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { guardedFiles, isGuarding } from "../view/guard.ts";
import { faultsIn } from "../view/guarded.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";
import { meetVersion } from "./meet.ts";
import { type RecordStep, transactRecord } from "./record-transaction.ts";

const MODE = 0o644;

/** Runs `compute` until what it read is still true when it is written; the file is one that may be guarded. */
export async function transactGuarded<T>(
  gate: Gate,
  { path, operation }: { readonly path: string; readonly operation: string },
  options: WriteOptions,
  compute: (snapshot: RecordSnapshot, now: number) => RecordStep<T>,
): Promise<Outcome<T>> {
  const own: Gate = { ...gate, project: { ...gate.project, also: path } };
  const target = { path, operation, history: "always", mode: MODE } as const;
  return await transactRecord(own, target, options, (snapshot, now) => {
    const step = compute(snapshot, now);
    const bytes = step.bytes ?? (typeof step.text === "string" ? encode(snapshot, step.text) : undefined);
    const [added] = bytes === undefined || step.restores !== undefined ? [] : addedFaults(snapshot.bytes, bytes);
    if (added === undefined) return step;
    const { line, column, rule, message } = added;
    throw new GateError("INVALID_RESULT", `Cannot ${operation} ${path}:${line}:${column}: ${rule}: ${message}`, {
      path,
      hint: "Nothing was written. A guarded file takes whole text without marks of conflicts.",
    });
  });
}

/** What is wrong with new bytes that is not wrong with the old ones: what is damaged may be mended in steps. */
export function addedFaults(before: Uint8Array | undefined, after: Uint8Array): readonly Problem[] {
  const known = new Map<string, number>();
  for (const { rule } of before ? faultsIn(before) : []) known.set(rule, (known.get(rule) ?? 0) + 1);
  const added = faultsIn(after).filter(({ rule }) => {
    const left = known.get(rule) ?? 0;
    known.set(rule, left - 1);
    return left <= 0;
  });
  return problemsOf(decode(after).text, added);
}

/** Stores what guarded files hold where that is no version yet. */
export async function meetGuarded(gate: Gate, command?: string): Promise<void> {
  if (!isGuarding(gate)) return;
  for (const path of await guardedFiles(gate)) await meetVersion(gate, path, command);
}
