/**
 * Where versions lie: below `.claude/.gate`, and once more in the common folder of git,
 * which `git clean` does not reach. Either is enough, both are read. The second is a
 * service: where git's folder cannot be written, nothing is said.
 */
import { relative, sep } from "node:path";
import { faultOfName } from "../../base/ids.ts";
import { findCheckout } from "../git/checkout.ts";
import { COMMON_FOLDER, commonPlace } from "../git/common.ts";
import { listsBelow } from "../git/index-entries.ts";
import { explained } from "../guard/errors.ts";
import { type Folder, fingerprint, keyOf, openFolder } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";

/** A folder with a folder of versions for each document. */
export interface VersionPlace {
  readonly project: Project;
  /** Relative to the project. */
  readonly path: string;
}

/** The place in the project, which is always written. */
export function ownPlace(project: Project): VersionPlace {
  return { project, path: `${GATE_FOLDER}/history` };
}

/** Whether git has the gate's own folder among its files: then whoever made the checkout may have written the history there. */
export function isCheckedOut({ root }: Project): boolean {
  const checkout = findCheckout(root);
  return checkout !== undefined && listsBelow(checkout.git, GATE_FOLDER);
}

/** The place in git's folder; `undefined` without git, and for one that does not know this checkout. */
export function gitPlace(project: Project): VersionPlace | undefined {
  const place = commonPlace(project);
  if (place === undefined) return undefined;
  const below = relative(place.files, project.root).split(sep).filter(Boolean);
  return { project: place.common, path: `${COMMON_FOLDER}/history/${nameOf([place.name, ...below])}` };
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

/** One name for a way of folders, and for each way another one. */
function nameOf(way: readonly string[]): string {
  const name = way.join("__");
  const mark = fingerprint(way.join("/"));
  const whole = way.some((segment) => /^_|__|_$/.test(segment)) ? `${name}-${mark}` : name;
  return faultOfName(whole) === undefined ? whole : mark;
}
