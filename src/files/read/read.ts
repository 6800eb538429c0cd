/**
 * Reading: never locks, never writes, and works on a read-only checkout.
 *
 * Something that is no readable document is a result, not an exception, because
 * the reader wants to report it beside everything else. A file caught empty is
 * looked at once more: an editor that truncates and writes shows it so for a moment.
 */
import { join } from "node:path";
import type { GateError } from "../../base/errors.ts";
import { closeQuietly, holds, openRegular, readAll } from "../guard/descriptor.ts";
import { explained } from "../guard/errors.ts";
import { type Folder, openFolder, split, statsAt } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";

/** The size up to which a document is read, in bytes. */
export const MAX_BYTES = 1024 * 1024;

/** How long an editor is given to write what it has just truncated, in milliseconds. */
export const SECOND_LOOK = 50;

export interface FileRead {
  readonly kind: "file";
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

export interface ReadRefused {
  readonly kind: "refused";
  readonly rule: "symbolic-link" | "not-a-regular-file" | "file-too-large" | "wrong-case";
  /** A sentence for people. */
  readonly message: string;
}

export type ReadResult = FileRead | { readonly kind: "missing" } | ReadRefused;

/** A document among many: what the system said of this one alone stops nobody from reading the others. */
export type ReadAttempt = ReadResult | { readonly kind: "failed"; readonly error: GateError };

export interface Entry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
  /** Milliseconds since the epoch; only with details. */
  readonly modified?: number;
  /** Bytes; only with details. */
  readonly size?: number;
}

/** Reads a whole document. `IO` where the system fails, `UNSAFE_PATH` where the path leaves the project. */
export function readFile(project: Project, path: string): ReadResult {
  return readMirrored(project, path, { limit: MAX_BYTES, isWhole: true });
}

/** The size up to which a store in one file is read, in bytes. */
export const MAX_STORE_BYTES = 64 * MAX_BYTES;

/**
 * Reads a store of records in one file, which may be larger than a document. Where
 * it holds what is `known`, that is given back, the very same bytes.
 */
export function readStore(project: Project, path: string, known?: Uint8Array): ReadResult {
  const read: typeof readAll = (descriptor, most, size) => {
    const isKnown = known !== undefined && known.length === size && holds(descriptor, known);
    return isKnown ? known : readAll(descriptor, most, size);
  };
  return readMirrored(project, path, { limit: MAX_STORE_BYTES, isWhole: true, read });
}

/** The size up to which a record is read, in bytes, and a document that is to be rebuilt: what the history can keep. */
export const MAX_RECORD_BYTES = 15 * MAX_BYTES;

/** Reads a whole record, or a damaged document, which may be larger than one in order. Otherwise as `readFile`. */
export function readRecord(project: Project, path: string): ReadResult {
  return readMirrored(project, path, { limit: MAX_RECORD_BYTES, isWhole: true });
}

/** How much of a file is read, and how. */
interface Extent {
  /** Bytes. */
  readonly limit: number;
  /** A longer file is refused; else its first bytes are read. */
  readonly isWhole: boolean;
  readonly read?: typeof readAll;
}

function readMirrored(project: Project, path: string, extent: Extent): ReadResult {
  let again: ReadResult | undefined;
  try {
    const result = readOnce(project, path, extent);
    if (result.kind !== "file" || result.bytes.length > 0) return result;
    again = result;
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "IO") throw error;
  }
  system.pause(SECOND_LOOK);
  const result = readOnce(project, path, extent);
  return result.kind === "missing" && again !== undefined ? again : result;
}

/**
 * What a file looks like from outside; `undefined` where there is none. That two looks
 * are the same proves nothing about its bytes: it is for who finds out later anyway.
 */
