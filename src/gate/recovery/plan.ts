/**
 * What a recovery would do, worked out without touching anything: a person is
 * asked about exactly this, and no lock is held meanwhile.
 */
import { GateError } from "../../base/errors.ts";
import { formatTime } from "../../base/time.ts";
import { MAX_BYTES, readFile, readRecord } from "../../files/read/read.ts";
import { readHistory } from "../../files/record/history.ts";
import { nextBackup } from "../../files/replace/backup.ts";
import { hasErrors } from "../../rules/check.ts";
import { type Problem, problemsOf } from "../../rules/report.ts";
import { type Conflict, conflictsOf, type Side } from "../../salvage/conflict.ts";
import { lostLines, poorerLines } from "../../salvage/lost.ts";
import { isMended, type Kept, keptIn, newerIn, salvageState } from "../../salvage/salvage-state.ts";
import { salvageWork } from "../../salvage/salvage-work.ts";
import type { PartSource, Sources } from "../../salvage/source.ts";
import { unwrap } from "../../salvage/unwrap.ts";
import type { YamlReader } from "../../syntax/frontmatter.ts";
import { revisionOf } from "../../text/source.ts";
import type { Changes } from "../answer/patch.ts";
import { type Gate, STATE_PATH, workPath } from "../gate.ts";
import { readState, readWork, requireSound, type Snapshot } from "../view/read.ts";
import { findOlder, findSources } from "./sources.ts";

/** Where a state can come from, in the order in which sources are asked. */
export const SOURCES = ["salvage", "history", "work"] as const;

/** Which document is rebuilt, and from what. */
export interface RecoverInput {
  /** Where the state comes from: only what is left of it, only the history, only the work files; by default all, in this order. */
  readonly from?: (typeof SOURCES)[number];
  /** Which side of all conflicts stays. */
  readonly side?: Side;
  /** Which side of each conflict stays, in their order. */
  readonly sides?: readonly Side[];
  /** The work file of this issue instead of the state file. */
  readonly work?: number;
}

/** What `recover` would write, and what would be lost. */
export interface RecoveryPlan {
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
  /** The rebuilt text. */
  readonly after: string;
  /** The digest of the damaged bytes. */
  readonly revision: string | undefined;
  readonly sources: readonly PartSource[];
  readonly kept: Kept | undefined;
  readonly lost: readonly string[];
  readonly warnings: readonly string[];
}

/** What carrying out the plan would change, to be shown. */
export function changesOf({ path, before, after }: RecoveryPlan): Changes {
  return { written: [{ path, before, after, size: 0, revision: "" }], moved: [] };
}

/** What nothing can be rebuilt from: not ours, not of this version, not a file. */
const REFUSED = new Set([
  "foreign-format",
  "unsupported-version",
  "symbolic-link",
  "not-a-regular-file",
  "wrong-case",
  "unreadable-file",
]);

/** Says what `recover` would do, of the same input. Reads only. */
export async function planRecovery(gate: Gate, input: RecoverInput = {}): Promise<RecoveryPlan> {
  const path = input.work === undefined ? STATE_PATH : workPath(input.work);
  const { readYaml } = await import("../../syntax/yaml/read-yaml.ts");
  const snapshot = await (input.work === undefined ? readState(gate) : readWork(gate, path));
  const problems = problemsOf(snapshot.document?.text ?? "", snapshot.diagnostics);
  if (snapshot.diagnostics.some(({ rule }) => REFUSED.has(rule))) requireSound(snapshot);
  const bytes = snapshot.exists ? (snapshot.bytes ?? loadLarge(gate, path)) : undefined;
  const common = {
    path,
    problems,
    backup: bytes && nextBackup(gate.project, path),
    before: beforeOf(snapshot, bytes),
    revision: bytes && revisionOf(bytes),
  };
  const inOrder = { ...common, needed: false, conflicts: [], after: common.before ?? "", ...NOTHING };
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
  return { ...common, needed: true, conflicts: unresolved, ...rebuilt, lost };
}

const NOTHING = { sources: [], kept: undefined, lost: [], warnings: [] };

/** Whether a work file may have lost its end: sections are missing, though that alone is no error. */
function mayBeShort({ work }: RecoverInput, { diagnostics }: Snapshot<unknown>): boolean {
  return work !== undefined && diagnostics.some(({ rule }) => rule === "missing-section");
}

type Rebuilt = Pick<RecoveryPlan, "after" | "sources" | "kept" | "lost" | "warnings">;

interface Damaged {
  /** Absent where there is no file. */
  readonly bytes: Uint8Array | undefined;
  readonly sideOf: (index: number) => Side;
  readonly readYaml: YamlReader;
}

