/**
 * What is done with an open file: opened safely, read to its end, written to the last byte.
 * Model: `proof/commit.pml`.
 */
import { dirname } from "node:path";
import { isSameBytes } from "../../base/same.ts";
import { codeOf } from "./errors.ts";
import { giveToOwnerOf } from "./owner.ts";
import { type Folder, isMissing, type Stats, statsAt } from "./path.ts";
import { FLAGS, system } from "./system.ts";

/** A file opened for reading. */
export interface Opened {
  readonly kind: "file";
  readonly descriptor: number;
  readonly stats: Stats;
}

/** Why something with the right name is not read. */
export interface Refused {
  readonly kind: "refused";
  readonly rule: "symbolic-link" | "not-a-regular-file";
}

/**
 * Opens a regular file for reading. Links are refused, and a FIFO is not waited
 * for. Errors of the system pass through.
 */
export function openRegular(folder: Folder, name: string): Opened | Refused | { readonly kind: "missing" } {
  const place = folder.at(name);
  if (FLAGS.noFollow === 0 || system.platform === "win32") {
    const stats = statsAt(place);
    if (stats?.isSymbolicLink()) return { kind: "refused", rule: "symbolic-link" };
    if (stats !== undefined && !stats.isFile()) return { kind: "refused", rule: "not-a-regular-file" };
  }
  let descriptor: number;
  try {
    descriptor = system.openSync(place, FLAGS.read | FLAGS.noFollow | FLAGS.noWait);
  } catch (error) {
    if (isMissing(error)) return { kind: "missing" };
    const code = codeOf(error);
    if (code === "ELOOP" || code === "EMLINK") return { kind: "refused", rule: "symbolic-link" };
    if (code === "ENXIO" || code === "EOPNOTSUPP") return { kind: "refused", rule: "not-a-regular-file" };
    throw error;
  }
  try {
    const stats = system.fstatSync(descriptor, { bigint: true });
    if (stats.isFile()) return { kind: "file", descriptor, stats };
  } catch (error) {
    closeQuietly(descriptor);
    throw error;
  }
  closeQuietly(descriptor);
  return { kind: "refused", rule: "not-a-regular-file" };
}

