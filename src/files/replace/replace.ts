/**
 * Replacing one file: a reader sees the old bytes or the new ones, never a
 * mixture, and after a crash the same holds on the disk.
 *
 *   1. the folder is inside the project, the target a regular file or absent
 *   2. a temporary sibling nobody could plant a link for      same file system
 *   3. every byte written, the size compared                  a full disk is noticed
 *   4. fsync the file; never tried twice                      data before its name
 *   5. the lock is still ours, the bytes are those the change was computed from;
 *      rename as the very next call                           the atomic step
 *   6. fsync the folder                                       the rename is durable
 *   7. only now success
 *
 * A failure up to the rename removes the temporary and leaves the target alone; a
 * failure after it is `durable: false` and never an exception, because the change
 * was made. Editors take no locks: the old file stays open over the rename, and
 * what an editor wrote into it in that moment is kept beside it.
 * Model: `proof/commit.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { isSameBytes } from "../../base/same.ts";
import {
  closeQuietly,
  holds,
  linkNew,
  makeNew,
  type Opened,
  openRegular,
  readAll,
  removeQuietly,
  requireSize,
  writeAll,
  writeNew,
} from "../guard/descriptor.ts";
import { asGateError, codeOf } from "../guard/errors.ts";
import { isSameFile, type Located, locate, requireOwn, type Stats, statsAt } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { FLAGS, system } from "../guard/system.ts";
import { sweepFolder, temporaryName } from "../guard/temporary.ts";
import type { Lock } from "../lock/held-lock.ts";

/** The document is not the one the change was computed from: compute it again. A signal for the gate, not for people. */
export class ChangedOnDisk extends Error {
  override readonly name = "ChangedOnDisk";
  readonly path: string;

  constructor(path: string) {
    super(`${path} was changed by another program`);
    this.path = path;
  }
}

export interface ReplaceOptions {
  /** The bytes the change was computed from; `undefined` where the file must not exist. */
  readonly expected: Uint8Array | undefined;
  /** The lock under which the change was computed. */
  readonly lock: Lock;
  /** The mode of a new file before the umask, 0o644 by default. An existing file keeps its own. */
  readonly mode?: number | undefined;
  /** An existing file gets `mode` too, for what nobody else may read. */
  readonly setMode?: boolean;
}

/** What an editor wrote into a file in the moment in which its name was taken. */
export interface Conflict {
  /** Where the bytes are that an editor wrote into the old file in the last moment. */
  readonly conflictCopy?: string;
  /** Why those bytes could not be kept. */
  readonly conflictError?: GateError;
}

export interface Replaced extends Conflict {
  /** The file was written where it is, because a mount holds its name: not whole at every moment, but it is done. */
  readonly inPlace?: boolean;
  /** `false`: the change was made, but the disk did not confirm that it survives a power cut. */
  readonly durable: boolean;
}

/** Longer than this, in milliseconds, a rename refused by Windows is not tried again; pauses double from 10. */
const LONGEST_PAUSE = 640;
const REFUSALS = new Set(["EPERM", "EACCES", "EBUSY"]);
/** An editor that was caught writing gets this long to finish. */
const SETTLING = 50;

/**
 * Replaces a document, or makes it. Throws `ChangedOnDisk` where the file is not
 * what was expected, `LOCKED` where the lock was lost, `UNSAFE_PATH`, `NOT_FOUND`
 * without its folder, and `IO`; in all these cases nothing was changed.
 */
export function replaceFile(project: Project, path: string, bytes: Uint8Array, options: ReplaceOptions): Replaced {
  requireOwn(project, path);
  try {
    for (let pause = 10; ; pause *= 2) {
      try {
        return replaceOnce(project, path, bytes, options);
      } catch (error) {
        if (system.platform !== "win32" || pause > LONGEST_PAUSE || !isRefusedRename(error)) throw error;
        system.pause(pause);
      }
    }
  } catch (error) {
    throw asGateError(error, "write", path);
  }
}

/** Fails with `LOCKED` unless the lock is still ours. */
export function requireHeld(lock: Lock, path: string): void {
  if (lock.isHeld()) return;
  throw new GateError("LOCKED", `Cannot write ${path}: the lock on it was lost`, {
    path,
    hint: "Run the command again; nothing was changed.",
  });
}

function replaceOnce(project: Project, path: string, bytes: Uint8Array, options: ReplaceOptions): Replaced {
  const place = locate(project, path);
  let old: Opened | undefined;
  try {
    sweepFolder(place.folder, place.name, options.lock.document === path);
    old = openOld(place, options.expected);
    const temporary = writeTemporary(place, bytes, old?.stats, options);
    try {
      requireHeld(options.lock, path);
      if (old === undefined || options.expected === undefined) putNew(place, temporary);
      else old = putOver(place, temporary, old, options.expected);
    } catch (error) {
      removeQuietly(place.folder, temporary);
      if (!isMounted(error) || options.expected === undefined) throw error;
      writeInPlace(place, bytes, options.expected);
      return { durable: true, inPlace: true };
    }
    const durable = place.folder.sync();
    return { durable, ...(old && options.expected && keepConflict(place, old, options.expected, bytes)) };
  } finally {
    if (old !== undefined) closeQuietly(old.descriptor);
    place.close();
  }
}

/** Opens the file that is to be replaced, to watch it until the end. */
function openOld(place: Located, expected: Uint8Array | undefined): Opened | undefined {
  const opened = openRegular(place.folder, place.name);
  if (opened.kind === "missing" && expected === undefined) return undefined;
  if (opened.kind === "file" && expected !== undefined) return opened;
  if (opened.kind === "file") closeQuietly(opened.descriptor);
  throw new ChangedOnDisk(place.path);
}

