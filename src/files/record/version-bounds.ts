/** What keeps the versions of a project within their bounds, and their copies in the second place. Runs once a version is written. */
import {
  closeQuietly,
  linkNew,
  makeNew,
  openRegular,
  readAll,
  removeQuietly,
  writeAll,
  writeNew,
} from "../guard/descriptor.ts";
import { ensureFolders, removeEmptyFolder } from "../guard/folders.ts";
import { type Folder, isSameFile, openFolder, statsAt } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { NEVER_THINNED, thinned } from "./thinning.ts";
import { DEFLATED_FROM, encodeVersion, readVersionFile } from "./version-file.ts";
import { idIn, idsIn, instantOf, PENDING } from "./version-id.ts";
import { folderOfVersions, foldersIn, gitPlace, isCheckedOut, ownPlace } from "./version-places.ts";

/** The most that the versions of a project take, in bytes; a little less than 32 MiB, because it is not summed up each time. */
const MOST = 31 * 1024 * 1024;
/** So many of the newest are looked for in the second place. */
const MIRRORED = 50;

/** Lets go of what the bounds of one document do not keep. */
export function thin(folder: Folder, now: number): void {
  const ids = idsIn(folder.names());
  for (const id of thinned(ids, now, (each) => timeOf(folder, each, now))) remove(folder, id);
}

/** When a version was made. After a clock was set back ids go on from the newest; then the version says it itself. */
function timeOf(folder: Folder, id: string, now: number): number {
  const instant = instantOf(id);
  return instant <= now ? instant : (readVersionFile(folder, id, false)?.version.timestamp ?? instant);
}

/** Deflates a version that is not open any more; in the second place it is then put anew. */
export function pack(project: Project, document: string, folder: Folder, id: string): void {
  const { version, bytes } = readVersionFile(folder, id, true) ?? {};
  if (version === undefined) return;
  const place = gitPlace(project);
  const seconds = place === undefined ? [] : foldersIn(place, document);
  const isLong = version.size >= DEFLATED_FROM;
  for (const second of seconds) {
    // A copy that is no link has not followed.
    if (isLong || !isSameFile(statsAt(folder.at(id)), statsAt(second.at(id)))) removeQuietly(second, id);
    second.close();
  }
  if (!isLong) return;
  removeQuietly(folder, PACKED);
  writeNew(folder, PACKED, encodeVersion(document, { ...version, bytes, isOpen: false }), 0o600);
  system.renameSync(folder.at(PACKED), folder.at(id));
}

/** A file under this name is of nobody any more. */
const PACKED = "packed";

/** Puts the newest versions into the second place as well, as links where the file system has them across. */
export function mirror(project: Project, document: string, folder: Folder, now: number): void {
  const place = gitPlace(project);
  // What came with a checkout must not outlive it under the name of the gate.
  if (place === undefined || isCheckedOut(project)) return;
  const path = folderOfVersions(place, document);
  const second = openFolder(place.project, path) ?? makeFolder(place.project, path);
  if (second === undefined) return;
  try {
    const there = new Set(second.names());
    const names = folder.names().filter((name) => !name.endsWith(PENDING));
    for (const id of idsIn(names).slice(-MIRRORED)) {
      if (!there.has(id) && linkNew(folder, id, second, id) === undefined) copy(folder, id, second);
    }
    thin(second, now);
  } finally {
    second.close();
  }
}

function makeFolder(project: Project, path: string): Folder | undefined {
  ensureFolders(project, [path]);
  return openFolder(project, path);
}

function copy(folder: Folder, id: string, second: Folder): void {
  const opened = openRegular(folder, id);
  if (opened.kind !== "file") return;
  try {
    const bytes = readAll(opened.descriptor, Number.POSITIVE_INFINITY, Number(opened.stats.size));
    makeNew(second, id, 0o600, (descriptor) => writeAll(descriptor, bytes));
  } finally {
    closeQuietly(opened.descriptor);
  }
}

/**
 * Lets the oldest versions of the project go where all of them take more than 32 MiB, never
 * the newest 20 of a document. Summing up costs a look at each, so it is done for every
 * large version and for one in sixteen of the others.
 */
export function makeRoom(project: Project, folder: Folder, id: string): void {
  if (instantOf(id) % 16 !== 0 && Number(statsAt(folder.at(id))?.size ?? 0) < LARGE) return;
  for (const place of [ownPlace(project), gitPlace(project)]) {
    const folders = place === undefined ? [] : foldersIn(place);
    try {
      makeRoomIn(folders);
    } finally {
      for (const one of folders) one.close();
    }
  }
}

const LARGE = 65_536;

/** Lets go of all versions of a document that somebody wants gone for good. */
export function forget(project: Project, document: string): void {
  for (const place of [ownPlace(project), gitPlace(project)]) {
    for (const folder of place === undefined ? [] : foldersIn(place, document)) {
      for (const name of folder.names()) {
        // Two documents can share a folder.
        const isOwn = idIn(name) !== undefined && readVersionFile(folder, name, false)?.version.path === document;
        if (isOwn) removeQuietly(folder, name);
      }
      folder.close();
      removeEmptyFolder(place!.project, folder.path);
    }
  }
}

function makeRoomIn(folders: readonly Folder[]): void {
  let total = 0;
  const old: { readonly id: string; readonly folder: Folder; readonly size: number }[] = [];
  for (const folder of folders) {
    const ids = idsIn(folder.names());
    for (const [at, id] of ids.entries()) {
      const size = Number((statsAt(folder.at(id)) ?? statsAt(folder.at(`${id}${PENDING}`)))?.size ?? 0);
      total += size;
      if (at < ids.length - NEVER_THINNED) old.push({ id, folder, size });
    }
  }
  for (const { id, folder, size } of old.sort((one, other) => (one.id < other.id ? -1 : 1))) {
    if (total <= MOST) return;
    remove(folder, id);
    total -= size;
  }
}

function remove(folder: Folder, id: string): void {
  for (const name of [id, `${id}${PENDING}`]) removeQuietly(folder, name);
}