/** Reads an open file from its start, at most `limit` bytes. */
export function readAll(descriptor: number, limit: number, expected = 4096): Uint8Array {
  let bytes = new Uint8Array(Math.min(limit, expected + 1));
  let length = 0;
  while (length < limit) {
    if (length === bytes.length) {
      const larger = new Uint8Array(Math.min(limit, bytes.length * 2));
      larger.set(bytes);
      bytes = larger;
    }
    const count = system.readSync(descriptor, bytes, length, bytes.length - length, length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

/** The first bytes of a file at any place, the last ones with `fromEnd`; `undefined` where there is none to read. */
export function readPart(path: string, limit: number, fromEnd = false): Uint8Array | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = system.openSync(path, FLAGS.read | FLAGS.noWait);
    const stats = system.fstatSync(descriptor);
    if (!stats.isFile()) return undefined;
    const bytes = new Uint8Array(Math.min(limit, stats.size));
    const start = fromEnd ? stats.size - bytes.length : 0;
    let length = 0;
    while (length < bytes.length) {
      const count = system.readSync(descriptor, bytes, length, bytes.length - length, start + length);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  } finally {
    if (descriptor !== undefined) closeQuietly(descriptor);
  }
}

/** Longer than most documents, short enough for the processor's own memory. */
const PIECE = 64 * 1024;
let piece: Uint8Array | undefined;

/**
 * Whether an open file holds exactly these bytes. It is read in pieces into one
 * place: a store is compared several times at each save, and new memory of its size
 * costs more each time than reading it.
 */
export function holds(descriptor: number, bytes: Uint8Array): boolean {
  piece ??= new Uint8Array(PIECE);
  for (let at = 0; ; ) {
    const count = system.readSync(descriptor, piece, 0, PIECE, at);
    if (count === 0) return at === bytes.length;
    if (at + count > bytes.length || !isSameBytes(piece.subarray(0, count), bytes.subarray(at, at + count)))
      return false;
    at += count;
  }
}

/** Writes every byte at the end of what was written so far; a system call may well write only a part of them. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    const count = system.writeSync(descriptor, bytes, written, bytes.length - written, null);
    if (count <= 0) throw incomplete(written, bytes.length);
    written += count;
  }
}

/** Makes a file and opens it; `EEXIST` where anything, be it a broken link, has its name. */
export function createNew(place: string, mode: number, access: number = FLAGS.write): number {
  const descriptor = system.openSync(place, access | FLAGS.create | FLAGS.exclusive | FLAGS.noFollow, mode);
  giveToOwnerOf(dirname(place), descriptor);
  return descriptor;
}

/** A folder as far as it is needed to reach a file of a known name. */
export type Reach = Pick<Folder, "at">;

/** Makes a file, has it written and closes it; nothing is left of one that could not be written whole. */
export function makeNew(folder: Reach, name: string, mode: number, write: (descriptor: number) => void): void {
  let descriptor: number | undefined = createNew(folder.at(name), mode);
  try {
    write(descriptor);
    const done = descriptor;
    descriptor = undefined;
    system.closeSync(done);
  } catch (error) {
    if (descriptor !== undefined) closeQuietly(descriptor);
    removeQuietly(folder, name);
    throw error;
  }
}

/** Makes a file with these bytes and has it flushed to the disk; `EEXIST` where there is one. */
export function writeNew(folder: Reach, name: string, bytes: Uint8Array, mode: number): void {
  makeNew(folder, name, mode, (descriptor) => {
    writeAll(descriptor, bytes);
    requireSize(descriptor, bytes.length);
    system.fsyncSync(descriptor);
  });
}

/** Writes over the start of a file that is there, by one call; what stands behind stays. Not flushed. */
export function overwrite(folder: Reach, name: string, parts: readonly Uint8Array[]): void {
  const descriptor = system.openSync(folder.at(name), FLAGS.write | FLAGS.noFollow);
  try {
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    const written = system.writevSync(descriptor, parts);
    if (written !== size) throw incomplete(written, size);
  } finally {
    closeQuietly(descriptor);
  }
}

/**
 * Gives a file another name without ever taking it from another file; `false` where the
 * name is taken, `undefined` where the file system has no links.
 */
export function linkNew(from: Reach, name: string, to: Reach, newName: string): boolean | undefined {
  try {
    system.linkSync(from.at(name), to.at(newName));
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return false;
    if (code === undefined || HARD_FAILURES.has(code)) throw error;
    return undefined;
  }
}

/** Failures that say nothing about whether the file system has links. */
const HARD_FAILURES = new Set([
  ...["ENOENT", "ENOTDIR", "ENOSPC", "EDQUOT", "EROFS", "EIO", "ESTALE", "EMFILE", "ENFILE", "ELOOP", "ENAMETOOLONG"],
]);

/** Fails unless the open file has this size: what a full disk swallowed must not be taken for written. */
export function requireSize(descriptor: number, size: number): Stats {
  const stats = system.fstatSync(descriptor, { bigint: true });
  if (Number(stats.size) === size) return stats;
  throw incomplete(Number(stats.size), size);
}

/** The error a system should have given when it takes fewer bytes than it was given. */
function incomplete(arrived: number, size: number): Error {
  const error = new Error(`${arrived} of ${size} bytes were written`);
  return Object.assign(error, { code: "ESHORT", syscall: "write" });
}

/** Closes a file of which nothing more is wanted. */
export function closeQuietly(descriptor: number): void {
  try {
    system.closeSync(descriptor);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

/** Removes a file of our own making and says whether it did; what cannot be removed is swept later. */
export function removeQuietly(folder: Reach, name: string): boolean {
  try {
    system.unlinkSync(folder.at(name));
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}
