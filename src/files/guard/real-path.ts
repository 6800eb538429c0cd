/** Where a path really leads, for paths that need not exist and may be anywhere on the machine. */
import { basename, dirname, join } from "node:path";
import { codeOf } from "./code.ts";
import { system } from "./system.ts";

/** So many folders that do not exist are looked beyond. */
const DEEPEST = 64;

/**
 * The real path: links resolved in all of it, or but in its last part without
 * `follow`, as those see it who remove or rename. What does not exist keeps its
 * names. `undefined` where it cannot be told.
 */
export function realPlace(path: string, follow: boolean): string | undefined {
  if (path.includes("\0")) return undefined;
  if (!follow) {
    const folder = realPlace(dirname(path), true);
    if (folder === undefined) return undefined;
    return join(folder, spelledIn(folder, basename(path)));
  }
  const missing: string[] = [];
  for (let at = path; missing.length <= DEEPEST; at = dirname(at)) {
    try {
      return join(system.realpathSync(at), ...missing);
    } catch (error) {
      const code = codeOf(error);
      if (code !== "ENOENT" && code !== "ENOTDIR") return undefined;
    }
    if (dirname(at) === at) return undefined;
    missing.unshift(basename(at));
  }
  return undefined;
}

/** The name as the disk has it, where the file system ignores case. */
function spelledIn(folder: string, name: string): string {
  if (system.platform === "linux") return name;
  try {
    const names = system.readdirSync(folder);
    const folded = name.normalize("NFC").toLowerCase();
    return names.includes(name) ? name : (names.find((each) => each.normalize("NFC").toLowerCase() === folded) ?? name);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return name;
  }
}

/** Whether this is a link, a broken one too. */
export function isLink(path: string): boolean {
  try {
    return system.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}

/** Whether there is anything at a path. */
export function isThere(path: string): boolean {
  try {
    return system.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}
