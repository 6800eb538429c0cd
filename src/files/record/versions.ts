/** What is kept of documents: the versions that the gate wrote or met. Reads only; see `store-version` for how they come to be. */
import { GateError } from "../../base/errors.ts";
import { faultOfName } from "../../base/ids.ts";
import { printable } from "../../base/line.ts";
import { openFolder } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import type { Version } from "./version.ts";
import { isId, PENDING } from "./version-id.ts";
import { ownPlace } from "./version-places.ts";
import { copiesOn, firstOf, newestOn, quietly, withShelves } from "./version-shelves.ts";
import { versionsBefore } from "./versions-before.ts";

/** The versions of one document or of all, newest first, at most `limit` of them. */
export function listVersions(
  project: Project,
  document?: string,
  limit: number = Number.POSITIVE_INFINITY,
): readonly Version[] {
  return withShelves(project, document, (shelves) => {
    const read: Version[] = [];
    for (const copies of copiesOn(shelves)) {
      // What made a version of schema 1 stands in the one before it: with one of those, all are read.
      if (read.length >= limit && !read.some(({ replaced }) => replaced)) break;
      const version = firstOf(copies, document);
      if (version !== undefined) read.push(version);
    }
    return versionsBefore(read).slice(0, limit);
  });
}

/** The newest version that its document has had; `undefined` without one. */
export function newestVersion(project: Project, document: string): Version | undefined {
  return withShelves(project, document, (shelves) => newestOn(shelves, document));
}

/** As `newestVersion`, for those who ask at every turn: the second place is looked at only where the project has none. */
export function newestNear(project: Project, document: string): Version | undefined {
  return (
    withShelves(project, document, (shelves) => newestOn(shelves, document), "own") ?? newestVersion(project, document)
  );
}

/** The keys of the documents of which versions may lie in the project; none where that cannot be read. */
export function documentKeys(project: Project): ReadonlySet<string> {
  const names = quietly(() => {
    const folder = openFolder(project, ownPlace(project).path);
    try {
      return folder?.names();
    } finally {
      folder?.close();
    }
  });
  return new Set(names);
}

/** Whether the gate has ever written or met this document, as far as it remembers. */
export function hasVersions(project: Project, document: string): boolean {
  return newestVersion(project, document) !== undefined;
}

/**
 * Reads a version; whose it is need not be known, but is found faster with it.
 * `NOT_FOUND`, `UNSAFE_PATH` for an id that could be no name, `CORRUPT` for a torn file.
 */
export function readVersion(
  project: Project,
  id: string,
  document?: string,
): { readonly version: Version; readonly bytes: Uint8Array } {
  const fault = faultOfName(id);
  if (fault !== undefined) {
    throw new GateError("UNSAFE_PATH", `Cannot use version ${JSON.stringify(printable(id))}: ${fault}`, {
      hint: "Give an id that gate history prints.",
    });
  }
  return withShelves(project, document, (shelves) => {
    let torn: string | undefined;
    for (const { folder, names, read } of isId(id) ? shelves : []) {
      for (const name of [id, `${id}${PENDING}`].filter((one) => names.includes(one))) {
        const { version, bytes } = read(name, true) ?? {};
        if (version !== undefined && bytes !== undefined) return { version, bytes };
        torn ??= `${folder.path}/${name}`;
      }
    }
    if (torn !== undefined) {
      throw new GateError("CORRUPT", `Cannot read version ${id}: its file is damaged`, {
        path: torn,
        hint: "Choose another version with: gate history",
      });
    }
    throw new GateError("NOT_FOUND", `Cannot find version ${printable(id)}: there is none with this id`, {
      hint: "Give an id that gate history prints.",
    });
  });
}

/** The bytes of a version; `undefined` where its file is torn, or was let go of meanwhile, because a reader takes no lock. */
export function bytesOfVersion(project: Project, { id, path }: Pick<Version, "id" | "path">): Uint8Array | undefined {
  try {
    return readVersion(project, id, path).bytes;
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return undefined;
  }
}
