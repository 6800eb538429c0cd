/**
 * One version as a file: a line of JSON that says what it is, then its bytes, deflated
 * where that saves something.
 *
 * Files of schema 1 hold the bytes that a change replaced and the digest of what it wrote;
 * `versions-before` reads them as what they are, the version before that change.
 */
import { parseObject } from "../../base/json.ts";
import { revisionOf, revisionOnce } from "../../base/revision.ts";
import { readStretches } from "../../base/stretch.ts";
import { closeQuietly, openRegular, readAll } from "../guard/descriptor.ts";
import type { Folder } from "../guard/path.ts";
import { system } from "../guard/system.ts";
import { MAX_BYTES } from "../read/read.ts";
import { type Addition, OUTSIDE, type Replacement, type Version } from "./version.ts";
import { PENDING } from "./version-id.ts";

/** The longest first line that is written or read, in bytes: three long words, each byte of them escaped, and a long path. */
const MAX_HEADER = 8192;
/** No version is larger, in bytes. */
const LARGEST = 16 * MAX_BYTES;
/** Nor its file: what cannot be deflated becomes a little longer by it. */
const LARGEST_FILE = LARGEST + LARGEST / 256;
/** Shorter bytes stay as they are: a block of the disk holds them, and nothing has to be loaded for them. */
export const DEFLATED_FROM = 4096;
const MAX_WORD = 200;
/** No date is further from the epoch, in milliseconds. */
const LATEST = 8.64e15;

/** The file of a version. */
export function encodeVersion(document: string, addition: Addition): Uint8Array {
  return Buffer.concat(versionParts(document, addition));
}

/** What its file is made of: the line that says what it is and knows it by its digest, and its bytes. */
export function versionParts(document: string, addition: Addition): readonly Uint8Array[] {
  const { operation, timestamp, bytes, from, restores, actor, branch, isOpen, outside } = addition;
  const isDeflated = bytes !== undefined && bytes.length >= DEFLATED_FROM && !isOpen;
  const stored = isDeflated ? system.deflate(bytes) : bytes;
  const header = {
    schema_version: 2,
    operation: operation.slice(0, MAX_WORD),
    timestamp,
    path: document,
    size: bytes?.length ?? 0,
    ...(stored !== bytes && { deflated: stored!.length }),
    ...(bytes !== undefined && { revision: revisionOnce(bytes) }),
    ...(from !== undefined && { from }),
    ...(restores !== undefined && { restores }),
    ...(actor !== undefined && { actor: actor.slice(0, MAX_WORD) }),
    ...(branch !== undefined && { branch: branch.slice(0, MAX_WORD) }),
    ...(outside && (outside.length > 0 || operation === OUTSIDE) && { outside }),
    ...(isOpen && { open: true }),
  };
  return [Buffer.from(`${JSON.stringify(header)}\n`), stored ?? new Uint8Array()];
}

/** One version by the name of its file, its bytes only where they are asked for; `undefined` where the file is torn, as a crash in the middle of writing leaves it. */
export function readVersionFile(
  folder: Folder,
  name: string,
  whole: boolean,
): { readonly version: Version; readonly bytes?: Uint8Array } | undefined {
  const opened = openRegular(folder, name);
  if (opened.kind !== "file") return undefined;
  try {
    const size = Number(opened.stats.size);
    const read = readAll(opened.descriptor, whole ? LARGEST_FILE : MAX_HEADER, whole ? size : MAX_HEADER);
    const end = read.indexOf(10);
    const header = end < 0 ? undefined : readHeader(name, Buffer.from(read.subarray(0, end)).toString());
    if (header === undefined) return undefined;
    const { version, length } = header;
    // An open version may have been longer before.
    const rest = size - (end + 1) - length;
    if (version.isOpen ? rest < 0 : rest !== 0) return undefined;
    // A digest of the bytes stands in no header of schema 1.
    if (version.replaced && !whole) return readVersionFile(folder, name, true);
    const bytes = whole ? contentOf(read.subarray(end + 1, end + 1 + length), header) : undefined;
    if (bytes === undefined) return whole ? undefined : { version };
    return {
      version: version.replaced && header.existed ? { ...version, revision: revisionOf(bytes) } : version,
      bytes,
    };
  } finally {
    closeQuietly(opened.descriptor);
  }
}

/** The bytes of a version; `undefined` where they are not the ones that were stored. */
function contentOf(stored: Uint8Array, header: Header): Uint8Array | undefined {
  const { length, isDeflated, version } = header;
  const { size, revision } = version;
  if (stored.length !== length || size > LARGEST) return undefined;
  const bytes = isDeflated ? system.inflate(stored, size) : stored;
  if (bytes?.length !== size) return undefined;
  return revision === undefined || revisionOf(bytes) === revision ? bytes : undefined;
}

interface Header {
  readonly version: Version;
  /** How many bytes stand behind the header. */
  readonly length: number;
  readonly isDeflated: boolean;
  readonly existed: boolean;
}

function readHeader(name: string, line: string): Header | undefined {
  const header = parseObject(line) ?? {};
  const { operation, timestamp, path, size, deflated, existed } = header;
  if (typeof operation !== "string" || typeof path !== "string") return undefined;
  if (!isCount(size) || !(deflated === undefined || isCount(deflated))) return undefined;
  if (!Number.isSafeInteger(timestamp) || Math.abs(timestamp as number) > LATEST) return undefined;
  const [revision, from, restores, actor, branch] = ["revision", "from", "restores", "actor", "branch"].map((key) =>
    typeof header[key] === "string" ? header[key] : undefined,
  );
  const outside = readStretches(header["outside"]);
  const isPending = name.endsWith(PENDING);
  const id = isPending ? name.slice(0, -PENDING.length) : name;
  const common = { id, path, size, timestamp: timestamp as number };
  const form = { length: deflated ?? size, isDeflated: deflated !== undefined };
  if (header["schema_version"] !== 2) {
    if (typeof existed !== "boolean") return undefined;
    const replaced: Replacement = { operation, timestamp: timestamp as number, revision, restores, actor };
    return { version: { ...common, operation: OUTSIDE, written: true, replaced }, ...form, existed };
  }
  const version = {
    ...common,
    operation,
    ...(revision !== undefined && { revision }),
    ...(from !== undefined && { from }),
    ...(restores !== undefined && { restores }),
    ...(actor !== undefined && { actor }),
    ...(branch !== undefined && { branch }),
    ...(outside !== undefined && { outside }),
    written: !isPending,
    ...(header["open"] === true && { isOpen: true }),
  };
  return { version, ...form, existed: revision !== undefined };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
