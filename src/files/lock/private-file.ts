/**
 * Records that arrive in a lock folder whole or not at all: written to a file with a
 * name nobody else has, which then gets the name that counts by a link. And the clock
 * of the file system, which such a file tells on the way.
 * Model: `proof/lock.pml`.
 */
import { closeQuietly, createNew, linkNew, removeQuietly, requireSize } from "../guard/descriptor.ts";
import { codeOf } from "../guard/errors.ts";
import type { Folder } from "../guard/path.ts";
import { FLAGS, system } from "../guard/system.ts";

/** What became of a record. */
export interface Published {
  /** Whether it has the name; `undefined` where the file system has no links. */
  readonly linked: boolean | undefined;
  /** The open file of a record that has the name; any other is closed. */
  readonly descriptor: number;
  /** What the file system's clock said when it was written, in milliseconds. */
  readonly written: number;
}

/** What is written only to ask the file system something. */
export const PROBE = Buffer.from("{}");

/** A name that nobody can guess. */
export function privateName(): string {
  return `own-${system.random(8)}`;
}

/** Writes a record under a private name, which is gone afterwards, and gives it another one if that is free. */
export function publish(folder: Folder, record: Uint8Array, name?: string): Published {
  const own = privateName();
  const descriptor = createNew(folder.at(own), 0o644, FLAGS.readWrite);
  let linked: boolean | undefined = false;
  try {
    const written = writeRecord(descriptor, record);
    if (name !== undefined) {
      linked = linkNew(folder, own, folder, name);
      // A network file system may have made the link and lost the answer.
      if (linked === false) linked = system.fstatSync(descriptor, { bigint: true }).nlink > 1n;
    }
    return { linked, descriptor, written };
  } finally {
    removeQuietly(folder, own);
    if (!linked) closeQuietly(descriptor);
  }
}

/** Gives a record a name that must be free, also where the file system has no links; `undefined` where it is taken. */
export function publishNew(
  folder: Folder,
  record: Uint8Array,
  name: string,
): Pick<Published, "descriptor" | "written"> | undefined {
  const { linked, descriptor, written } = publish(folder, record, name);
  if (linked === undefined) return createExclusively(folder, record, name);
  return linked ? { descriptor, written } : undefined;
}

function createExclusively(folder: Folder, record: Uint8Array, name: string): ReturnType<typeof publishNew> {
  let descriptor: number;
  try {
    descriptor = createNew(folder.at(name), 0o644, FLAGS.readWrite);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return undefined;
    throw error;
  }
  try {
    return { descriptor, written: writeRecord(descriptor, record) };
  } catch (error) {
    removeQuietly(folder, name);
    closeQuietly(descriptor);
    throw error;
  }
}

/** Writes a record over an earlier one and returns what the file system's clock says, in milliseconds. */
export function writeRecord(descriptor: number, record: Uint8Array): number {
  let written = 0;
  while (written < record.length) {
    const count = system.writeSync(descriptor, record, written, record.length - written, written);
    if (count <= 0) break;
    written += count;
  }
  return Number(requireSize(descriptor, record.length).mtimeMs);
}
