/**
 * Where versions lie: below `.claude/.gate`, and once more in the common folder of git,
 * which `git clean` does not reach. Either is enough, both are read. The second is a
 * service: where git's folder cannot be written, nothing is said.
 */
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { faultOfName } from "../../base/ids.ts";
import { type Checkout, findCheckout, kindAt } from "../git/checkout.ts";
import { readPart } from "../guard/descriptor.ts";
import { codeOf, explained } from "../guard/errors.ts";
import { type Folder, fingerprint, keyOf, openFolder, statsAt } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";

/** A folder with a folder of versions for each document. */
export interface VersionPlace {
  readonly project: Project;
  /** Relative to the project. */
  readonly path: string;
}

/** The folder of what the program keeps in the common folder of git. */
const GIT_FOLDER = "state-gatekeeper";

/** The place in the project, which is always written. */
export function ownPlace(project: Project): VersionPlace {
  return { project, path: `${GATE_FOLDER}/history` };
}

/** The place in git's folder; `undefined` without git, and for one that does not know this checkout. */
export function gitPlace(project: Project): VersionPlace | undefined {
  const checkout = findCheckout(project.root);
  const common = checkout && commonOf(checkout);
  const root = common && realFolder(common.folder);
  if (checkout === undefined || root === undefined || kindAt(join(root, "HEAD")) !== "file") return undefined;
  const below = relative(checkout.files, project.root).split(sep).filter(Boolean);
  const path = `${GIT_FOLDER}/history/${nameOf([common!.name, ...below])}`;
  return { project: { root, own: GIT_FOLDER }, path };
}

/** The open folders of a place: of one document, or of all. */
export function foldersIn(place: VersionPlace, document?: string): Folder[] {
  const { project, path } = place;
  if (document !== undefined) return opened(project, [folderOfVersions(place, document)]);
  const above = openFolder(project, path);
  if (above === undefined) return [];
  try {
    const names = explained("list", path, () => above.names()).filter((name) => faultOfName(name) === undefined);
    return opened(
      project,
      names.map((name) => `${path}/${name}`),
    );
  } finally {
    above.close();
  }
}

function opened(project: Project, paths: readonly string[]): Folder[] {
  const folders: Folder[] = [];
  try {
    for (const path of paths) {
      const folder = openFolder(project, path);
      if (folder !== undefined) folders.push(folder);
    }
    return folders;
  } catch (error) {
    for (const folder of folders) folder.close();
    throw error;
  }
}

/** The folder of a document's versions in a place. */
export function folderOfVersions({ path }: VersionPlace, document: string): string {
  return `${path}/${keyOf(document)}`;
}

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
    const back = Buffer.from(readPart(join(git, "gitdir"), 4096) ?? [])
      .toString()
      .trim();
    const isOurs = back !== "" && realFolder(dirname(resolve(git, back))) === realFolder(files);
    return isOurs ? { folder: dirname(above), name: `worktree-${basename(git)}` } : undefined;
  }
  const outer = findCheckout(dirname(files));
  const isSubmodule = outer && realFolder(git)?.startsWith(`${realFolder(outer.git)}${sep}modules${sep}`);
  // The checkout above can come from anybody as well.
  if (isSubmodule && commonOf(outer) === undefined) return undefined;
  return isSubmodule ? { folder: git, name: "main" } : undefined;
}

/** One name for a way of folders, and for each way another one. */
function nameOf(way: readonly string[]): string {
  const name = way.join("__");
  const mark = fingerprint(way.join("/"));
  const whole = way.some((segment) => /^_|__|_$/.test(segment)) ? `${name}-${mark}` : name;
  return faultOfName(whole) === undefined ? whole : mark;
}

function realFolder(path: string): string | undefined {
  try {
    return system.realpathSync(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
