/**
 * The folder of one lock: numbered files of which the highest rules.
 *
 * `<n>` holds its owner, `<n>.rel` says it was released. Invariant: a file that
 * may belong to a live holder is never removed, so there is no check-then-delete
 * that could race. Old generations go in ascending order, so that as long as `n`
 * is there, no generation after it can have been removed.
 */
import { closeQuietly, openRegular, readAll, removeQuietly, requireSize } from "../guard/descriptor.ts";
import { codeOf } from "../guard/errors.ts";
import { ensureFolders, ensureGateFolder } from "../guard/folders.ts";
import { type Folder, openFolder, type Stats, statsAt } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { FLAGS, system } from "../guard/system.ts";

/** How many generations behind the ruling one are kept, for those who look at an old listing. */
export const KEPT_GENERATIONS = 16;
const MAX_GENERATION = 999_999_999_999_999;
/** A private file older than this, in milliseconds, was left by a process that died. */
const ORPHANED_AFTER = 3_600_000;

export interface Standing {
  /** The ruling generation; 0 where there was none yet. */
  readonly generation: number;
  readonly released: boolean;
  readonly names: readonly string[];
}

/** What a look at the owner of a generation found. */
export type OwnerRead =
  | { readonly kind: "text"; readonly text: string; readonly stats: Stats }
  | { readonly kind: "gone" | "forbidden" | "unreadable" };

/** Opens the lock folder of a document, made where it is missing. */
export function openLockFolder(project: Project, key: string): Folder | undefined {
  const path = `${GATE_FOLDER}/locks/${key}`;
  const present = openFolder(project, path);
  if (present !== undefined) return present;
  ensureGateFolder(project);
  ensureFolders(project, [path]);
  return openFolder(project, path);
}

/** Lists the folder and finds the ruling generation. */
export function lookAt(folder: Folder): Standing {
  const names = folder.names();
  let generation = 0;
  for (const name of names) generation = Math.max(generation, generationOf(name) ?? 0);
  return { generation, released: names.includes(`${generation}.rel`), names };
}

/** Whether another generation can follow; numbers of that size are no work of ours. */
export function isExhausted(standing: Standing): boolean {
  return standing.generation >= MAX_GENERATION;
}

/** Reads who owns a generation. */
export function readOwner(folder: Folder, generation: number): OwnerRead {
  try {
    const opened = openRegular(folder, String(generation));
    if (opened.kind === "missing") return { kind: "gone" };
    if (opened.kind === "refused") return { kind: "unreadable" };
    try {
      return { kind: "text", text: Buffer.from(readAll(opened.descriptor, 8192)).toString(), stats: opened.stats };
    } finally {
      closeQuietly(opened.descriptor);
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return { kind: "forbidden" };
  }
}

/**
 * The file of one holder: private at first, a generation once it is linked. It
 * stays open, so that its inode number is not given to another file.
 */
export class Claim {
  readonly #folder: Folder;
  readonly #name: string;
  readonly #descriptor: number;
  #isPrivate: boolean;
  #closed = false;

  /** Makes a private file, or, where there are no links, the generation itself; `EEXIST` where that is taken. */
  constructor(folder: Folder, generation?: number) {
    this.#folder = folder;
    this.#isPrivate = generation === undefined;
    this.#name = generation === undefined ? `own-${system.random(8)}` : String(generation);
    const flags = FLAGS.readWrite | FLAGS.create | FLAGS.exclusive | FLAGS.noFollow;
    this.#descriptor = system.openSync(folder.at(this.#name), flags, 0o644);
  }

  /** Writes the record over the earlier one and returns what the file system's clock says, in milliseconds. */
  write(record: Uint8Array): number {
    let written = 0;
    while (written < record.length) {
      const count = system.writeSync(this.#descriptor, record, written, record.length - written, written);
      if (count <= 0) break;
      written += count;
    }
    return Number(requireSize(this.#descriptor, record.length).mtimeMs);
  }

  stats(): Stats {
    return system.fstatSync(this.#descriptor, { bigint: true });
  }

  /** Gives the file a second name; `false` where that is taken, `undefined` where the file system has no links. */
  link(name: string): boolean | undefined {
    try {
      system.linkSync(this.#folder.at(this.#name), this.#folder.at(name));
      return true;
    } catch (error) {
      const code = codeOf(error);
      // A network file system may have made the link and lost the answer.
      if (code === "EEXIST") return this.stats().nlink > 1n;
      if (code === undefined || HARD_FAILURES.has(code)) throw error;
      return undefined;
    }
  }

  /** Empties the record: a release that needs no space on the disk. */
  clear(): void {
    system.ftruncateSync(this.#descriptor, 0);
  }

  /** Takes the private name away; what it was linked to stays. */
  unname(): void {
    if (this.#isPrivate) removeQuietly(this.#folder, this.#name);
    this.#isPrivate = false;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.unname();
    closeQuietly(this.#descriptor);
  }
}

/** Failures that say nothing about whether the file system has links. */
const HARD_FAILURES = new Set(["ENOENT", "ENOTDIR", "ENOSPC", "EDQUOT", "EROFS", "EIO", "ESTALE", "EMFILE", "ENFILE"]);

/** Removes what is far behind the ruling generation, and private files whose process died long ago. */
export function cleanUp(folder: Folder, names: readonly string[], generation: number, fileSystemNow: number): void {
  const old = names
    .map((name) => ({ name, number: generationOf(name.replace(/\.rel$/, "")) ?? Number.POSITIVE_INFINITY }))
    .filter(({ number }) => number <= generation - KEPT_GENERATIONS)
    .sort((one, other) => one.number - other.number || one.name.length - other.name.length);
  for (const { name } of old) {
    // One that stays would stand before a gap, and the gap would look like a beginning.
    if (!removeQuietly(folder, name) && statsAt(folder.at(name)) !== undefined) return;
  }
  for (const name of names) {
    if (!/^own-[0-9a-f]{16}$/.test(name)) continue;
    const stats = statsAt(folder.at(name));
    if (stats !== undefined && fileSystemNow - Number(stats.mtimeMs) > ORPHANED_AFTER) removeQuietly(folder, name);
  }
}

function generationOf(name: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(name) ? Number(name) : undefined;
}
