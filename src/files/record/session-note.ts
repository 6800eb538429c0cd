/**
 * What a hook remembers of an agent's session until its next call: a small file
 * below `.claude/.gate/sessions`.
 *
 * Only hooks that may write have one. It arrives whole, by a rename, is not
 * flushed, and may be deleted at any time: without it a hook says a thing once more
 * at worst. Sessions end without telling, so only the newest notes are kept.
 */

import { faultOfName } from "../../base/ids.ts";
import { parseObject } from "../../base/json.ts";
import { putUnflushed } from "../cache/volatile.ts";
import { removeQuietly } from "../guard/descriptor.ts";
import { ensureFolders, ensureGateFolder } from "../guard/folders.ts";
import { type Folder, openFolder, statsAt } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { sweepFolder } from "../guard/temporary.ts";
import { readHead } from "../read/read.ts";

const FOLDER = `${GATE_FOLDER}/sessions`;
const MAX_SIZE = 4096;
const KEPT = 50;

/** Reads the note of a session; `undefined` where there is none that can be read. */
export function readNote(project: Project, session: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const file = readHead(project, `${FOLDER}/${nameOf(session)}`, MAX_SIZE);
    return file.kind === "file" ? parseObject(Buffer.from(file.bytes).toString()) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the note in place of an earlier one; `false` where that failed. */
export function writeNote(project: Project, session: string, note: Readonly<Record<string, unknown>>): boolean {
  try {
    const name = nameOf(session);
    ensureGateFolder(project);
    ensureFolders(project, [FOLDER]);
    const folder = openFolder(project, FOLDER);
    if (folder === undefined) return false;
    try {
      const isNew = statsAt(folder.at(name)) === undefined;
      putUnflushed(folder, name, Buffer.from(`${JSON.stringify(note)}\n`));
      if (isNew) prune(folder);
      return true;
    } finally {
      folder.close();
    }
  } catch {
    return false;
  }
}

function nameOf(session: string): string {
  const name = `${session.replaceAll(":", "-")}.json`;
  if (faultOfName(name) !== undefined) throw new Error(`${JSON.stringify(session)} cannot be the name of a note`);
  return name;
}

function prune(folder: Folder): void {
  const notes = folder.names().filter((name) => name.endsWith(".json"));
  if (notes.length <= KEPT) return;
  const aged = notes.map((name) => ({ name, modified: Number(statsAt(folder.at(name))?.mtimeMs ?? 0) }));
  aged.sort((one, other) => other.modified - one.modified);
  for (const { name } of aged.slice(KEPT)) {
    removeQuietly(folder, name);
    sweepFolder(folder, name, false);
  }
}
