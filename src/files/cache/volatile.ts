/**
 * Small files of our own below `.claude/.gate` that may be gone at any time.
 *
 * They arrive whole, by a rename, are not flushed, and spare work or add a word: who
 * reads one is right without it. So no failure of one is anybody's error.
 */
import { writeAll } from "../guard/descriptor.ts";
import { attempt } from "../guard/errors.ts";
import { type Folder, openFolder, split, statsAt } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { replaceUnflushed, sweepFolder } from "../guard/temporary.ts";
import { exists, type ReadResult, readHead } from "../read/read.ts";

/** The first bytes of a volatile file; `undefined` where the system or the guard of paths refuses to read it. */
export function readVolatile(project: Project, path: string, bytes: number): ReadResult | undefined {
  return quietly(() => readHead(project, path, bytes));
}

/** Whether there is something to read. */
export function hasVolatile(project: Project, path: string): boolean {
  return quietly(() => exists(project, path)) ?? false;
}

/**
 * Writes a volatile file in place of an earlier one and says whether it did. Who holds
 * the lock of what the file is about is its only writer, so that whatever else bears
 * its name in part was left by one who died; without the lock that is looked for only
 * where there is no such file yet.
 */
export function replaceVolatile(project: Project, path: string, bytes: Uint8Array, locked = false): boolean {
  return inFolderOf(project, path, (folder, name) => {
    if (locked || statsAt(folder.at(name)) === undefined) sweepFolder(folder, name, locked);
    replaceUnflushed(folder, name, 0o600, (descriptor) => writeAll(descriptor, bytes));
  });
}

/** Removes a volatile file, or whatever else is no folder and has its name, and says whether it did. */
export function removeVolatile(project: Project, path: string): boolean {
  return inFolderOf(project, path, (folder, name) => system.unlinkSync(folder.at(name)));
}

/**
 * Does something in the open folder of a volatile file and says whether it was done. A
 * folder in the gate's own is made where it is missing; the gate's own never is.
 */
export function inFolderOf(project: Project, path: string, use: (folder: Folder, name: string) => void): boolean {
  const done = quietly(() => {
    const { parent, name } = split(path);
    const folder = openFolder(project, parent) ?? makeFolder(project, parent);
    if (folder === undefined) return false;
    try {
      use(folder, name);
      return true;
    } finally {
      folder.close();
    }
  });
  return done ?? false;
}

function makeFolder(project: Project, path: string): Folder | undefined {
  const { parent, name } = split(path);
  const above = parent === GATE_FOLDER ? openFolder(project, parent) : undefined;
  if (above === undefined) return undefined;
  attempt(() => system.mkdirSync(above.at(name), 0o700));
  above.close();
  const made = openFolder(project, path);
  made?.giveToOwner();
  return made;
}

/** Failures of the system and refusals of this room mean that there is nothing; faults of the program are not hidden. */
export function quietly<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
