/** Files of our own that arrive whole, by a rename, and are not flushed: what they hold can be lost and made again. */
import { closeQuietly, removeQuietly, writeAll } from "../guard/descriptor.ts";
import type { Folder } from "../guard/path.ts";
import { FLAGS, system } from "../guard/system.ts";
import { temporaryName } from "../guard/temporary.ts";

/** Puts a file in place of any other of its name; nothing is left of one that could not be written whole. */
export function putUnflushed(folder: Folder, name: string, bytes: Uint8Array): void {
  const temporary = temporaryName(name);
  const flags = FLAGS.write | FLAGS.create | FLAGS.exclusive | FLAGS.noFollow;
  const descriptor = system.openSync(folder.at(temporary), flags, 0o600);
  try {
    writeAll(descriptor, bytes);
    system.renameSync(folder.at(temporary), folder.at(name));
  } catch (error) {
    removeQuietly(folder, temporary);
    throw error;
  } finally {
    closeQuietly(descriptor);
  }
}
