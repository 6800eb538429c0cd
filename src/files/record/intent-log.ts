/**
 * The record of an operation that is between its steps, so that one that was
 * interrupted there can be named.
 *
 * Whoever holds the lock of the state document may write it, and nobody else. It
 * arrives whole, by a rename, and so is never seen half-written. It is not flushed
 * to the disk: what it says is a service, the documents are right without it, and
 * every operation would pay two more waits for the disk. Like the log it never
 * stops the operation it tells of. What it holds may come from anybody, so only
 * words that can be nothing but a command of ours are read as one.
 */

import { GateError } from "../../base/errors.ts";
import { parseObject } from "../../base/json.ts";
import { isSameBytes } from "../../base/same.ts";
import { closeQuietly, removeQuietly, writeAll } from "../guard/descriptor.ts";
import { attempt } from "../guard/errors.ts";
import { type Folder, openFolder } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { FLAGS, system } from "../guard/system.ts";
import { sweepFolder, temporaryName } from "../guard/temporary.ts";
import { exists, readHead } from "../read/read.ts";

const NAME = "pending.json";
/** Where the record is, relative to the project. */
export const PENDING_PATH = `${GATE_FOLDER}/${NAME}`;
/** Bytes; ours are a tenth of it. */
const MAX_SIZE = 8192;
const COMMAND = /^gate(?: [\w.-]+){1,8}$/;
/** Characters; it stands in a message of one line. */
const MAX_COMMAND = 50;

/** What is known of an operation before its first step. */
export interface Pending {
  /** The words that run it again, such as `gate start 7`; text that people gave is not among them. */
  readonly command: string;
  /** When it began, as `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly timestamp: string;
  /** The documents it writes and moves. */
  readonly paths: readonly string[];
  /** The digest that the state document has once all is done. */
  readonly revision?: string;
  /** The token of its lock of the state document. */
  readonly lock: number;
}

/**
 * A record as it was found. `foreign` is something in its place that this program
 * has not written, `hidden` what this user may not or cannot read.
 */
export type PendingFound =
  | { readonly kind: "record"; readonly pending: Pending; readonly bytes: Uint8Array }
  | { readonly kind: "foreign" | "hidden" };

/** Whether there is something to read; the one question that every reader of the state pays for. */
export function hasPending(project: Project): boolean {
  return unlessRefused(() => exists(project, PENDING_PATH)) ?? false;
}

/** Reads the record; `undefined` where there is none. */
export function readPending(project: Project): PendingFound | undefined {
  const file = unlessRefused(() => readHead(project, PENDING_PATH, MAX_SIZE + 1));
  if (file === undefined) return { kind: "hidden" };
  if (file.kind === "missing") return undefined;
  if (file.kind === "refused" || file.bytes.length > MAX_SIZE) return { kind: "foreign" };
  const pending = parsePending(Buffer.from(file.bytes).toString());
  return pending === undefined ? { kind: "foreign" } : { kind: "record", pending, bytes: file.bytes };
}

/** Whether two looks found the same record, of the same operation. */
export function isSamePending(one: PendingFound | undefined, other: PendingFound | undefined): boolean {
  if (one?.kind !== "record" || other?.kind !== "record") return one?.kind === other?.kind;
  return isSameBytes(one.bytes, other.bytes);
}

/** Writes the record in place of any other, or puts the bytes of an earlier one back; `false` where that failed. */
export function writePending(project: Project, pending: Pending | Uint8Array): boolean {
  const bytes = pending instanceof Uint8Array ? pending : Buffer.from(`${JSON.stringify(pending)}\n`);
  return inGateFolder(project, (folder) => {
    sweepFolder(folder, NAME, true);
    const name = temporaryName(NAME);
    const flags = FLAGS.write | FLAGS.create | FLAGS.exclusive | FLAGS.noFollow;
    const descriptor = system.openSync(folder.at(name), flags, 0o600);
    let arrived = false;
    try {
      arrived = attempt(() => writeAll(descriptor, bytes));
    } finally {
      closeQuietly(descriptor);
    }
    if (arrived && attempt(() => system.renameSync(folder.at(name), folder.at(NAME)))) return true;
    removeQuietly(folder, name);
    return false;
  });
}

/** Removes the record, and whatever stands in its place; `false` where that failed. */
export function removePending(project: Project): boolean {
  return inGateFolder(project, (folder) => {
    system.unlinkSync(folder.at(NAME));
    return true;
  });
}

function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return undefined;
  }
}

function inGateFolder(project: Project, use: (folder: Folder) => boolean): boolean {
  try {
    const folder = openFolder(project, GATE_FOLDER);
    if (folder === undefined) return false;
    try {
      return use(folder);
    } finally {
      folder.close();
    }
  } catch {
    return false;
  }
}

function parsePending(text: string): Pending | undefined {
  const { command, timestamp, paths, revision, lock } = parseObject(text) ?? {};
  if (typeof command !== "string" || command.length > MAX_COMMAND || !COMMAND.test(command)) return undefined;
  if (typeof timestamp !== "string" || !Array.isArray(paths) || !Number.isSafeInteger(lock)) return undefined;
  return {
    command,
    timestamp,
    paths: paths.map(String),
    lock: lock as number,
    ...(typeof revision === "string" && { revision }),
  };
}
