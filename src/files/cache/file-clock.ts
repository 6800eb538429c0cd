/**
 * When the mark of a file proves that its bytes are still those that were read.
 *
 * That takes the file system's own clock: a file that was changed since has a time of
 * change no earlier than that of a file made before the reading. So such a file is made
 * first, and what was read is answered for only by files that were at rest before.
 */
import { closeQuietly, createNew, removeQuietly } from "../guard/descriptor.ts";
import { attempt } from "../guard/errors.ts";
import type { Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { sweepFolder, temporaryName } from "../guard/temporary.ts";
import type { FileMark } from "../read/documents.ts";
import { inFolderOf } from "./volatile.ts";

/** What a file system said of the time, in milliseconds since the epoch. */
export interface FileClock {
  readonly time: number;
  readonly device: number;
}

/** Files at rest for less than this are in doubt, in milliseconds; what is lost of their times is far less. */
const REST = 100;
/** Seconds. */
const SET_BACK = 4;

/**
 * Reads the clock beside a volatile file. `undefined` where nothing may be written, or
 * where people can set the time at which a file was changed, as on FAT, where it is the
 * time of modification: then it is no evidence.
 */
export function readFileClock(project: Project, path: string): FileClock | undefined {
  let clock: FileClock | undefined;
  inFolderOf(project, path, (folder, name) => {
    sweepFolder(folder, name, false);
    const temporary = temporaryName(name);
    const descriptor = createNew(folder.at(temporary), 0o600);
    attempt(() => {
      clock = clockOf(descriptor);
    });
    closeQuietly(descriptor);
    removeQuietly(folder, temporary);
  });
  return clock;
}

function clockOf(descriptor: number): FileClock | undefined {
  const { ctimeNs, dev } = system.fstatSync(descriptor, { bigint: true });
  const earlier = Number(ctimeNs / 1_000_000_000n) - SET_BACK;
  system.futimesSync(descriptor, earlier, earlier);
  const after = system.fstatSync(descriptor, { bigint: true });
  if (ctimeNs <= 0n || after.mtimeNs >= ctimeNs || after.ctimeNs < ctimeNs) return undefined;
  return { time: Number(ctimeNs / 1_000_000n), device: Number(dev) };
}

/**
 * Whether a file was at rest before the clock was read. Whatever happens to it later
 * moves the time of its change, which, unlike that of its modification, nobody can set.
 */
export function wasAtRest({ device, modified, changed }: FileMark, clock: FileClock): boolean {
  return device === clock.device && changed > 0 && Math.max(modified, changed) + REST < clock.time;
}

const numbers = new Float64Array(5);
const encoded = new Uint8Array(numbers.buffer);

/** The numbers of a mark, as what an answer was made from. Good until the next call, because thousands are compared. */
export function encodeMark({ device, inode, size, modified, changed }: FileMark): Uint8Array {
  numbers[0] = device;
  numbers[1] = inode;
  numbers[2] = size;
  numbers[3] = modified;
  numbers[4] = changed;
  return encoded;
}
