/** Which folder is the project. */
import { dirname, join, resolve } from "node:path";
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { codeOf, explained } from "./errors.ts";
import { system } from "./system.ts";

/** One project. Its files are addressed by paths relative to `root`, with `/`. */
export interface Project {
  /** The real path of its folder: absolute, free of links. */
  readonly root: string;
  /** The folder in it that may be written, `""` for all of it; `.claude` by default. */
  readonly own?: string;
  /** One more file that may be written, relative to `root`: one that is guarded. */
  readonly also?: string;
}

export interface Found {
  readonly root: string;
  /** What showed that this is the root. */
  readonly found: "given" | "state" | "git";
}

/** The folder of the gate's own files: locks, history, audit. */
export const GATE_FOLDER = ".claude/.gate";

/**
 * Finds the project: the root given (`NOT_FOUND` unless it is a folder), else the nearest
 * folder from `cwd` upward that holds state, else the root of git's worktree. The search
 * ends at that root and below `home`, so that no folder above a repository captures it and
 * the agent's own `~/.claude` is nobody's project but for a program started in it.
 */
export function findRoot(from: {
  readonly root?: string | undefined;
  readonly cwd: string;
  readonly home?: string | undefined;
}): Found | undefined {
  if (from.root !== undefined) {
    const root = resolve(from.cwd, from.root);
    requireFolder(root);
    return { root, found: "given" };
  }
  const cwd = resolve(from.cwd);
  let left: string | undefined;
  for (const root of ancestorsOf(cwd)) {
    if (root !== cwd && isHome(root, from.home)) break;
    if (holds(root, STATE)) return { root, found: "state" };
    if (kindAt(join(root, ".git")) !== undefined) return { root, found: "git" };
    if (left === undefined && holds(root, LEFT)) left = root;
  }
  return left === undefined ? undefined : { root: left, found: "state" };
}

/** Settings, skills and agents of other programs do not make a folder a project. */
const STATE = [".claude/state.md", GATE_FOLDER, ".claude/gate.yaml"];
/** What is left of a project whose state file is gone. Others have such files too, so a repository is not divided by them. */
const LEFT = [".claude/work", ".claude/archive", ".claude/batch_state.json"];

function holds(folder: string, paths: readonly string[]): boolean {
  return paths.some((path) => kindAt(join(folder, path)) !== undefined);
}

function isHome(folder: string, home: string | undefined): boolean {
  return home !== undefined && home !== "" && realPath(folder) === realPath(home);
}

/** Opens a project by its folder; `NOT_FOUND` unless it is one. */
export function openProject(root: string): Project {
  const absolute = resolve(root);
  requireFolder(absolute);
  return { root: explained("open", absolute, () => system.realpathSync(absolute)) };
}

/** The folder that the process is in or, where that was deleted under it, what it was called. */
export function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return process.env["PWD"] ?? "/";
  }
}

/** The folder and all above it, nearest first. */
export function* ancestorsOf(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

function requireFolder(path: string): void {
  if (kindAt(path) === "folder") return;
  throw new GateError("NOT_FOUND", `Cannot open project ${printable(path)}: there is no such folder`, {
    path,
    hint: "Give the folder of an existing project with --root.",
  });
}

/** What a path leads to, links followed; `undefined` where it leads nowhere or may not be looked at. */
function kindAt(path: string): "folder" | "other" | undefined {
  try {
    return system.statSync(path).isDirectory() ? "folder" : "other";
  } catch (error) {
    if (codeOf(error) === undefined && !(error instanceof TypeError)) throw error;
    return undefined;
  }
}

function realPath(path: string): string {
  try {
    return system.realpathSync(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return resolve(path);
  }
}
