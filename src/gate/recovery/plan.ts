/**
 * What a recovery would do, worked out without touching anything: a person is
 * asked about exactly this, and no lock is held meanwhile.
 */
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { parseTime } from "../../base/time.ts";
import { timeOf } from "../../document/content.ts";
import { activeIssue, parseState } from "../../document/state.ts";
import { updateTimeOf } from "../../document/work.ts";
import { MAX_BYTES, readRecord } from "../../files/read/read.ts";
import { nextBackup } from "../../files/replace/backup.ts";
import { hasErrors } from "../../rules/check.ts";
import { type Problem, problemsOf } from "../../rules/report.ts";
import { type Conflict, conflictsOf, SIDES, type Side } from "../../salvage/conflict.ts";
import { newerIn } from "../../salvage/salvage-state.ts";
import { UNREADABLE } from "../../salvage/unwrap.ts";
import type { YamlReader } from "../../syntax/frontmatter.ts";
import { decode, revisionOf, sourceOf } from "../../text/source.ts";
import type { Changes } from "../answer/patch.ts";
import { requireCall } from "../call.ts";
import { type Gate, STATE_PATH, workPath } from "../gate.ts";
import { isUntouchable, readState, readWork, requireSound, type Snapshot } from "../view/read.ts";
import { type RebuildInput, type Rebuilt, rebuild, SOURCES } from "./rebuild.ts";

/** Which document is rebuilt, and from what. */
export interface RecoverInput extends RebuildInput {
  /** Which side of all conflicts stays. */
  readonly side?: Side;
  /** Which side of each conflict stays, in their order. */
  readonly sides?: readonly Side[];
}

/** What `recover` would write, and what would be lost. */
export interface RecoveryPlan extends Rebuilt {
  readonly path: string;
  /** Whether there is anything to recover. */
  readonly needed: boolean;
  /** What is wrong now. */
  readonly problems: readonly Problem[];
  /** Conflicts for which no side is chosen; without that nothing can be rebuilt. */
  readonly conflicts: readonly Conflict[];
  /** Where the damaged bytes would be kept; absent where there is no file. */
  readonly backup: string | undefined;
  /** The text as it can be read now; absent where there is no file. */
  readonly before: string | undefined;
  /** The digest of the damaged bytes. */
  readonly revision: string | undefined;
}

/** What carrying out the plan would change, to be shown. */
export function changesOf({ path, before, after }: RecoveryPlan): Changes {
  return { written: [{ path, before, after, size: 0, revision: "" }], moved: [] };
}

/** What each part of the input is. */
export const RECOVER_SHAPE: Shape<RecoverInput> = {
  from: [...SOURCES, undefined],
  work: "issue?",
  side: [...SIDES, undefined],
  sides: "texts?",
};