function writeTemporary(
  place: Located,
  bytes: Uint8Array,
  old: Stats | undefined,
  { mode: newMode = 0o644, setMode = false }: ReplaceOptions,
): string {
  const name = temporaryName(place.name);
  const mode = old === undefined || setMode ? newMode : Number(old.mode) & 0o777;
  makeNew(place.folder, name, mode, (descriptor) => {
    writeAll(descriptor, bytes);
    const made = requireSize(descriptor, bytes.length);
    if (old !== undefined) keepOwner(descriptor, made, old, mode);
    system.fsyncSync(descriptor);
  });
  return name;
}

/** Owner and mode as before, as far as the system lets us. */
function keepOwner(descriptor: number, made: Stats, old: Stats, mode: number): void {
  let wanted = mode;
  if (made.uid !== old.uid || made.gid !== old.gid) {
    const kept =
      canDo(() => system.fchownSync(descriptor, Number(old.uid), Number(old.gid))) ||
      canDo(() => system.fchownSync(descriptor, Number(made.uid), Number(old.gid)));
    // What the old group was allowed is not for another one: it gets what everybody has.
    if (!kept && made.gid !== old.gid) wanted = (mode & 0o707) | ((mode & 0o007) << 3);
  }
  if ((Number(made.mode) & 0o777) !== wanted || made.uid !== old.uid) {
    canDo(() => system.fchmodSync(descriptor, wanted));
  }
}

/** Whether the system permits a step; disks that fail are another matter. */
function canDo(step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    if (NOT_PERMITTED.has(codeOf(error) ?? "")) return false;
    throw error;
  }
}

const NOT_PERMITTED = new Set(["EPERM", "EACCES", "EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** A file that appeared in the gap is never overwritten. */
function putNew(place: Located, temporary: string): void {
  const linked = linkNew(place.folder, temporary, place.folder, place.name);
  if (linked) {
    removeQuietly(place.folder, temporary);
    return;
  }
  if (linked === false || statsAt(place.folder.at(place.name)) !== undefined) throw new ChangedOnDisk(place.path);
  system.renameSync(place.folder.at(temporary), place.folder.at(place.name));
}

function putOver(place: Located, temporary: string, old: Opened, expected: Uint8Array): Opened | undefined {
  const target = place.folder.at(place.name);
  let watched: Opened | undefined = old;
  if (!holds(old.descriptor, expected)) throw new ChangedOnDisk(place.path);
  if (!isSameFile(statsAt(target), old.stats)) throw new ChangedOnDisk(place.path);
  if (system.platform === "win32") {
    // There an open file cannot be renamed over.
    closeQuietly(old.descriptor);
    watched = undefined;
  }
  system.renameSync(place.folder.at(temporary), target);
  return watched;
}

/** A mount, such as a container's of a single file, keeps its name for itself. */
function isMounted(error: unknown): boolean {
  return system.platform !== "win32" && codeOf(error) === "EBUSY" && isRefusedRename(error);
}

/** Writes over a file that cannot be renamed over. Its version is kept already; where the disk fails the old bytes are put back. */
function writeInPlace(place: Located, bytes: Uint8Array, expected: Uint8Array): void {
  const descriptor = system.openSync(place.folder.at(place.name), FLAGS.readWrite | FLAGS.noFollow);
  try {
    if (!holds(descriptor, expected)) throw new ChangedOnDisk(place.path);
    try {
      overwrite(descriptor, bytes);
    } catch (error) {
      overwrite(descriptor, expected);
      throw error;
    }
  } finally {
    closeQuietly(descriptor);
  }
}

function overwrite(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += system.writeSync(descriptor, bytes, at, bytes.length - at, at);
  system.ftruncateSync(descriptor, bytes.length);
  requireSize(descriptor, bytes.length);
  system.fsyncSync(descriptor);
}

/** Keeps, beside its place, what was written into a file between the comparison and the call that took its name. */
export function keepConflict(place: Located, old: Opened, expected: Uint8Array, written: Uint8Array): Conflict {
  const holdsNothingNew = (bytes: Uint8Array): boolean =>
    isSameBytes(bytes, expected) || isSameBytes(bytes, written) || bytes.length === 0;
  try {
    const size = expected.length;
    if (holds(old.descriptor, expected)) return {};
    system.pause(SETTLING);
    const bytes = readAll(old.descriptor, Number.POSITIVE_INFINITY, size);
    if (holdsNothingNew(bytes)) return {};
    const time = new Date(system.now()).toISOString().replace(/[-:]|\.\d+/g, "");
    for (let count = 0; ; count++) {
      const name = `${place.name}.conflict.${time}${count === 0 ? "" : `-${count}`}`;
      try {
        writeNew(place.folder, name, bytes, Number(old.stats.mode) & 0o777);
      } catch (error) {
        if (codeOf(error) === "EEXIST") continue;
        throw error;
      }
      place.folder.sync();
      return { conflictCopy: place.path.slice(0, -place.name.length) + name };
    }
  } catch (error) {
    const failure = asGateError(error, "keep what an editor wrote into", place.path);
    if (failure instanceof GateError) return { conflictError: failure };
    throw failure;
  }
}

function isRefusedRename(error: unknown): boolean {
  return REFUSALS.has(codeOf(error) ?? "") && (error as NodeJS.ErrnoException).syscall === "rename";
}
