/**
 * Which folder is the project, and the folders made in it.
 *
 * `~/.claude` is the agent's own configuration: without a state file in it the
 * home folder is no project for a program that was started somewhere below it.
 */
import { dirname, join, resolve } from "node:path";
import { GateError } from "../base/errors.ts";
import { printable } from "../base/line.ts";
import { writeAll } from "./descriptor.ts";
import { attempt, codeOf, explained } from "./errors.ts";
import { openFolder, requireOwn, split, statsAt } from "./path.ts";
import { FLAGS, system } from "./system.ts";

/** One project. Its files are addressed by paths relative to `root`, with `/`. */
export interface Project {
  /** The real path of its folder: absolute, free of links. */
  readonly root: string;
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

/** The folder and all above it, nearest first. */
export function* ancestorsOf(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

/**
 * Makes the folders that are missing, those above them too, and returns those it
 * made. Each is durable before the next step. A link that leaves the project is
 * refused with `UNSAFE_PATH`.
 */
export function ensureFolders(project: Project, paths: readonly string[]): string[] {
  const made: string[] = [];
  for (const path of paths) {
    if (path !== ".claude") requireOwn(path);
    const segments = path.split("/");
    for (let depth = 1; depth <= segments.length; depth++) {
      const folder = segments.slice(0, depth).join("/");
      if (makeFolder(project, folder)) made.push(folder);
    }
  }
  return made;
}

/** Removes a folder that `ensureFolders` has made, if nothing is in it any more; says whether it did. */
export function removeEmptyFolder(project: Project, path: string): boolean {
  requireOwn(path);
  const { parent, name } = split(path);
  const above = openFolder(project, parent);
  if (above === undefined) return false;
  try {
    return attempt(() => system.rmdirSync(above.at(name)));
  } finally {
    above.close();
  }
}

/** Makes `.claude/.gate` with a `.gitignore` that keeps all of it out of git. */
export function ensureGateFolder(project: Project): void {
  ensureFolders(project, [GATE_FOLDER]);
  const folder = openFolder(project, GATE_FOLDER);
  if (folder === undefined) return;
  try {
    if (statsAt(folder.at(".gitignore")) !== undefined) return;
    explained("write", `${GATE_FOLDER}/.gitignore`, () => {
      const flags = FLAGS.write | FLAGS.create | FLAGS.exclusive | FLAGS.noFollow;
      let descriptor: number;
      try {
        descriptor = system.openSync(folder.at(".gitignore"), flags, 0o644);
      } catch (error) {
        if (codeOf(error) === "EEXIST") return;
        throw error;
      }
      try {
        writeAll(descriptor, Buffer.from("*\n"));
      } finally {
        system.closeSync(descriptor);
      }
    });
  } finally {
    folder.close();
  }
}

function makeFolder(project: Project, path: string): boolean {
  const present = openFolder(project, path);
  if (present !== undefined) {
    present.close();
    return false;
  }
  const { parent, name } = split(path);
  const above = openFolder(project, parent);
  if (above === undefined)
    throw new GateError("NOT_FOUND", `Cannot make ${path}: the folder above it is gone`, { path });
  try {
    try {
      explained("make folder", path, () => system.mkdirSync(above.at(name)));
    } catch (error) {
      if (!(error instanceof GateError) || codeOf(error.cause) !== "EEXIST") throw error;
      return requireMade(project, path);
    }
    const made = openFolder(project, path);
    made?.sync();
    made?.close();
    if (!above.sync()) {
      throw new GateError("IO", `Cannot make folder ${path}: the disk did not confirm it`, {
        path,
        hint: "Check the disk, then try again.",
      });
    }
    return true;
  } finally {
    above.close();
  }
}

/** Something has the name already: fine if another process has just made the folder, else in the way. */
function requireMade(project: Project, path: string): false {
  const folder = openFolder(project, path);
  if (folder === undefined) {
    throw new GateError("UNSAFE_PATH", `Cannot make folder ${path}: a file or a broken link has its name`, {
      path,
      hint: "Move it out of the way.",
    });
  }
  folder.close();
  return false;
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
