/** The folders made in a project. */
import { GateError } from "../../base/errors.ts";
import { codeOf } from "./code.ts";
import { makeNew, writeAll } from "./descriptor.ts";
import { attempt, explained } from "./errors.ts";
import { openFolder, requireOwn, split, statsAt } from "./path.ts";
import { GATE_FOLDER, type Project } from "./project.ts";
import { system } from "./system.ts";

/**
 * Makes the folders that are missing, those above them too, and returns those it
 * made. Each is durable before the next step. A link that leaves the project is
 * refused with `UNSAFE_PATH`.
 */
export function ensureFolders(project: Project, paths: readonly string[]): string[] {
  const made: string[] = [];
  for (const path of paths) {
    if (path !== ".claude") requireOwn(project, path);
    const segments = path.split("/");
    for (let depth = 1; depth <= segments.length; depth++) {
      const folder = segments.slice(0, depth).join("/");
      if (makeFolder(project, folder)) made.push(folder);
    }
  }
  return made;
}

/** Removes a folder that `ensureFolders` has made, if nothing is in it any more; says whether it did. */
export function removeEmptyFolder(project: Project, path: string): boolean {
  requireOwn(project, path);
  const { parent, name } = split(path);
  const above = openFolder(project, parent);
  if (above === undefined) return false;
  try {
    return attempt(() => system.rmdirSync(above.at(name)));
  } finally {
    above.close();
  }
}

/** Makes `.claude/.gate` with a `.gitignore` that keeps all of it out of git. */
export function ensureGateFolder(project: Project): void {
  ensureFolders(project, [GATE_FOLDER]);
  const folder = openFolder(project, GATE_FOLDER);
  if (folder === undefined) return;
  try {
    if (statsAt(folder.at(".gitignore")) !== undefined) return;
    explained("write", `${GATE_FOLDER}/.gitignore`, () => {
      try {
        makeNew(folder, ".gitignore", 0o644, (descriptor) => writeAll(descriptor, Buffer.from("*\n")));
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
    });
  } finally {
    folder.close();
  }
}

function makeFolder(project: Project, path: string): boolean {
  const present = openFolder(project, path);
  if (present !== undefined) {
    present.close();
    return false;
  }
  const { parent, name } = split(path);
  const above = openFolder(project, parent);
  if (above === undefined)
    throw new GateError("NOT_FOUND", `Cannot make ${path}: the folder above it is gone`, { path });
  try {
    try {
      explained("make folder", path, () => system.mkdirSync(above.at(name)));
    } catch (error) {
      if (!(error instanceof GateError) || codeOf(error.cause) !== "EEXIST") throw error;
      return requireMade(project, path);
    }
    const made = openFolder(project, path);
    made?.giveToOwner();
    made?.sync();
    made?.close();
    if (!above.sync()) {
      throw new GateError("IO", `Cannot make folder ${path}: the disk did not confirm it`, {
        path,
        hint: "Check the disk, then try again.",
      });
    }
    return true;
  } finally {
    above.close();
  }
}

/** Something has the name already: fine if another process has just made the folder, else in the way. */
function requireMade(project: Project, path: string): false {
  const folder = openFolder(project, path);
  if (folder === undefined) {
    throw new GateError("UNSAFE_PATH", `Cannot make folder ${path}: a file or a broken link has its name`, {
      path,
      hint: "Move it out of the way.",
    });
  }
  folder.close();
  return false;
}
