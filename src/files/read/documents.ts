/**
 * Reading many documents of one folder.
 *
 * The folder is opened once, and every name comes from its own listing. So neither
 * where the folder is nor how a name is spelled has to be asked for each file again,
 * which for small files costs more than reading them. What a name leads to is asked
 * as ever: links and what is no file are refused, also where a document stood when
 * the folder was listed.
 */
import { GateError } from "../../base/errors.ts";
import { faultOfName } from "../../base/ids.ts";
import { closeQuietly, type Opened, openRegular, readAll } from "../guard/descriptor.ts";
import { codeOf, explained } from "../guard/errors.ts";
import { type Folder, openFolder, type Stats, split } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { FLAGS, system } from "../guard/system.ts";
import { MAX_BYTES, type ReadAttempt, type ReadResult, refuse, SECOND_LOOK } from "./read.ts";

/** A folder whose documents are read. Has to be closed. */
export interface DocumentFolder {
  /** Relative to the project. */
  readonly path: string;
  /** The names of its documents in no order: what ends in `.md` and is not hidden. */
  readonly names: readonly string[];
  readonly folder: Folder;
  close(): void;
}

/** Opens a folder and lists its documents; `undefined` where there is none. */
export function openDocuments(project: Project, path: string): DocumentFolder | undefined {
  const folder = openFolder(project, path);
  if (folder === undefined) return undefined;
  try {
    const names = explained("list", path, () => folder.names()).filter(isDocument);
    return { path, names, folder, close: () => folder.close() };
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** The paths of the documents in a folder, in no order; none where there is no folder. */
export function documentsIn(project: Project, path: string): readonly string[] {
  const documents = openDocuments(project, path);
  documents?.close();
  return documents?.names.map((name) => `${path}/${name}`) ?? [];
}

function isDocument(name: string): boolean {
  return !name.startsWith(".") && /\.md$/i.test(name);
}

/** One document of many as it was read. */
export interface ReadOne {
  readonly name: string;
  readonly result: ReadAttempt;
  /** What it looked like when it was opened; absent where it was not. */
  readonly mark?: FileMark;
}

/**
 * Reads documents one by one. One that is caught empty, as an editor shows it for a
 * moment, or that fails is read again behind all others, after one pause for all.
 */
export function* readEach(documents: DocumentFolder, names: Iterable<string>): Generator<ReadOne> {
  const again: ReadOne[] = [];
  for (const name of names) {
    const one = readOne(documents, name);
    if (mayBeOtherwise(one)) again.push(one);
    else yield one;
  }
  if (again.length > 0) system.pause(SECOND_LOOK);
  for (const one of again) {
    const second = readOne(documents, one.name);
    yield second.result.kind === "missing" && one.result.kind === "file" ? one : second;
  }
}

function mayBeOtherwise({ result }: ReadOne): boolean {
  if (result.kind === "failed") return result.error.code === "IO";
  return result.kind === "file" && result.bytes.length === 0;
}

function readOne({ folder, path }: DocumentFolder, name: string): ReadOne {
  const whole = `${path}/${name}`;
  try {
    return explained("read", whole, (): ReadOne => {
      split(whole);
      const opened = openRegular(folder, name);
      if (opened.kind === "missing") return { name, result: opened };
      if (opened.kind === "refused") return { name, result: refuse(opened.rule, whole) };
      const mark = markOf(opened.stats);
      return { name, result: readOpened(opened, whole), ...(mark && { mark }) };
    });
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return { name, result: { kind: "failed", error } };
  }
}

function readOpened({ descriptor, stats }: Opened, path: string): ReadResult {
  try {
    if (stats.size > MAX_BYTES) return refuse("file-too-large", path);
    const bytes = readAll(descriptor, MAX_BYTES + 1, Number(stats.size));
    if (bytes.length > MAX_BYTES) return refuse("file-too-large", path);
    return { kind: "file", bytes, mode: Number(stats.mode) & 0o777, modified: Number(stats.mtimeMs) };
  } finally {
    closeQuietly(descriptor);
  }
}

/**
 * Reads the beginning of a document into `into` and says how many bytes that are;
 * `undefined` where the document has to be read whole to know what is the matter.
 */
export function readHeadInto({ folder }: DocumentFolder, name: string, into: Uint8Array): number | undefined {
  // Without this flag a link would be followed before anybody has looked at it.
  if (FLAGS.noFollow === 0 || faultOfName(name) !== undefined) return undefined;
  let descriptor: number | undefined;
  try {
    descriptor = system.openSync(folder.at(name), FLAGS.read | FLAGS.noFollow | FLAGS.noWait);
    return system.readSync(descriptor, into, 0, into.length, 0);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  } finally {
    if (descriptor !== undefined) closeQuietly(descriptor);
  }
}

/** When a document was last modified, in milliseconds since the epoch; `undefined` where nobody can say. */
export function modifiedAt({ folder }: DocumentFolder, name: string): number | undefined {
  return lookNear(folder, name)?.mtimeMs;
}

const LOOK = { throwIfNoEntry: false } as const;

function lookNear(folder: Folder, name: string) {
  try {
    return system.lstatSync(folder.near(name), LOOK);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/**
 * What tells one state of a file from another without reading it. Times are in
 * milliseconds since the epoch, to a quarter of a microsecond: numbers of full width
 * cost more than asking the system for them.
 */
export interface FileMark {
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  readonly modified: number;
  /** When anything about it was changed, its times included. */
  readonly changed: number;
}

/** The mark of what has the name of a document now, whatever it is; `undefined` where nothing can be seen, or told apart. */
export function lookAt({ folder }: DocumentFolder, name: string): FileMark | undefined {
  const stats = lookNear(folder, name);
  if (!stats || !Number.isSafeInteger(stats.ino) || !Number.isSafeInteger(stats.dev)) return undefined;
  const { dev, ino, size, mtimeMs, ctimeMs } = stats;
  return { device: dev, inode: ino, size, modified: mtimeMs, changed: ctimeMs };
}

/** The mark of an open file, to the same last digit as that of a name. */
function markOf({ dev, ino, size, mtimeNs, ctimeNs }: Stats): FileMark | undefined {
  const mark = { device: Number(dev), inode: Number(ino), size: Number(size) };
  if (!Number.isSafeInteger(mark.inode) || !Number.isSafeInteger(mark.device)) return undefined;
  return { ...mark, modified: millisecondsOf(mtimeNs), changed: millisecondsOf(ctimeNs) };
}

function millisecondsOf(nanoseconds: bigint): number {
  const second = 1_000_000_000n;
  return Number(nanoseconds / second) * 1000 + Number(nanoseconds % second) / 1_000_000;
}
