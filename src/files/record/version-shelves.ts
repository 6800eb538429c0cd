/** What is read of versions in both places: a version is there as long as one of its files is in order. */
import { GateError } from "../../base/errors.ts";
import { codeOf, explained } from "../guard/errors.ts";
import type { Folder } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import type { Version } from "./version.ts";
import { readVersionFile } from "./version-file.ts";
import { idIn, idsIn, isId } from "./version-id.ts";
import { foldersIn, gitPlace, ownPlace } from "./version-places.ts";

/** An open folder of versions and the names in it. */
export interface Shelf {
  readonly folder: Folder;
  readonly names: readonly string[];
  readonly read: (name: string, whole: boolean) => ReturnType<typeof readVersionFile>;
}

/** A file of a version. The same one can be in either place, and be torn in one of them. */
interface Copy {
  readonly shelf: Shelf;
  readonly name: string;
}

/**
 * Does something with the versions of one document or of all, the project's own first.
 * The second place is a service: what cannot be read there is not there.
 */
export function withShelves<T>(
  project: Project,
  document: string | undefined,
  use: (shelves: readonly Shelf[]) => T,
  places: "own" | "both" = "both",
): T {
  const folders: Folder[] = [];
  const open = (found: readonly Folder[]): readonly Folder[] => {
    folders.push(...found);
    return found;
  };
  try {
    const shelves = open(foldersIn(ownPlace(project), document)).map((folder): Shelf => {
      const { path } = folder;
      const read = (name: string, whole: boolean) =>
        explained("read the history in", path, () => readNamed(folder, name, whole));
      return { folder, names: explained("list", path, () => folder.names()), read };
    });
    quietly(() => {
      const place = places === "own" ? undefined : gitPlace(project);
      for (const folder of place === undefined ? [] : open(foldersIn(place, document))) {
        const read = (name: string, whole: boolean) => quietly(() => readNamed(folder, name, whole));
        shelves.push({ folder, names: folder.names(), read });
      }
    });
    return use(shelves);
  } finally {
    for (const folder of folders) folder.close();
  }
}

/** Between two looks a version can get its final name. */
function readNamed(folder: Folder, name: string, whole: boolean): ReturnType<typeof readVersionFile> {
  return readVersionFile(folder, name, whole) ?? (isId(name) ? undefined : readVersionFile(folder, idIn(name)!, whole));
}

/** Takes a step that is a service: a failure of the machine is nobody's error. */
export function quietly<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof GateError) && codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/** The files of each version, newest version first; of one version those first that say it was written. */
export function copiesOn(shelves: readonly Shelf[]): readonly (readonly Copy[])[] {
  const found = new Map<string, Copy[]>();
  for (const shelf of shelves) {
    for (const name of shelf.names) {
      const id = idIn(name);
      if (id === undefined) continue;
      const copies = found.get(id);
      if (copies === undefined) found.set(id, [{ shelf, name }]);
      else copies.push({ shelf, name });
    }
  }
  return [...found]
    .sort(([one], [other]) => (one < other ? 1 : -1))
    .map(([, copies]) => copies.sort((one, other) => one.name.length - other.name.length));
}

/** The version in the first of its files that is in order and, where one is asked for, of this document. */
export function firstOf(copies: readonly Copy[], document: string | undefined): Version | undefined {
  for (const { shelf, name } of copies) {
    const version = shelf.read(name, false)?.version;
    if (version !== undefined && (document === undefined || version.path === document)) return version;
  }
  return undefined;
}

/** The newest version that the document is known to have had. */
export function newestOn(shelves: readonly Shelf[], document: string): Version | undefined {
  for (const copies of copiesOn(shelves)) {
    const named = copies.filter(({ name }) => isId(name));
    const version = firstOf(named, document);
    if (version !== undefined) return version;
  }
  return undefined;
}

/** The newest id of all, be its version torn or not written. */
export function newestId(shelves: readonly Shelf[]): string | undefined {
  return idsIn(shelves.flatMap(({ names }) => names)).at(-1);
}
