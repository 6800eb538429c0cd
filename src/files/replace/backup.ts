/**
 * Byte-identical copies beside a document that is about to be rebuilt.
 *
 * Invariant: a backup is never written over, and success is said only after it
 * was read back. Numbers only grow, so that the order of names is the order of
 * time; the document may be damaged in any way, larger than it should be too.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { isSameBytes } from "../../base/same.ts";
import {
  closeQuietly,
  createNew,
  type Opened,
  openRegular,
  removeQuietly,
  requireSize,
  writeAll,
} from "../guard/descriptor.ts";
import { asGateError, attempt, codeOf } from "../guard/errors.ts";
import { isSameFile, type Located, locate, requireOwn, statsAt } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { FLAGS, system } from "../guard/system.ts";

const KEPT_BACKUPS = 20;
const CHUNK = 65_536;
/** A document that keeps changing while it is copied is tried this often. */
const MAX_ATTEMPTS = 5;

/**
 * Copies a document to `<name>.bak`, or the next free `.bak.<n>`, and returns the
 * path of the copy. `NOT_FOUND` where there is none, `CONFLICT` where it changes all
 * the time, `UNSAFE_PATH`, and `IO`; then there is no new copy.
 */
export function backUp(project: Project, path: string): string {
  requireOwn(project, path);
  const place = locate(project, path);
  try {
    for (let attempted = 0; attempted < MAX_ATTEMPTS; attempted++) {
      const name = copyOnce(place);
      if (name !== undefined) return path.slice(0, -place.name.length) + name;
    }
  } catch (error) {
    throw asGateError(error, "back up", path);
  } finally {
    place.close();
  }
  throw new GateError("CONFLICT", `Cannot back up ${printable(path)}: it changes while it is copied`, {
    path,
    hint: "Close the program that keeps writing it, then try again.",
  });
}

/** The path that the next backup of a document would have. */
export function nextBackup(project: Project, path: string): string {
  const place = locate(project, path);
  try {
    return path.slice(0, -place.name.length) + nameOf(place.name, nextNumber(numbersOf(place)));
  } catch (error) {
    throw asGateError(error, "back up", path);
  } finally {
    place.close();
  }
}

function nextNumber(taken: readonly number[]): number {
  return taken.length === 0 ? 0 : Math.max(...taken) + 1;
}

/** Makes one copy; `undefined` where the name was taken or the document changed meanwhile. */
function copyOnce(place: Located): string | undefined {
  const source = openRegular(place.folder, place.name);
  if (source.kind !== "file") {
    throw new GateError("NOT_FOUND", `Cannot back up ${printable(place.path)}: it is not there`, { path: place.path });
  }
  try {
    const taken = numbersOf(place);
    const number = nextNumber(taken);
    const name = nameOf(place.name, number);
    if (!copy(source, place, name)) return undefined;
    if (!place.folder.sync()) {
      removeQuietly(place.folder, name);
      throw new GateError("IO", `Cannot back up ${printable(place.path)}: the disk did not confirm the copy`, {
        path: place.path,
        hint: "Check the disk; the document was not changed.",
      });
    }
    attempt(() => prune(place, [...taken, number]));
    return name;
  } finally {
    closeQuietly(source.descriptor);
  }
}

function copy(source: Opened, place: Located, name: string): boolean {
  let descriptor: number;
  try {
    descriptor = createNew(place.folder.at(name), Number(source.stats.mode) & 0o777, FLAGS.readWrite);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  let whole = false;
  try {
    let size = 0;
    for (const chunk of chunksOf(source.descriptor)) {
      writeAll(descriptor, chunk);
      size += chunk.length;
    }
    requireSize(descriptor, size);
    system.fsyncSync(descriptor);
    whole =
      isSameContent(source.descriptor, descriptor) && isSameFile(statsAt(place.folder.at(place.name)), source.stats);
    return whole;
  } finally {
    closeQuietly(descriptor);
    if (!whole) removeQuietly(place.folder, name);
  }
}

function* chunksOf(descriptor: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(CHUNK);
  for (let position = 0; ; ) {
    const count = fill(descriptor, buffer, position);
    if (count === 0) return;
    position += count;
    yield buffer.subarray(0, count);
  }
}

/** Reads until the buffer is full or the file ends, so that two files are cut in the same places. */
function fill(descriptor: number, buffer: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < buffer.length) {
    const count = system.readSync(descriptor, buffer, filled, buffer.length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

function isSameContent(one: number, other: number): boolean {
  const chunks = chunksOf(other);
  for (const chunk of chunksOf(one)) {
    const next = chunks.next();
    if (next.done || !isSameBytes(chunk, next.value)) return false;
  }
  return chunks.next().done === true;
}

/** The numbers of the backups there are, 0 for the one without. */
function numbersOf(place: Located): number[] {
  const prefix = `${place.name}.bak`;
  return place.folder.names().flatMap((name) => {
    if (name === prefix) return [0];
    const match = name.startsWith(prefix) ? /^\.([1-9]\d{0,8})$/.exec(name.slice(prefix.length)) : null;
    return match ? [Number(match[1])] : [];
  });
}

function nameOf(document: string, number: number): string {
  return number === 0 ? `${document}.bak` : `${document}.bak.${number}`;
}

function prune(place: Located, numbers: readonly number[]): void {
  const oldest = [...numbers].sort((one, other) => one - other).slice(0, -KEPT_BACKUPS);
  for (const number of oldest) {
    const name = nameOf(place.name, number);
    if (statsAt(place.folder.at(name))?.isFile()) removeQuietly(place.folder, name);
  }
}
