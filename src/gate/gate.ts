/**
 * The gate of one project: where its files are, what time it is, who is asking.
 * Every operation takes one as its first argument; nothing else is ambient.
 */
import { requireShape, type Shape } from "../base/arguments.ts";
import { GateError } from "../base/errors.ts";
import { currentFolder, findRoot, openProject, type Project } from "../files/guard/project.ts";
import type { AuditLog } from "../files/record/audit.ts";
import type { Driver, OpenDriver } from "../store/driver.ts";

export const STATE_PATH = ".claude/state.md";
export const WORK_FOLDER = ".claude/work";
export const ARCHIVE_FOLDER = ".claude/archive";
/** Key-value stores of a project and, in the home folder, runs: a folder for each namespace or skill. */
export const RECORDS_FOLDER = ".claude/state";
/** Where the record of a batch is, relative to the project. */
export const BATCH_PATH = ".claude/batch_state.json";
/** Which shared batch the project works on. */
export const SHARED_BATCH_PATH = ".claude/state/batch.json";

export function workPath(issue: number): string {
  return `${WORK_FOLDER}/${issue}.md`;
}

export function archivePath(issue: number): string {
  return `${ARCHIVE_FOLDER}/${issue}.md`;
}

/** One project, and how operations on it are done. Made by `openGate`. */
export interface Gate {
  readonly project: Project;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** How long to wait for another writer, in milliseconds. */
  readonly lockTimeout: number;
  /** Who writes, for history and audit; absent for a person at a terminal. */
  readonly actor?: string;
  /** The agent's session, by its id; what it saves goes to the issue that it works on. */
  readonly session?: string;
  /** Stores of keys that stay open between operations, by what they were opened with; see `openKv`. */
  readonly stores?: Map<string, Promise<Driver>>;
  /** Opens the stores of keys instead of the package's own drivers; see `openKv`. */
  readonly openDriver?: OpenDriver;
  /** The record of the batch that is meant, where it is another file than the project's; see `gate/batch/place.ts`. */
  readonly record?: string;
  /** The session of a batch that this gate belongs to, which is told when the record is written; see `openBatch`. */
  readonly batchSession?: { written(): void };
  /** The person's own programs around operations; none run without it. See `gate/workflow/hooks.ts`. */
  readonly workflowHooks?: WorkflowHooks;
  /** The log, where it stays open between operations. */
  readonly log?: AuditLog;
}

/** Where a person's own programs are, and who hears what they say. */
export interface WorkflowHooks {
  /** The folder of the person's configuration; it may be missing. */
  readonly folder: string;
  readonly say: (text: string) => void;
}

/** The person's own programs by the environment; none for what one of them calls in turn. */
export function personalHooks(
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
  say: (text: string) => void,
): WorkflowHooks | undefined {
  if (environment["GATE_HOOK"]) return undefined;
  return { folder: `${environment["XDG_CONFIG_HOME"] || `${home}/.config`}/state-gatekeeper`, say };
}

/** How `openGate` finds the project, and how operations on it are done. */
export interface GateOptions {
  /** The project's folder; without it the nearest folder from `cwd` up to the root of git's worktree that holds state, else that root. */
  readonly root?: string | undefined;
  /** Where to look from; the process's own folder by default. */
  readonly cwd?: string;
  /** The user's home folder, above which nothing is looked for, and which is a project only for who stands in it. */
  readonly home?: string | undefined;
  /** Milliseconds since the epoch; the machine's clock by default. */
  readonly clock?: () => number;
  /** Milliseconds to wait for another writer; 30,000 by default. */
  readonly lockTimeout?: number | undefined;
  readonly actor?: string | undefined;
  /** The id of the agent's session; absent for a person. */
  readonly session?: string | undefined;
  /** Run the person's own programs around `start`, `save` and `done`; none by default. */
  readonly workflowHooks?: WorkflowHooks | undefined;
  /** Take the current folder where no project is found, as `init`, `start` and whatever else may begin one do. */
  readonly create?: boolean;
}

/** How a write is done; all operations that write take these. */
export interface WriteOptions {
  /** Compute and check everything, write nothing, not even folders. */
  readonly dryRun?: boolean;
  /** Write only if the state document still has this revision. */
  readonly ifMatch?: string;
}

/** What is done, in words. */
export interface Operation {
  /** For the history, the log and messages. */
  readonly name: string;
  /** What runs it again, as words after `gate`; the name by default. Text that people gave is left out. */
  readonly words?: string;
}

const SHAPE: Shape<GateOptions> = {
  root: "text?",
  cwd: "text?",
  home: "text?",
  clock: "function?",
  lockTimeout: "number?",
  actor: "text?",
  session: "text?",
  workflowHooks: "object?",
  create: "flag?",
};

/**
 * Opens the project that `root` names or `cwd` is in; throws `NOT_FOUND` where there is
 * none. Nothing is read or written yet.
 */
export function openGate(options: GateOptions = {}): Gate {
  requireShape("openGate", options, SHAPE);
  const cwd = options.cwd ?? currentFolder();
  const found = findRoot({ cwd, root: options.root, home: options.home });
  if (!found && !options.create) {
    throw new GateError(
      "NOT_FOUND",
      `Cannot find a project: ${cwd} is in no git repository, and no folder above it holds state`,
      {
        hint: "Run `gate init` in the project's folder, or name it with --root.",
      },
    );
  }
  return {
    project: openProject(found?.root ?? cwd),
    clock: options.clock ?? Date.now,
    lockTimeout: options.lockTimeout ?? 30_000,
    ...(options.actor !== undefined && { actor: options.actor }),
    ...(options.session !== undefined && { session: options.session }),
    ...(options.workflowHooks !== undefined && { workflowHooks: options.workflowHooks }),
  };
}