export function lookOf(project: Project, path: string): string | undefined {
  const { parent, name } = split(path);
  const stats = explained("look at", path, () => statsAt(join(project.root, parent, name)));
  return stats && `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
}

/** Reads the first bytes of a document of any size. */
export function readHead(project: Project, path: string, bytes: number): ReadResult {
  return readOnce(project, path, { limit: bytes, isWhole: false });
}

/** Whether anything at all, a broken link too, has this name. */
export function exists(project: Project, path: string): boolean {
  const { parent, name } = split(path);
  return inFolder(project, parent, false, (folder) =>
    explained("look at", path, () => statsAt(folder.at(name)) !== undefined),
  );
}

/** The names in a folder, sorted; none where there is no folder. With `details` each is looked at too. */
export function listFolder(project: Project, path: string, details = false): Entry[] {
  return inFolder(project, path, [], (folder) =>
    explained("list", path, () => {
      const entries = system
        .readdirSync(folder.at("."), { withFileTypes: true })
        .map((entry): Entry => ({ name: entry.name, kind: kindOf(entry) }))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
      if (!details) return entries;
      return entries.flatMap((entry) => {
        const stats = statsAt(folder.at(entry.name));
        if (stats === undefined) return [];
        return [{ name: entry.name, kind: kindOf(stats), modified: Number(stats.mtimeMs), size: Number(stats.size) }];
      });
    }),
  );
}

function readOnce(project: Project, path: string, { limit, isWhole, read = readAll }: Extent): ReadResult {
  const { parent, name } = split(path);
  return inFolder<ReadResult>(project, parent, { kind: "missing" }, (folder) =>
    explained("read", path, () => {
      const opened = openRegular(folder, name);
      if (opened.kind === "missing") {
        const present = inOtherCase(folder, name);
        return present === undefined ? opened : wrongCase(path, present);
      }
      if (opened.kind === "refused") return refuse(opened.rule, path);
      const { descriptor, stats } = opened;
      try {
        if (isWhole && stats.size > limit) return refuse("file-too-large", path, limit);
        if (hasOtherCase(folder, name)) return wrongCase(path, inOtherCase(folder, name, true));
        const bytes = read(descriptor, isWhole ? limit + 1 : limit, Number(stats.size));
        if (isWhole && bytes.length > limit) return refuse("file-too-large", path, limit);
        return { kind: "file", bytes, mode: Number(stats.mode) & 0o777, modified: Number(stats.mtimeMs) };
      } finally {
        closeQuietly(descriptor);
      }
    }),
  );
}

/**
 * Whether the file answers to this name only because the file system ignores
 * case. The folder is listed only where the name in the other case exists too.
 */
function hasOtherCase(folder: Folder, name: string): boolean {
  const upper = name.toUpperCase();
  const swapped = upper === name ? name.toLowerCase() : upper;
  if (swapped === name || statsAt(folder.at(swapped)) === undefined) return false;
  const wanted = name.normalize("NFC");
  return !folder.names().some((present) => present.normalize("NFC") === wanted);
}

/**
 * The name as it is there in another case, on a file system that tells them apart: on
 * others the two would be one file. Only in the folder of the state file, where few are.
 */
function inOtherCase(folder: Folder, name: string, anywhere = folder.path === ".claude"): string | undefined {
  return anywhere ? folder.names().find((present) => present.toLowerCase() === name.toLowerCase()) : undefined;
}

function wrongCase(path: string, present: string | undefined): ReadRefused {
  const { rule, message } = refuse("wrong-case", path);
  return { kind: "refused", rule, message: present === undefined ? message : `${message}, \`${present}\`` };
}

const REFUSALS = {
  "symbolic-link": "it is a symbolic link",
  "not-a-regular-file": "it is not a regular file",
  "file-too-large": "it is larger than",
  "wrong-case": "its name on the disk is written in another case",
} as const;

/** Why something with the name of a document is not read, in words. */
export function refuse(rule: ReadRefused["rule"], path: string, limit = MAX_BYTES): ReadRefused {
  const size = rule === "file-too-large" ? ` ${limit / 1024 / 1024} MiB` : "";
  return { kind: "refused", rule, message: `Cannot read ${path}: ${REFUSALS[rule]}${size}` };
}

interface Kinds {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

function kindOf(entry: Kinds): Entry["kind"] {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : "other";
}

function inFolder<T>(project: Project, path: string, absent: T, use: (folder: Folder) => T): T {
  const folder = openFolder(project, path);
  if (folder === undefined) return absent;
  try {
    return use(folder);
  } finally {
    folder.close();
  }
}
