/**
 * What the program keeps in the common folder of git: all worktrees of a repository have
 * it, and neither `git clean` nor a checkout reaches it.
 */
import { basename, dirname, join, resolve, sep } from "node:path";
import { readPart } from "../guard/descriptor.ts";
import { codeOf } from "../guard/errors.ts";
import { statsAt } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { type Checkout, findCheckout, kindAt } from "./checkout.ts";

/** The one folder there that is written. */
export const COMMON_FOLDER = "state-gatekeeper";

/** The common folder of git, as a project of its own, and the checkout that it was asked for. */
export interface CommonPlace {
  readonly common: Project;
  /** `main`, or `worktree-` and the name that git has for it. */
  readonly name: string;
  /** The root of the checkout. */
  readonly files: string;
}

/** The common folder for a project; `undefined` without git, and for one that does not know this checkout. */
export function commonPlace(project: Project): CommonPlace | undefined {
  const checkout = findCheckout(project.root);
  const common = checkout && commonOf(checkout);
  const root = common && realFolder(common.folder);
  if (checkout === undefined || root === undefined || kindAt(join(root, "HEAD")) !== "file") return undefined;
  return { common: { root, own: COMMON_FOLDER }, name: common!.name, files: checkout.files };
}

/** Whether there is still a checkout of this name; git forgets one that was deleted only later. */
export function knowsCheckout({ common }: CommonPlace, name: string): boolean {
  const worktree = name.startsWith(WORKTREE) ? name.slice(WORKTREE.length) : undefined;
  if (worktree === undefined) return true;
  const back = wayBack(join(common.root, "worktrees", worktree));
  return back !== undefined && kindAt(back) === "file";
}

const WORKTREE = "worktree-";

/**
 * The common folder of a checkout, and the name of the checkout in it. `.git` can be a
 * file that names any folder and came with files from anybody: what it names must name
 * the checkout back, or be a submodule's of the checkout above.
 */
function commonOf({ files, git }: Checkout): { readonly folder: string; readonly name: string } | undefined {
  const place = join(files, ".git");
  if (git === place) return statsAt(place)?.isDirectory() ? { folder: git, name: "main" } : undefined;
  const above = dirname(git);
  if (basename(above) === "worktrees") {
    const back = wayBack(git);
    const isOurs = back !== undefined && realFolder(dirname(back)) === realFolder(files);
    return isOurs ? { folder: dirname(above), name: `${WORKTREE}${basename(git)}` } : undefined;
  }
  const outer = findCheckout(dirname(files));
  const isSubmodule = outer && realFolder(git)?.startsWith(`${realFolder(outer.git)}${sep}modules${sep}`);
  // The checkout above can come from anybody as well.
  if (isSubmodule && commonOf(outer) === undefined) return undefined;
  return isSubmodule ? { folder: git, name: "main" } : undefined;
}

/** The `.git` file of a worktree, as git's folder of it says. */
function wayBack(git: string): string | undefined {
  const back = Buffer.from(readPart(join(git, "gitdir"), 4096) ?? [])
    .toString()
    .trim();
  return back === "" ? undefined : resolve(git, back);
}

function realFolder(path: string): string | undefined {
  try {
    return system.realpathSync(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
