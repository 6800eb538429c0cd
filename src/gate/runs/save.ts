/** Saves the state of a run, whole, in place of what it said before. */
import { join } from "node:path";
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { formatTime } from "../../base/time.ts";
import { stringify } from "../../json/json-text.ts";
import { makeRun, readRun } from "../../records/run.ts";
import { requireCall } from "../call.ts";
import { transactRecord } from "../commit/record-transaction.ts";
import type { WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";
import { requireRun } from "./load.ts";
import { lockOf, pathOf, type Runs, runPath } from "./runs.ts";

/** The state of a run, whole. */
export interface SaveRunInput {
  readonly runId: string;
  readonly skill: string;
  /** What can be JSON. A `_meta` in it is left out. */
  readonly state?: Readonly<Record<string, unknown>>;
  /** The state as JSON text, whose numbers and keys then stay as they are written. */
  readonly json?: string;
}

/** What `saveRun` came to. */
export interface RunSaved {
  readonly success: true;
  readonly message: string;
  readonly runId: string;
  readonly skillName: string;
  readonly lastUpdated: string;
  /** The absolute path of the file. */
  readonly path: string;
  readonly revision: string;
}

/** Replaces the whole state of a run; with `dryRun` it rejects with `DRY_RUN` and the `path` it would have written. */
export async function saveRun(runs: Runs, input: SaveRunInput, options: WriteOptions = {}): Promise<Outcome<RunSaved>> {
  requireCall("saveRun", { runs, input, options }, SHAPE);
  const { runId, skill } = input;
  const path = runPath(runs, { runId, skill });
  const json = jsonOf(input);
  if (options.dryRun) throw dryRun(path);
  return await write(runs, input, json, options);
}

const SHAPE: Shape<SaveRunInput> = { runId: "text", skill: "text", state: "object?", json: "text?" };

/** What saving would write. */
export async function planRun(runs: Runs, input: SaveRunInput, options: WriteOptions = {}): Promise<Outcome<RunSaved>> {
  return await write(runs, input, jsonOf(input), { ...options, dryRun: true });
}

export function dryRun(path: string): GateError {
  return new GateError("DRY_RUN", `Cannot write ${path}: this is a dry run`, {
    path,
    hint: "Leave the dry run away to write it.",
  });
}

async function write(
  runs: Runs,
  { runId, skill }: SaveRunInput,
  json: string,
  options: WriteOptions,
): Promise<Outcome<RunSaved>> {
  const path = pathOf({ runId, skill });
  const target = { path, operation: "run save", lock: lockOf(skill), history: "sometimes" } as const;
  const outcome = await transactRecord(runs.open(), target, options, (snapshot, now) => {
    const lastUpdated = formatTime(now);
    const made = makeRun({ runId, skillName: skill, lastUpdated }, json);
    if ("fault" in made) throw invalid(runId, made.fault);
    const damaged = isDamaged(snapshot, runId);
    const value = {
      success: true as const,
      message: `Run ${runId} saved`,
      runId,
      skillName: skill,
      lastUpdated,
      path: join(runs.home, ...path.split("/")),
    };
    return { value, text: made.text, backUp: damaged };
  });
  const [backup] = outcome.backups;
  const warnings = backup === undefined ? [] : [`the file was damaged; what was in it is now ${backup}`];
  const value = { ...outcome.value, revision: outcome.written[0]!.revision };
  return { ...outcome, value, warnings: [...outcome.warnings, ...warnings] };
}

/** A damaged file is kept beside the new one; one of another run, or of a newer gate, is left alone. */
function isDamaged(snapshot: RecordSnapshot, runId: string): boolean {
  if (!snapshot.exists) return false;
  const reading = snapshot.text === undefined ? undefined : readRun(snapshot.text);
  if (reading === undefined || reading.kind === "damaged") return true;
  requireRun(snapshot, runId, "write");
  return false;
}

function jsonOf({ runId, state, json }: SaveRunInput): string {
  if (json !== undefined) return json;
  try {
    const text = stringify(state);
    if (text !== undefined) return text;
  } catch (error) {
    throw invalid(runId, error instanceof Error ? error.message : "it cannot be JSON");
  }
  throw invalid(runId, "there is none");
}

function invalid(runId: string, reason: string): GateError {
  return new GateError("INVALID_ARGUMENT", `Cannot save run ${runId}: its state is no JSON object, ${reason}`, {
    hint: 'Give an object, for example {"step": 2}.',
  });
}
