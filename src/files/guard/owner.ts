/**
 * Who new files belong to: the owner of their folder, where this process may give them
 * away. An agent that runs as root in a container would else lock the owner of the project
 * out of it.
 */
import { codeOf } from "./code.ts";
import { system } from "./system.ts";

/** Gives an open file or folder of our own making to the owner of the folder around it. */
export function giveToOwnerOf(folder: string, descriptor: number): void {
  if (!system.isRoot()) return;
  try {
    const { uid, gid } = system.statSync(folder);
    const own = system.fstatSync(descriptor);
    if (own.uid !== uid || own.gid !== gid) system.fchownSync(descriptor, uid, gid);
  } catch (error) {
    // Some file systems have no owners; the file is no worse for it.
    if (codeOf(error) === undefined) throw error;
  }
}
