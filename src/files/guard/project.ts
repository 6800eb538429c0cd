/**
 * Which folder is the project.
 *
 * `~/.claude` is the agent's own configuration: without a state file in it the
 * home folder is no project for a program that was started somewhere below it.
 */
import { dirname, join, resolve } from "node:path";
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { codeOf, explained } from "./errors.ts";
import { system } from "./system.ts";

/** One project. Its files are addressed by paths relative to `root`, with `/`. */
export interface Project {
  /** The real path of its folder: absolute, free of links. */
  readonly root: string;
  /** The folder in it that may be written; `.claude` by default. */
  readonly own?: string;
}

export interface Found {
  readonly root: string;
  /** What showed that this is the root. */
  readonly found: "given" | "claude" | "git";
}

/** The folder of the gate's own files: locks, history, audit. */
export const GATE_FOLDER = ".claude/.gate";

/**
 * Finds the project: the root given (`NOT_FOUND` unless it is a folder), else the
 * nearest ancestor of `cwd` that holds a `.claude` folder, else the one with `.git`.
 * `home` counts only for a program started in it, or where it holds a state file.
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
  const isProject = (folder: string) =>
    folder === cwd || !isHome(folder, from.home) || kindAt(join(folder, ".claude", "state.md")) !== undefined;
  const ancestors = [...ancestorsOf(cwd)];
  const claude = ancestors.find((folder) => kindAt(join(folder, ".claude")) === "folder" && isProject(folder));
  if (claude !== undefined) return { root: claude, found: "claude" };
  const git = ancestors.find((folder) => kindAt(join(folder, ".git")) !== undefined && isProject(folder));
  return git === undefined ? undefined : { root: git, found: "git" };
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
