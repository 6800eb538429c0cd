/**
 * A file that spares work and may be gone at any time: read if it is there, replaced
 * as a whole, never flushed, never waited for, and no failure of it is anybody's error.
 *
 * Who keeps what was read from files, under the times those files had, needs the file
 * system's own clock: a file that was changed since has a time no earlier than that of
 * a file made before the reading. So the new cache is made before, and filled after.
 */
import { closeQuietly, removeQuietly, requireSize, writeAll } from "../guard/descriptor.ts";
import { attempt } from "../guard/errors.ts";
import { type Folder, openFolder, split } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { FLAGS, system } from "../guard/system.ts";
import { sweepFolder, temporaryName } from "../guard/temporary.ts";
import { MAX_RECORD_BYTES, readRecord } from "../read/read.ts";

/** A cache in the making. One of its methods is called once, at the end. */
export interface CacheDraft {
  /** The file system's time when it was made, in milliseconds since the epoch. */
  readonly began: number;
  readonly device: number;
  /** Puts these bytes in the place of the cache that is there; not where they are too many. */
  keep(bytes: Uint8Array): void;
  drop(): void;
}

/** The bytes of a cache; `undefined` where there is none that can be read. */
export function readCache(project: Project, path: string): Uint8Array | undefined {
  try {
    const file = readRecord(project, path);
    return file.kind === "file" ? file.bytes : undefined;
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return undefined;
  }
}

/**
 * Begins a new cache. `undefined` where none can be kept: the gate has no folder of
 * its own yet, which readers do not make, or it cannot be written, or the file system
 * lets people set the time at which a file was changed.
 */
export function draftCache(project: Project, path: string): CacheDraft | undefined {
  const { parent, name } = split(path);
  let draft: CacheDraft | undefined;
  attempt(() => {
    const folder = openCacheFolder(project, parent);
    if (folder === undefined) return;
    sweepFolder(folder, name, false);
    draft = draftIn(folder, name);
    if (draft === undefined) folder.close();
  });
  return draft;
}

function openCacheFolder(project: Project, path: string): Folder | undefined {
  const present = openQuietly(project, path);
  if (present !== undefined) return present;
  const above = openQuietly(project, GATE_FOLDER);
  if (above === undefined) return undefined;
  attempt(() => system.mkdirSync(above.at(split(path).name), 0o700));
  above.close();
  return openQuietly(project, path);
}

function openQuietly(project: Project, path: string): Folder | undefined {
  try {
    return openFolder(project, path);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return undefined;
  }
}

function draftIn(folder: Folder, name: string): CacheDraft | undefined {
  const temporary = temporaryName(name);
  const flags = FLAGS.readWrite | FLAGS.create | FLAGS.exclusive | FLAGS.noFollow;
  let descriptor: number | undefined;
  const drop = () => {
    if (descriptor === undefined) return;
    closeQuietly(descriptor);
    descriptor = undefined;
    removeQuietly(folder, temporary);
    folder.close();
  };
  if (!attempt(() => (descriptor = system.openSync(folder.at(temporary), flags, 0o600)))) return undefined;
  const open = descriptor!;
  let times: Pick<CacheDraft, "began" | "device"> | undefined;
  attempt(() => (times = timesOf(open)));
  if (times === undefined) {
    drop();
    return undefined;
  }
  const keep = (bytes: Uint8Array) => {
    const isWritten =
      bytes.length <= MAX_RECORD_BYTES &&
      attempt(() => {
        writeAll(open, bytes);
        requireSize(open, bytes.length);
        system.renameSync(folder.at(temporary), folder.at(name));
      });
    if (!isWritten) return drop();
    descriptor = undefined;
    closeQuietly(open);
    folder.close();
  };
  return { ...times, keep, drop };
}

/** A time at which a file was changed is evidence only where nobody can set it, as on FAT, where it is the time of modification. */
const SET_BACK = 4;

function timesOf(descriptor: number): Pick<CacheDraft, "began" | "device"> | undefined {
  const { ctimeNs: began, dev: device } = system.fstatSync(descriptor, { bigint: true });
  const earlier = Number(began / 1_000_000_000n) - SET_BACK;
  system.futimesSync(descriptor, earlier, earlier);
  const after = system.fstatSync(descriptor, { bigint: true });
  if (began <= 0n || after.mtimeNs >= began || after.ctimeNs < began) return undefined;
  return { began: Number(began / 1_000_000n), device: Number(device) };
}
