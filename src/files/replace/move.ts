/**
 * Moving and removing one file, never at the cost of another.
 *
 * A move gives the file its second name first and takes the first one away after
 * that name is on the disk. A crash between leaves one file with two names, or two
 * of the same bytes; moving again finishes what was begun. `rename` would be one
 * call, but takes the new name from whatever bears it.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { isSameBytes } from "../../base/same.ts";
import {
  closeQuietly,
  linkNew,
  type Opened,
  openRegular,
  readAll,
  removeQuietly,
  writeNew,
} from "../guard/descriptor.ts";
import { asGateError, codeOf } from "../guard/errors.ts";
import { isSameFile, type Located, locate, requireOwn, statsAt } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import type { Lock } from "../lock/held-lock.ts";
import { ChangedOnDisk, type Conflict, keepConflict, requireHeld } from "./replace.ts";

export interface MoveOptions {
  /** The bytes the decision was made from. */
  readonly expected: Uint8Array;
  readonly lock: Lock;
}

/** `durable: false`: done, but the disk did not confirm that it survives a power cut. */
export interface Moved extends Conflict {
  readonly durable: boolean;
}

/**
 * Moves a file to a name that is free, or finishes such a move. `CONFLICT` where
 * other bytes have the name, `NOT_FOUND` where there is nothing to move, `LOCKED`,
 * `IO`, and `ChangedOnDisk` where the file is not what was expected.
 */
export function moveFile(project: Project, from: string, to: string, options: MoveOptions): Moved {
  requireOwn(project, from);
  requireOwn(project, to);
  const source = locate(project, from);
  let target: Located | undefined;
  try {
    target = locate(project, to);
    return moveBetween(source, target, options);
  } catch (error) {
    throw asGateError(error, "move", from);
  } finally {
    target?.close();
    source.close();
  }
}

/**
 * Removes a file whose bytes are still the expected ones; a file that is gone already
 * is fine. What an editor writes into it in the last moment is kept beside it.
 */
export function removeFile(project: Project, path: string, options: MoveOptions): Moved {
  requireOwn(project, path);
  const place = locate(project, path);
  try {
    const opened = openExpected(place, options.expected);
    if (opened === undefined) return { durable: place.folder.sync() };
    try {
      requireHeld(options.lock, path);
      if (!isSameFile(statsAt(place.folder.at(place.name)), opened.stats)) throw new ChangedOnDisk(path);
      system.unlinkSync(place.folder.at(place.name));
      const durable = place.folder.sync();
      return { durable, ...keepConflict(place, opened, options.expected, options.expected) };
    } finally {
      closeQuietly(opened.descriptor);
    }
  } catch (error) {
    throw asGateError(error, "remove", path);
  } finally {
    place.close();
  }
}

function moveBetween(source: Located, target: Located, { expected, lock }: MoveOptions): Moved {
  const opened = openExpected(source, expected);
  if (opened === undefined) {
    if (target.stats !== undefined && holds(target, expected)) return { durable: target.folder.sync() };
    throw new GateError("NOT_FOUND", `Cannot move ${printable(source.path)}: it is not there`, { path: source.path });
  }
  try {
    requireHeld(lock, source.path);
    if (target.stats === undefined) arrive(source, target, opened, expected);
    else if (!isSameFile(target.stats, opened.stats) && !holds(target, expected)) throw taken(source, target);
    if (!target.folder.sync()) {
      throw new GateError("IO", `Cannot move ${printable(source.path)}: the disk did not confirm the new name`, {
        path: source.path,
        hint: "Check the disk and run the command again; the file is still there under its old name.",
      });
    }
    const isCopy = leave(source, target, opened, expected);
    const durable = source.folder.sync();
    // With one file of two names what an editor writes into it is at the new place.
    return { durable, ...(isCopy && keepConflict(source, opened, expected, expected)) };
  } finally {
    closeQuietly(opened.descriptor);
  }
}

/** Gives the file its second name, or, where there are no links, makes a second file. */
function arrive(source: Located, target: Located, opened: Opened, expected: Uint8Array): void {
  const linked = linkNew(source.folder, source.name, target.folder, target.name);
  if (linked === false) throw taken(source, target);
  if (linked) {
    const arrived = statsAt(target.folder.at(target.name));
    if (isSameFile(arrived, opened.stats)) return;
    // A new file at the old name was linked, and keeps that name. Any other came here from elsewhere.
    if (isSameFile(statsAt(source.folder.at(source.name)), arrived)) removeQuietly(target.folder, target.name);
    throw new ChangedOnDisk(source.path);
  }
  try {
    writeNew(target.folder, target.name, expected, Number(opened.stats.mode) & 0o777);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw taken(source, target);
    throw error;
  }
}

/** Takes the old name away, unless another program has put something new there; whether two files were there. */
function leave(source: Located, target: Located, opened: Opened, expected: Uint8Array): boolean {
  const isCopy = !isSameFile(statsAt(target.folder.at(target.name)), opened.stats);
  const isKept =
    !isCopy || (holds(target, expected) && isSameBytes(readAll(opened.descriptor, expected.length + 1), expected));
  if (!isKept) throw new ChangedOnDisk(source.path);
  const place = source.folder.at(source.name);
  if (!isSameFile(statsAt(place), opened.stats)) throw new ChangedOnDisk(source.path);
  system.unlinkSync(place);
  return isCopy;
}

/** Opens a file whose bytes are the expected ones; `undefined` where there is none. */
function openExpected(place: Located, expected: Uint8Array): Opened | undefined {
  const opened = openRegular(place.folder, place.name);
  if (opened.kind === "missing") return undefined;
  if (opened.kind === "refused") throw new ChangedOnDisk(place.path);
  try {
    if (isSameBytes(readAll(opened.descriptor, expected.length + 1, expected.length), expected)) return opened;
  } catch (error) {
    closeQuietly(opened.descriptor);
    throw error;
  }
  closeQuietly(opened.descriptor);
  throw new ChangedOnDisk(place.path);
}

function holds(place: Located, expected: Uint8Array): boolean {
  const opened = openRegular(place.folder, place.name);
  if (opened.kind !== "file") return false;
  try {
    return isSameBytes(readAll(opened.descriptor, expected.length + 1, expected.length), expected);
  } finally {
    closeQuietly(opened.descriptor);
  }
}

function taken(source: Located, target: Located): GateError {
  return new GateError(
    "CONFLICT",
    `Cannot move ${printable(source.path)}: ${printable(target.path)} is there already`,
    { path: target.path, hint: "Move the file that is there out of the way, then try again." },
  );
}
