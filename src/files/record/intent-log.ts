/**
 * The record of an operation that is between its steps, so that one that was
 * interrupted there can be named.
 *
 * Whoever holds the lock of the state document may write it, and nobody else. It is
 * a volatile file: what it says is a service, the documents are right without it, and
 * every operation would pay two more waits for the disk. Like the log it never stops
 * the operation it tells of. What it holds may come from anybody, so only words that
 * can be nothing but a command of ours are read as one.
 */
import { parseObject } from "../../base/json.ts";
import { isSameBytes } from "../../base/same.ts";
import { hasVolatile, readVolatile, removeVolatile, replaceVolatile } from "../cache/volatile.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";

/** Where the record is, relative to the project. */
export const INTENT_PATH = `${GATE_FOLDER}/pending.json`;
/** Bytes; ours are a tenth of it. */
const MAX_SIZE = 8192;
const COMMAND = /^gate(?: [\w.-]+){1,8}$/;
/** Characters; it stands in a message of one line. */
const MAX_COMMAND = 50;

/** What is known of an operation before its first step. */
export interface IntentRecord {
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
export type IntentFound =
  | { readonly kind: "record"; readonly intent: IntentRecord; readonly bytes: Uint8Array }
  | { readonly kind: "foreign" | "hidden" };

/** Whether there is something to read; the one question that every reader of the state pays for. */
export function hasIntent(project: Project): boolean {
  return hasVolatile(project, INTENT_PATH);
}

/** Reads the record; `undefined` where there is none. */
export function readIntent(project: Project): IntentFound | undefined {
  const file = readVolatile(project, INTENT_PATH, MAX_SIZE + 1);
  if (file === undefined) return { kind: "hidden" };
  if (file.kind === "missing") return undefined;
  if (file.kind === "refused" || file.bytes.length > MAX_SIZE) return { kind: "foreign" };
  const intent = parseIntent(Buffer.from(file.bytes).toString());
  return intent === undefined ? { kind: "foreign" } : { kind: "record", intent, bytes: file.bytes };
}

/** Whether two looks found the same record, of the same operation. */
export function isSameIntent(one: IntentFound | undefined, other: IntentFound | undefined): boolean {
  if (one?.kind !== "record" || other?.kind !== "record") return one?.kind === other?.kind;
  return isSameBytes(one.bytes, other.bytes);
}

/** Writes the record in place of any other, or puts the bytes of an earlier one back; `false` where that failed. */
export function writeIntent(project: Project, intent: IntentRecord | Uint8Array): boolean {
  const bytes = intent instanceof Uint8Array ? intent : Buffer.from(`${JSON.stringify(intent)}\n`);
  return replaceVolatile(project, INTENT_PATH, bytes, true);
}

/** Removes the record, and whatever stands in its place; `false` where that failed. */
export function removeIntent(project: Project): boolean {
  return removeVolatile(project, INTENT_PATH);
}

function parseIntent(text: string): IntentRecord | undefined {
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
