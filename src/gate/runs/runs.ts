/**
 * The runs of a user's skills, in `~/.claude/state/<skill>/<run_id>.json`.
 *
 * The home folder is opened as a project of its own, so that the same guards hold:
 * nothing outside it is written, no link is followed in the last place, writes are
 * locked and atomic. Runs of one skill share a lock, because a lock for each would
 * leave a folder behind for each. All that is saved within a minute is one version.
 */
import { basename, dirname, join, parse, resolve } from "node:path";
import { requireShape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { faultOfName } from "../../base/ids.ts";
import { printable } from "../../base/line.ts";
import { homeFolder } from "../../files/guard/home.ts";
import { openProject } from "../../files/guard/project.ts";
import { system } from "../../files/guard/system.ts";
import { exists, listFolder } from "../../files/read/read.ts";
import { makeRunId } from "../../records/run.ts";
import { requireCall } from "../call.ts";
import { type Gate, RECORDS_FOLDER } from "../gate.ts";

const ARCHIVE = "archive";
/** Characters of an id, so that `<id>.<time>.json` is still a name. */
const LONGEST_ID = 100;

/** Where runs are kept. */
export interface RunsOptions {
  /** The user's home folder; that of the process by default. */
  readonly home?: string;
  /** Milliseconds since the epoch; the machine's clock by default. */
  readonly clock?: () => number;
  /** Milliseconds to wait for another writer; 30,000 by default. */
  readonly lockTimeout?: number | undefined;
  readonly actor?: string;
}

/** Where runs are kept. Making one reads and writes nothing. */
export interface Runs {
  readonly home: string;
  /** The home folder as a project; `NOT_FOUND` where there is none. */
  open(): Gate;
  readonly clock: () => number;
}

/**
 * Says where the home folder is, below which runs of skills are kept: state in
 * `~/.claude/state/<skill>/<run_id>.json`, for any process to go on with.
 *
 * ```ts
 * const runs = openRuns();
 * const runId = newRun(runs, "review");
 * await saveRun(runs, { runId, skill: "review", state: { step: 2 } });
 * (await loadRun(runs, { runId, skill: "review" })).state; // { step: 2 }
 * ```
 */
export function openRuns(options: RunsOptions = {}): Runs {
  const shape = { home: "text?", clock: "function?", lockTimeout: "number?", actor: "text?" } as const;
  requireShape("openRuns", options, shape);
  const home = resolve(options.home ?? homeFolder());
  const clock = options.clock ?? Date.now;
  const { lockTimeout = 30_000, actor } = options;
  const open = () => ({ project: openProject(home), clock, lockTimeout, ...(actor !== undefined && { actor }) });
  return { home, open, clock };
}

/** A new id for a run: `<prefix>-<YYYYMMDD>-<HHMMSS>-<6 hex digits>`. Writes nothing. */
export function newRun(runs: Pick<Runs, "clock">, prefix = "run"): string {
  requireShape("newRun", { runs, prefix }, { runs: "object", prefix: "text" });
  const { clock } = runs;
  requireName(prefix, "a run");
  const id = makeRunId(prefix, clock(), system.random(3));
  requireName(id, "a run");
  return id;
}

/** Where a run's file is or would be. Creates nothing, and does not look whether it is there. */
export function runPath(runs: Pick<Runs, "home">, run: { readonly runId: string; readonly skill: string }): string {
  requireCall("runPath", { runs, input: run }, { runId: "text", skill: "text" });
  return join(runs.home, ...pathOf(run).split("/"));
}

/** The path of a run, relative to the home folder. Names that could lead elsewhere are refused. */
export function pathOf({ runId, skill }: { readonly runId: string; readonly skill: string }): string {
  requireName(skill, "a skill");
  requireName(runId, "a run");
  return `${RECORDS_FOLDER}/${skill}/${runId}.json`;
}

/** The name of the lock that all runs of a skill share. */
export function lockOf(skill: string): string {
  return `${RECORDS_FOLDER}/${skill}`;
}

/** A name in the archive of a skill that nothing has. */
export function archivePathOf(gate: Gate, skill: string, runId: string): string {
  const first = `${RECORDS_FOLDER}/${skill}/${ARCHIVE}/${runId}.json`;
  if (!exists(gate.project, first)) return first;
  const time = new Date(gate.clock()).toISOString().replace(/[-:.]/g, "");
  return `${RECORDS_FOLDER}/${skill}/${ARCHIVE}/${runId}.${time}.json`;
}

/** Where the run of a file, in the archive or not, is or was at work. */
export function ownPathOf(path: string): string {
  const { dir, name } = parse(path);
  return basename(dir) === ARCHIVE ? `${dirname(dir)}/${name.replace(/\.\d{8}T\d{9}Z$/, "")}.json` : path;
}

/** The files of runs, with their skills; those in archives too if asked for. */
export function filesOf(gate: Gate, skill: string | undefined, archived: boolean): { skill: string; path: string }[] {
  if (skill !== undefined) requireName(skill, "a skill");
  const skills = listFolder(gate.project, RECORDS_FOLDER).filter(({ name, kind }) => {
    return kind === "folder" && faultOfName(name) === undefined && (skill === undefined || skill === name);
  });
  return skills.flatMap(({ name }) => {
    const folders = [`${RECORDS_FOLDER}/${name}`, ...(archived ? [`${RECORDS_FOLDER}/${name}/${ARCHIVE}`] : [])];
    return folders.flatMap((folder) =>
      listFolder(gate.project, folder)
        .filter(
          (entry) => entry.kind === "file" && entry.name.endsWith(".json") && faultOfName(entry.name) === undefined,
        )
        .map((entry) => ({ skill: name, path: `${folder}/${entry.name}` })),
    );
  });
}

/** The one skill that has a run of this id. */
export function skillOf(gate: Gate, runId: string): string {
  requireName(runId, "a run");
  const skills = filesOf(gate, undefined, false).filter(({ path }) => path.endsWith(`/${runId}.json`));
  const [first, second] = skills;
  if (first && !second) return first.skill;
  if (!first) throw noRun(runId);
  throw new GateError("INVALID_ARGUMENT", `Cannot tell which run ${runId} is: ${skills.length} skills have one`, {
    hint: `Name the skill: ${skills.map(({ skill }) => `--skill ${skill}`).join(", ")}.`,
  });
}

export function noRun(runId: string, path?: string): GateError {
  return new GateError("NOT_FOUND", `Cannot find run ${printable(runId)}: there is none`, {
    path,
    hint: "`gate run list` shows those that are there.",
  });
}

function requireName(name: string, what: string): void {
  const fault =
    faultOfName(name) ?? (name.length > LONGEST_ID ? `it is longer than ${LONGEST_ID} characters` : undefined);
  if (fault === undefined) return;
  throw new GateError("UNSAFE_PATH", `Cannot use ${JSON.stringify(printable(name))} as the name of ${what}: ${fault}`, {
    hint: "Use letters, digits, dashes and underscores.",
  });
}
