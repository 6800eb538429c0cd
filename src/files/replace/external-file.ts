/**
 * Files that another program hands over to be read and written: git's, at a merge.
 *
 * They belong to who named them and may lie anywhere, so neither the guard of the
 * state tree nor its locks and history apply: git made `%A` a moment ago for this
 * very process, waits for it, and takes it into the work tree itself. What applies
 * is that nobody finds half a file: it is written beside and renamed, and where that
 * fails it is as it was.
 */
import { basename, dirname, join, resolve } from "node:path";
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { closeQuietly, readAll, requireSize, writeAll } from "../guard/descriptor.ts";
import { attempt, explained } from "../guard/errors.ts";
import { FLAGS, system } from "../guard/system.ts";
import { replaceUnflushed } from "../guard/temporary.ts";

/** Reads a file whole, its path relative to `cwd`. `INVALID_ARGUMENT` beyond `limit` bytes, `IO` where it cannot be read. */
export function readExternal(path: string, cwd: string, limit: number): Uint8Array {
  return explained("read", path, () => {
    const descriptor = system.openSync(resolve(cwd, path), FLAGS.read | FLAGS.noWait);
    try {
      const bytes = readAll(descriptor, limit + 1, Number(system.fstatSync(descriptor).size));
      if (bytes.length <= limit) return bytes;
    } finally {
      closeQuietly(descriptor);
    }
    throw new GateError("INVALID_ARGUMENT", `Cannot read ${printable(path)}: it is larger than ${limit / 1024} KiB`, {
      path,
      hint: "Merge it by hand.",
    });
  });
}

/** Lets nobody but its owner read, change or run a program of the person's. */
export function chmodProgram(path: string): void {
  explained("change the mode of", path, () => {
    const descriptor = system.openSync(path, FLAGS.read | FLAGS.noFollow);
    try {
      system.fchmodSync(descriptor, 0o700);
    } finally {
      closeQuietly(descriptor);
    }
  });
}

/** Makes a folder of the person's with all above it. */
export function makePersonalFolder(path: string): void {
  explained("make folder", path, () => {
    system.mkdirSync(path, { recursive: true, mode: 0o700 });
  });
}

/** Replaces a file that is there, its mode kept. `IO` where that fails; then it is as it was. */
export function replaceExternal(path: string, cwd: string, bytes: Uint8Array): void {
  explained("write", path, () => {
    const target = system.realpathSync(resolve(cwd, path));
    const mode = Number(system.statSync(target).mode) & 0o777;
    const folder = { at: (name: string) => join(dirname(target), name) };
    replaceUnflushed(folder, basename(target), mode, (descriptor) => {
      writeAll(descriptor, bytes);
      requireSize(descriptor, bytes.length);
      // What the umask took away.
      attempt(() => system.fchmodSync(descriptor, mode));
    });
  });
}
