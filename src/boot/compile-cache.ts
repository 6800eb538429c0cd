/**
 * Code that V8 compiled when the program was built, taken in by Node itself where it
 * can do that (from 22 on).
 *
 * Node writes what it misses when the process ends, and names the folder by its own
 * version, the machine and the user. So a folder for this process must be there
 * already: commands that must write nothing write no cache either.
 */
import { readdirSync, rmdirSync } from "node:fs";
import * as module from "node:module";
import { join } from "node:path";

/** Loads what follows with the code in `folder`, if it was compiled for this Node, machine and user. */
export function useCompileCache(folder: string): void {
  // Its type is that of the oldest Node.
  const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => { directory?: string } };
  const name = enableCompileCache && nameIn(folder);
  if (!name) return;
  const { directory } = enableCompileCache(folder);
  // Made for other flags of V8, and empty: what has no folder is not written.
  if (directory !== undefined && directory !== join(folder, name)) attempt(() => rmdirSync(directory));
}

function nameIn(folder: string): string | undefined {
  const user = process.getuid === undefined ? "" : `-${process.getuid()}`;
  return attempt(() => readdirSync(folder))?.find(
    (name) => name.startsWith(`${process.version}-${process.arch}-`) && name.endsWith(user),
  );
}

/** Nothing that hinders it is anybody's error. */
function attempt<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch {
    return undefined;
  }
}
