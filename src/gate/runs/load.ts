/** Reads runs: one with its state, or what is known of all. */
import { parse } from "node:path";
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { formatTime, parseTime } from "../../base/time.ts";
import { listFolder } from "../../files/read/read.ts";
import { type RunMeta, type RunReading, readRun } from "../../records/run.ts";
import { requireCall } from "../call.ts";
import { readSnapshot, revisionOfRecord } from "../commit/record-transaction.ts";
import type { Gate } from "../gate.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";
import { filesOf, noRun, ownPathOf, pathOf, type Runs, skillOf } from "./runs.ts";

/** Which run is meant. */
export interface RunInput {
  readonly runId: string;
  /** May be left away where only one skill has a run of this id. */
  readonly skill?: string;
}

/** What each part of it is. */
export const RUN: Shape<RunInput> = { runId: "text", skill: "text?" };

/** The state of a run, and what is known of it. */
export interface LoadedRun extends RunMeta {
  /** What was saved, without `_meta`. */
  readonly state: Readonly<Record<string, unknown>>;
  /** The state as JSON text, with numbers and keys as they are written; NaN and infinities are `null`. */
  readonly json: string;
  readonly revision: string;
  /** What is different in a file of another program. */
  readonly warnings: readonly string[];
}

/** The runs of skills, newest first. */
export interface RunListing {
  /** Newest first. */
  readonly runs: readonly RunMeta[];
  /** Files that are no runs, and why. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * The state of a run. Rejects with `NOT_FOUND` without a file, `CORRUPT` for a damaged one
 * and `FOREIGN_FORMAT` for another run's.
 */
export async function loadRun(runs: Runs, input: RunInput): Promise<LoadedRun> {
  requireCall("loadRun", { runs, input }, RUN);
  const { runId, skill } = input;
  const gate = runs.open();
  const path = pathOf({ runId, skill: skill ?? skillOf(gate, runId) });
  const snapshot = readSnapshot(gate, path);
  if (!snapshot.exists) throw noRun(runId, path);
  const { meta, json, hasNaN } = requireRun(snapshot, runId, "read");
  const isWhole = meta.runId && meta.skillName && meta.lastUpdated;
  return {
    ...wholeMeta(gate, path, meta),
    state: JSON.parse(json) as Record<string, unknown>,
    json,
    revision: revisionOfRecord(snapshot)!,
    warnings: [
      ...(isWhole ? [] : [`${path} has no _meta of its own, or a part of one: last_updated is the time of the file`]),
      ...(hasNaN ? [`${path} holds NaN or Infinity, which no JSON can say; it is shown as null`] : []),
    ],
  };
}

/** What the file says of the run, and where it does not, what its place and time say. */
function wholeMeta(gate: Gate, path: string, known: Partial<RunMeta>): RunMeta {
  const [skillName = "", name = ""] = ownPathOf(path).split("/").slice(-2);
  const about = { runId: name.replace(/\.json$/, ""), skillName, ...known };
  return { ...about, lastUpdated: known.lastUpdated ?? formatTime(modifiedAt(gate, path)) };
}

function modifiedAt({ project }: Gate, path: string): number {
  const { dir, base } = parse(path);
  return listFolder(project, dir, true).find(({ name }) => name === base)?.modified ?? 0;
}

/** What is known of all runs, or of those of a skill. */
export async function listRuns(runs: Runs, input: { readonly skill?: string } = {}): Promise<RunListing> {
  requireCall("listRuns", { runs, input }, { skill: "text?" });
  const { skill } = input;
  const gate = runs.open();
  const found: RunMeta[] = [];
  const skipped: { readonly file: string; readonly reason: string }[] = [];
  for (const { path, skill: folder } of filesOf(gate, skill, false)) {
    const looked = lookAt(gate, path);
    const reason = "reason" in looked ? looked.reason : faultOfPlace(looked, path, folder);
    if (reason !== undefined) skipped.push({ file: path, reason });
    else if (!("reason" in looked)) found.push(metaOf(looked));
  }
  found.sort((one, other) => instantOf(other) - instantOf(one) || (one.runId < other.runId ? -1 : 1));
  return { runs: found, skipped };
}

/** What a file is, and whether it says so itself, or why it is no run. */
export function lookAt(
  gate: Gate,
  path: string,
): (RunMeta & { readonly isOwn: boolean }) | { readonly reason: string } {
  try {
    const { text, fault = "it is gone" } = readSnapshot(gate, path);
    const reading = text === undefined ? ({ kind: "damaged", reason: fault } as const) : readRun(text);
    if (reading.kind === "run")
      return { ...wholeMeta(gate, path, reading.meta), isOwn: reading.meta.runId !== undefined };
    return { reason: reading.kind === "newer" ? `its schema version is ${reading.version}` : reading.reason };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return { reason: error.message };
  }
}

function metaOf({ runId, skillName, lastUpdated }: RunMeta): RunMeta {
  return { runId, skillName, lastUpdated };
}

/** When a run was saved last, in milliseconds since the epoch; the beginning of time where it does not say. */
export function instantOf({ lastUpdated }: RunMeta): number {
  const reading = parseTime(lastUpdated);
  return reading === undefined || reading.kind === "impossible" ? 0 : reading.instant;
}

/** The run in a file that is there, if it is this run. */
export function requireRun(snapshot: RecordSnapshot, runId: string, act: string): RunReading & { kind: "run" } {
  const { path, text, fault } = snapshot;
  const reading = text === undefined ? ({ kind: "damaged", reason: fault ?? "" } as const) : readRun(text);
  if (reading.kind === "damaged") {
    throw new GateError("CORRUPT", `Cannot ${act} ${path}: ${printable(reading.reason)}`, {
      path,
      hint: `Run \`gate run recover ${printable(runId)} --skill ${skillIn(path)}\` to get back the newest save in order, or save the run again; what is in the file is kept beside it then.`,
    });
  }
  if (reading.kind === "newer") {
    throw new GateError("UNSUPPORTED_VERSION", `Cannot ${act} ${path}: its schema version is ${reading.version}`, {
      path,
      hint: "Use a newer gate; nothing was touched.",
    });
  }
  const { meta } = reading;
  if (meta.runId === undefined || meta.runId === runId) return reading;
  throw new GateError(
    "FOREIGN_FORMAT",
    `Cannot ${act} ${path}: it is run ${printable(meta.runId)}, not ${printable(runId)}`,
    {
      path,
      hint: "Somebody has copied or renamed the file. Move it away, or load the run it is.",
    },
  );
}

function skillIn(path: string): string {
  return printable(path.split("/").at(-2) ?? "");
}

function faultOfPlace({ runId }: RunMeta, path: string, skill: string): string | undefined {
  return path === `.claude/state/${skill}/${runId}.json` ? undefined : `it is run ${printable(runId)}`;
}
