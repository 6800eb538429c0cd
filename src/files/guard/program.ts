/**
 * Programs of the system, found by PATH alone. Windows would look into the current
 * folder first, and nothing that lies in a project may ever be run; relative
 * entries of PATH mean the current folder too.
 */
import { delimiter, isAbsolute, join } from "node:path";
import { attempt } from "./errors.ts";
import { system } from "./system.ts";

/** The full path of a program, or `undefined` where none of PATH's folders holds it. */
export function findProgram(name: string, path: string | undefined): string | undefined {
  const file = system.platform === "win32" ? `${name}.exe` : name;
  return (path ?? "")
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, file))
    .find(isProgram);
}

/** Whether a file can be run as a program. */
export function isProgram(path: string): boolean {
  let is = false;
  attempt(() => {
    const stats = system.statSync(path);
    is = stats.isFile() && (system.platform === "win32" || (stats.mode & 0o111) !== 0);
  });
  return is;
}
