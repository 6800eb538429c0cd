/**
 * What a writer that died leaves beside a document: its temporary files.
 *
 * Whoever holds the lock of the document knows that every temporary of our own
 * making is an orphan. Those of other programs are given an hour.
 */
import { makeNew, type Reach, removeQuietly } from "./descriptor.ts";
import { attempt } from "./errors.ts";
import { type Folder, openFolder, split, statsAt } from "./path.ts";
import type { Project } from "./project.ts";
import { system } from "./system.ts";

const ORPHANED_AFTER = 3_600_000;

/** A name for a temporary file beside `name` that nobody can guess. */
export function temporaryName(name: string): string {
  return `.${name}.${system.random(6)}.tmp`;
}

/**
 * Has a file written beside its place and puts it there by a rename, whatever has its
 * name; where that fails, all is as it was. Not flushed: for what may be lost with the machine.
 */
export function replaceUnflushed(folder: Reach, name: string, mode: number, write: (descriptor: number) => void): void {
  const temporary = temporaryName(name);
  makeNew(folder, temporary, mode, write);
  try {
    system.renameSync(folder.at(temporary), folder.at(name));
  } catch (error) {
    removeQuietly(folder, temporary);
    throw error;
  }
}

/**
 * Removes the orphaned temporary files of a document from its folder and returns
 * their names. The caller holds the lock of the document. What cannot be removed is
 * left for the next time.
 */
export function sweepTemporaries(project: Project, folder: string, document: string): string[] {
  const { name } = split(document);
  const opened = openFolder(project, folder);
  if (opened === undefined) return [];
  try {
    return sweepFolder(opened, name, true);
  } finally {
    opened.close();
  }
}

/** Sweeps an open folder; `locked` says that the lock of this very document is held. */
export function sweepFolder(folder: Folder, name: string, locked: boolean): string[] {
  const swept: string[] = [];
  attempt(() => {
    for (const present of folder.names()) {
      if (!present.startsWith(`.${name}.`) || !present.endsWith(".tmp")) continue;
      const middle = present.slice(name.length + 2, -4);
      // A dot would make it a temporary of another document whose name begins like ours.
      if (middle === "" || middle.includes(".")) continue;
      const stats = statsAt(folder.at(present));
      if (stats === undefined || stats.isDirectory()) continue;
      const ours = locked && /^[0-9a-f]{12}$/.test(middle);
      if (!ours && system.now() - Number(stats.mtimeMs) <= ORPHANED_AFTER) continue;
      removeQuietly(folder, present);
      swept.push(present);
    }
  });
  return swept;
}
