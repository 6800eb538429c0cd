/** One entry of the history as a file: a line of JSON that says which change it was, then the bytes it replaced. */
import { parseObject } from "../../base/json.ts";
import { closeQuietly, openRegular, readAll } from "../guard/descriptor.ts";
import type { Folder } from "../guard/path.ts";
import { MAX_BYTES } from "../read/read.ts";
import type { Addition, HistoryEntry } from "./history-entry.ts";

/** The longest first line that is written or read, in bytes. */
const MAX_HEADER = 4096;
/** No entry is larger, in bytes. */
const LARGEST = 16 * MAX_BYTES;
const MAX_WORD = 200;
/** No date is further from the epoch, in milliseconds. */
const LATEST = 8.64e15;

/** The line in front of the bytes that an entry keeps. */
export function encodeHeader(
  document: string,
  { operation, timestamp, bytes, revision, restores, actor }: Addition,
): Uint8Array {
  const header = {
    operation: operation.slice(0, MAX_WORD),
    timestamp,
    path: document,
    size: bytes?.length ?? 0,
    existed: bytes !== undefined,
    ...(revision !== undefined && { revision }),
    ...(restores !== undefined && { restores }),
    ...(actor !== undefined && { actor: actor.slice(0, MAX_WORD) }),
  };
  return Buffer.from(`${JSON.stringify(header)}\n`);
}

/** One entry; `undefined` where its file is torn, as a crash in the middle of writing leaves it. */
export function readEntry(
  folder: Folder,
  id: string,
  whole: boolean,
): { readonly entry: HistoryEntry; readonly bytes: Uint8Array } | undefined {
  const opened = openRegular(folder, id);
  if (opened.kind !== "file") return undefined;
  try {
    const size = Number(opened.stats.size);
    const read = readAll(opened.descriptor, whole ? LARGEST : MAX_HEADER, whole ? size : MAX_HEADER);
    const end = read.indexOf(10);
    const entry = end < 0 ? undefined : parseHeader(id, Buffer.from(read.subarray(0, end)).toString());
    if (entry === undefined || end + 1 + entry.size !== size) return undefined;
    return { entry, bytes: read.subarray(end + 1) };
  } finally {
    closeQuietly(opened.descriptor);
  }
}

function parseHeader(id: string, line: string): HistoryEntry | undefined {
  const { operation, timestamp, path, size, existed, revision, restores, actor } = parseObject(line) ?? {};
  if (typeof operation !== "string" || typeof path !== "string" || typeof existed !== "boolean") return undefined;
  if (!Number.isSafeInteger(timestamp) || !Number.isSafeInteger(size)) return undefined;
  if (Math.abs(timestamp as number) > LATEST) return undefined;
  return {
    id,
    operation,
    timestamp: timestamp as number,
    path,
    size: size as number,
    existed,
    ...(typeof revision === "string" && { revision }),
    ...(typeof restores === "string" && { restores }),
    ...(typeof actor === "string" && { actor }),
  };
}