async function rebuild(gate: Gate, path: string, input: RecoverInput, damaged: Damaged): Promise<Rebuilt> {
  const { bytes, sideOf, readYaml } = damaged;
  const isGone = bytes === undefined || unwrap(bytes).text.trim() === "";
  const asItWas = input.from === undefined && isGone && (await findOlder(gate, path, bytes)) !== undefined;
  if (input.from === "history" || asItWas) return await fromHistory(gate, path, damaged);
  if (input.work !== undefined) return await rebuildWork(gate, path, input.work, damaged);
  const modified = modifiedOf(gate, path);
  const all = await findSources(gate, bytes, modified);
  requireSomething(path, bytes, all, input);
  const sources = chosenSources(all, input.from);
  const options = { now: gate.clock(), readYaml, sideOf };
  const used = input.from === "work" ? new Uint8Array() : (bytes ?? new Uint8Array());
  const { text, parts, kept, lost } = salvageState(used, sources, options);
  const missed = input.from === "work" && bytes ? lostLines(unwrap(bytes).text, [text], isMended) : lost;
  const warnings = all.older ? poorer(gate, all.older, text) : [];
  return { after: text, sources: parts, kept, lost: missed, warnings };
}

function chosenSources(all: Sources, from: RecoverInput["from"]): Sources {
  if (from === "salvage")
    return { work: [], archived: [], ...(all.modified !== undefined && { modified: all.modified }) };
  if (from !== "work") return all;
  const { older: _, ...rest } = all;
  return rest;
}

/** Without a file, a recovery needs something to recover from. */
function requireSomething(path: string, bytes: Uint8Array | undefined, all: Sources, { from }: RecoverInput): void {
  const { older, work } = all;
  if (from === "work" && work.length === 0) {
    throw new GateError("NOT_FOUND", `Cannot recover ${path} from work files: there are none that can be read`, {
      path,
      hint: "Run `gate recover` without --from.",
    });
  }
  if (bytes || older || from === "work") return;
  throw new GateError("NOT_FOUND", `Cannot recover ${path}: it does not exist, and the history does not know it`, {
    path,
    hint: work.length > 0 ? "Run `gate reconstruct` to find work to take up again." : "Run `gate init` to make one.",
  });
}

async function fromHistory(gate: Gate, path: string, { bytes, readYaml }: Damaged): Promise<Rebuilt> {
  const older = await findOlder(gate, path, bytes);
  if (!older) {
    throw new GateError(
      "NOT_FOUND",
      `Cannot recover ${path} from the history: it holds no state of it that was in order`,
      {
        path,
        hint: "Run `gate recover` without --from, or `gate history` to see what there is.",
      },
    );
  }
  const lost = bytes ? lostLines(unwrap(bytes).text, [older.text], isMended) : [];
  const kept = path === STATE_PATH ? keptIn(older.text, readYaml) : undefined;
  return { after: older.text, sources: [{ part: "all", source: "history", path: older.id }], kept, lost, warnings: [] };
}

async function rebuildWork(
  gate: Gate,
  path: string,
  issue: number,
  { bytes, sideOf, readYaml }: Damaged,
): Promise<Rebuilt> {
  const older = await findOlder(gate, path, bytes);
  if (!bytes && !older) {
    throw new GateError("NOT_FOUND", `Cannot recover ${path}: it does not exist, and the history does not know it`, {
      path,
      hint: `Run \`gate start ${issue}\` to open the issue.`,
    });
  }
  const modified = modifiedOf(gate, path);
  const { text, parts, lost } = salvageWork(
    bytes ?? new Uint8Array(),
    { issue, ...(older && { older }), ...(modified !== undefined && { modified }) },
    { now: gate.clock(), readYaml, sideOf },
  );
  return { after: text, sources: parts, kept: undefined, lost, warnings: older ? poorer(gate, older, text) : [] };
}

/** A richer state in the history is named, so that it is not passed over in silence. */
function poorer(gate: Gate, { id, text }: { readonly id: string; readonly text: string }, rebuilt: string): string[] {
  const missing = poorerLines(text, rebuilt, isMended);
  if (missing.length === 0) return [];
  const { timestamp } = readHistory(gate.project, id).entry;
  const [lines, them] = missing.length === 1 ? ["1 line that is", "it"] : [`${missing.length} lines that are`, "them"];
  return [
    `History entry ${id}, replaced at ${formatTime(timestamp)}, holds ${lines} not in what is rebuilt: ` +
      `\`gate diff ${id} --now\` shows ${them}, \`gate recover --from history\` goes back to that state`,
  ];
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

/** When the file was last written; a time that has not come yet says nothing. */
function modifiedOf(gate: Gate, path: string): number | undefined {
  const file = readFile(gate.project, path);
  return file.kind === "file" && file.modified <= gate.clock() ? Math.floor(file.modified) : undefined;
}

function newer(path: string): GateError {
  return new GateError("UNSUPPORTED_VERSION", `Cannot recover ${path}: it was written by a newer gate`, {
    path,
    hint: "Use a newer gate for this project; nothing was touched.",
  });
}