/** Says what `recover` would do, of the same input. Reads only. */
export async function planRecovery(gate: Gate, input: RecoverInput = {}): Promise<RecoveryPlan> {
  requireCall("planRecovery", { gate, input }, RECOVER_SHAPE);
  const path = input.work === undefined ? STATE_PATH : workPath(input.work);
  const { readYaml } = await import("../../syntax/yaml/read-yaml.ts");
  const snapshot = await (input.work === undefined ? readState(gate) : readWork(gate, path));
  const problems = problemsOf(snapshot.document?.text ?? "", snapshot.diagnostics);
  if (isUntouchable(snapshot)) requireSound(snapshot);
  const bytes = snapshot.exists ? (snapshot.bytes ?? loadLarge(gate, path)) : undefined;
  const common = {
    path,
    problems,
    backup: bytes && nextBackup(gate.project, path),
    before: beforeOf(snapshot, bytes),
    revision: bytes && revisionOf(bytes),
  };
  // A file that went back is in order: which version is ahead of it is said, and nothing done.
  const behind = problems.filter(({ rule }) => rule === "rolled-back").map(({ message }) => `${path}: ${message}`);
  const inOrder = { ...common, needed: false, conflicts: [], after: common.before ?? "", ...NOTHING, warnings: behind };
  const isSound = snapshot.exists && !hasErrors(snapshot.diagnostics);
  if (isSound && !mayBeShort(input, snapshot)) return inOrder;
  if (bytes && newerIn(bytes, readYaml) !== undefined) throw newer(path);
  const left = bytes?.subarray(0, MAX_BYTES);
  const conflicts = left && (input.from ?? "salvage") === "salvage" ? conflictsOf(left) : [];
  const chosen = (at: number) => input.sides?.[at] ?? input.side;
  const unresolved = conflicts.filter((_, at) => chosen(at) === undefined);
  const sideOf = (at: number) => chosen(at) ?? "both";
  const rebuilt = await rebuild(gate, path, input, { bytes: left, sideOf, readYaml });
  // A short work file is in order by the rules; only its history can tell that it was longer.
  if (isSound && !rebuilt.sources.some(({ source }) => source === "history")) return inOrder;
  const beyond = (bytes?.length ?? 0) - (left?.length ?? 0);
  const lost =
    beyond > 0 ? [...rebuilt.lost, `… and ${beyond} more bytes, which stand in the backup alone`] : rebuilt.lost;
  const warnings = [
    ...rebuilt.warnings,
    ...(bytes && !rebuilt.exact ? undecoded(bytes, rebuilt.after) : []),
    ...(path === STATE_PATH ? await newerWork(gate, rebuilt.after, readYaml) : []),
  ];
  return { ...common, needed: true, conflicts: unresolved, ...rebuilt, lost, warnings };
}

/** What could not be decoded has a mark in its place: the bytes themselves must not seem to be in the rebuilt file. */
function undecoded(bytes: Uint8Array, after: string): string[] {
  if (decode(bytes).invalidAt === undefined) return [];
  const lines = after.split("\n").filter((line) => line.includes(UNREADABLE)).length;
  if (lines === 0) return [];
  const where = lines === 1 ? "1 line" : `${lines} lines`;
  return [
    `${where} held bytes that are no UTF-8, marked by ${UNREADABLE} now; the bytes themselves stand in the backup alone`,
  ];
}

/** Work is logged in the work file as well; what it knows beyond the state that comes back is said before anybody is asked. */
async function newerWork(gate: Gate, after: string, readYaml: YamlReader): Promise<string[]> {
  const state = parseState(sourceOf(after), readYaml);
  const issue = activeIssue(state)?.number;
  const saved = timeOf(state.lastUpdated);
  if (issue === undefined || saved === undefined) return [];
  const { path, document } = await readWork(gate, workPath(issue));
  const logged = document && timeOf(updateTimeOf(document));
  if (logged === undefined || instantOf(logged) <= instantOf(saved)) return [];
  return [
    `${path} has a log entry of ${logged}, and the state that comes back is of ${saved}: read it before going on`,
  ];
}

function instantOf(time: string): number {
  const reading = parseTime(time);
  return reading === undefined || reading.kind === "impossible" ? 0 : reading.instant;
}

const NOTHING = { sources: [], kept: undefined, lost: [], warnings: [] };

/** Whether a work file may have lost its end: sections are missing, though that alone is no error. */
function mayBeShort({ work }: RecoverInput, { diagnostics }: Snapshot<unknown>): boolean {
  return work !== undefined && diagnostics.some(({ rule }) => rule === "missing-section");
}

function beforeOf(snapshot: Snapshot<{ readonly text: string }>, bytes: Uint8Array | undefined): string | undefined {
  return snapshot.document?.text ?? (bytes && new TextDecoder().decode(bytes.subarray(0, MAX_BYTES)));
}

function loadLarge(gate: Gate, path: string): Uint8Array {
  const file = readRecord(gate.project, path);
  if (file.kind === "file") return file.bytes;
  throw new GateError("CORRUPT", `Cannot recover ${path}: it is too large to be read`, {
    path,
    hint: "Move the file away by hand, then run `gate recover` to rebuild it from the history and the work files.",
  });
}

function newer(path: string): GateError {
  return new GateError("UNSUPPORTED_VERSION", `Cannot recover ${path}: it was written by a newer gate`, {
    path,
    hint: "Use a newer gate for this project; nothing was touched.",
  });
}
