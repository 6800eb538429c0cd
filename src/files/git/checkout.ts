/**
 * The branch that is checked out, read from git's own files.
 *
 * Asking git costs a process and would obey the configuration of a repository
 * that may not be trusted. What cannot be read is no branch, never an error.
 */
import { isAbsolute, join, resolve } from "node:path";
import { readPart } from "../guard/descriptor.ts";
import { codeOf } from "../guard/errors.ts";
import { ancestorsOf } from "../guard/project.ts";
import { system } from "../guard/system.ts";

const MAX_LENGTH = 4096;
const BRANCH = "refs/heads/";

/** A checkout: the folder of its files, and the folder where git keeps what is this checkout's own. */
export interface Checkout {
  readonly files: string;
  readonly git: string;
}

/** The branch checked out at a folder or, below a repository, around it; `undefined` when detached or without git. */
export function checkedOutBranch(root: string): string | undefined {
  const checkout = findCheckout(root);
  return checkout && branchOf(checkout.git);
}

/** The checkout that a folder, given in full, is in; `undefined` without git. */
export function findCheckout(root: string): Checkout | undefined {
  for (const files of ancestorsOf(root)) {
    const git = gitFolderAt(files);
    if (git !== undefined) return { files, git };
  }
  return undefined;
}

/** `.git` itself or, in a worktree or submodule, the folder its one line names. */
function gitFolderAt(folder: string): string | undefined {
  const place = join(folder, ".git");
  const kind = kindAt(place);
  if (kind !== "file") return kind === "folder" ? place : undefined;
  const named = /^gitdir: (.+?)[\r\n]*$/.exec(readText(place))?.[1];
  if (named === undefined || named.includes("\0")) return undefined;
  return isAbsolute(named) ? named : resolve(folder, named);
}

/** A worktree has its own HEAD, so its common folder is not needed. */
export function branchOf(git: string): string | undefined {
  const head = join(git, "HEAD");
  const reference = /^ref: *(\S.*?)\s*$/.exec(readText(head))?.[1] ?? linkAt(head);
  if (reference === undefined || !reference.startsWith(BRANCH)) return undefined;
  const branch = reference.slice(BRANCH.length);
  // `.invalid` is what a repository with another store of references keeps there.
  if (branch === "" || branch === ".invalid" || /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(branch))
    return undefined;
  return branch;
}

/** What a path of git leads to. */
export function kindAt(path: string): "folder" | "file" | undefined {
  try {
    const stats = system.statSync(path);
    return stats.isDirectory() ? "folder" : stats.isFile() ? "file" : undefined;
  } catch (error) {
    return nothing(error);
  }
}

/** The oldest form of HEAD is a link to the branch. */
function linkAt(path: string): string | undefined {
  try {
    return system.readlinkSync(path);
  } catch (error) {
    return nothing(error);
  }
}

function readText(path: string): string {
  return Buffer.from(readPart(path, MAX_LENGTH) ?? []).toString();
}

function nothing(error: unknown): undefined {
  if (codeOf(error) === undefined) throw error;
  return undefined;
}
