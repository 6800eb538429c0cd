/** Guarded files as they are, with what may be said of them: no format is asked of them. Reads only. */
import { GateError } from "../../base/errors.ts";
import { readFile } from "../../files/read/read.ts";
import { checkGuarded } from "../../rules/guarded.ts";
import { type CheckedFile, problemsOf } from "../../rules/report.ts";
import { checkGone } from "../../rules/rolled-back.ts";
import type { Diagnostic, Facts } from "../../rules/rule.ts";
import { GUARD_LIST } from "../../rules/unreadable-file.ts";
import { isGlob } from "../../text/glob.ts";
import { decode } from "../../text/source.ts";
import type { Gate } from "../gate.ts";
import { failed, loadedFrom } from "./facts.ts";
import { filesFor, GUARD_PATH, type Guard, guardedFiles, guardOf, mayBeGuarded } from "./guard.ts";
import { newerFact } from "./newer.ts";
import { unmergedAmong } from "./unmerged.ts";

/** A guarded file as it is. */
export interface GuardedFile extends CheckedFile {
  readonly exists: boolean;
  readonly bytes: Uint8Array | undefined;
}

/** What is wrong with bytes as a guarded file. */
export function faultsIn(bytes: Uint8Array, facts: Omit<Facts, "now"> = {}): readonly Diagnostic[] {
  return checkGuarded(decode(bytes), { now: Number.NaN, ...facts });
}

/** Looks at a guarded file. */
export function lookAtGuarded(gate: Gate, path: string, unmerged = unmergedAmong(gate.project, [path])): GuardedFile {
  const { exists, bytes, diagnostics } = loadGuarded(gate, path);
  const { newer } = exists && bytes === undefined ? {} : newerFact(gate, path, bytes);
  if (bytes === undefined) {
    return { path, exists, bytes, problems: problemsOf("", [...diagnostics, ...(exists ? [] : checkGone(newer))]) };
  }
  const facts = { ...(newer && { newer }), ...(unmerged.has(path) && { unmerged: path }) };
  return { path, exists, bytes, problems: problemsOf(decode(bytes).text, faultsIn(bytes, facts)) };
}

function loadGuarded(gate: Gate, path: string) {
  try {
    return loadedFrom(gate, readFile(gate.project, path));
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return failed(error);
  }
}

/** All guarded files, those too that are named one by one and missing though there was one. */
export async function lookAtAll(gate: Gate, given?: Guard): Promise<readonly GuardedFile[]> {
  const guard = given ?? (await guardOf(gate));
  const there = await guardedFiles(gate, guard);
  const named = guard.entries.map(({ pattern }) => pattern).filter((path) => !isGlob(path) && guard.guards(path));
  const unmerged = there.length > 0 ? unmergedAmong(gate.project, there) : new Set<string>();
  const all = [...new Set([...there, ...named])].map((path) => lookAtGuarded(gate, path, unmerged));
  return all.filter(({ exists, problems }) => exists || problems.length > 0);
}

/** What is wrong with the list itself; `undefined` where there is none. */
export function checkList(gate: Gate, { text, entries, faults }: Guard): CheckedFile | undefined {
  if (text === undefined && faults.length === 0) return undefined;
  const isVain = (pattern: string) => filesFor(gate, pattern).length === 0;
  // Of a file that was there once it is said that it is gone.
  const isGone = (pattern: string) => mayBeGuarded(pattern) && newerFact(gate, pattern, undefined).newer !== undefined;
  const vain = entries.filter(({ pattern }) => isVain(pattern) && !isGone(pattern));
  const found = [
    ...faults.map((fault): Diagnostic => ({ ...fault, rule: GUARD_LIST })),
    ...vain
      .filter(({ start }) => !faults.some((fault) => fault.start === start))
      .map(({ pattern, start, end }): Diagnostic => {
        return { start, end, rule: GUARD_LIST, severity: "info", message: `\`${pattern}\` finds no file` };
      }),
  ];
  return { path: GUARD_PATH, problems: problemsOf(text ?? "", found) };
}

/** The list and the guarded files, with what is wrong with them. */
export async function checkGuards(gate: Gate): Promise<readonly CheckedFile[]> {
  const guard = await guardOf(gate);
  const list = checkList(gate, guard);
  const files = list === undefined ? [] : await lookAtAll(gate, guard);
  return [...(list ? [list] : []), ...files.map(({ path, problems }) => ({ path, problems }))];
}
