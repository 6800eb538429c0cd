/**
 * Small files below `.claude/.gate/cache` that spare work and may be gone at any time.
 *
 * They arrive whole, by a rename, and are not flushed. Readers never make them, and
 * no failure of one is anybody's error.
 */
import { attempt } from "../guard/errors.ts";
import { type Folder, openFolder, statsAt } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { sweepFolder } from "../guard/temporary.ts";
import { MAX_BYTES, readHead } from "../read/read.ts";
import { putUnflushed } from "./volatile.ts";

const NAME = "cache";
const FOLDER = `${GATE_FOLDER}/${NAME}`;

/** The bytes of a kept file; `undefined` where there is none that can be read. */
export function readKept(project: Project, name: string): Uint8Array | undefined {
  try {
    const file = readHead(project, `${FOLDER}/${name}`, MAX_BYTES);
    return file.kind === "file" ? file.bytes : undefined;
  } catch (error) {
    return nothing(error);
  }
}

/** Writes a kept file in place of an earlier one, where the gate has a folder of its own; not where that fails. */
export function writeKept(project: Project, name: string, bytes: Uint8Array): void {
  if (bytes.length > MAX_BYTES) return;
  try {
    const folder = openFolder(project, FOLDER) ?? makeFolder(project);
    if (folder === undefined) return;
    try {
      attempt(() => replace(folder, name, bytes));
    } finally {
      folder.close();
    }
  } catch (error) {
    nothing(error);
  }
}

function makeFolder(project: Project): Folder | undefined {
  const above = openFolder(project, GATE_FOLDER);
  if (above === undefined) return undefined;
  attempt(() => system.mkdirSync(above.at(NAME), 0o700));
  above.close();
  return openFolder(project, FOLDER);
}

function replace(folder: Folder, name: string, bytes: Uint8Array): void {
  if (statsAt(folder.at(name)) === undefined) sweepFolder(folder, name, false);
  putUnflushed(folder, name, bytes);
}

/** Failures of the system and refusals of this room mean that there is nothing; faults of the program are not hidden. */
function nothing(error: unknown): undefined {
  if (error instanceof Error && "code" in error) return undefined;
  throw error;
}
