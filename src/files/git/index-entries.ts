/** What git's index lists, entry by entry, in all the forms that git writes by itself. */
import { join } from "node:path";
import { readPart } from "../guard/descriptor.ts";
import { commonFolder } from "./refs.ts";

export const MAX_INDEX = 32 * 1024 * 1024;
const SUBMODULE = 0o160000;
const FOLDER = 0o040000;

/** A file in git's index; of one that is unmerged there are up to three, with a stage each. */
export interface IndexEntry {
  readonly name: string;
  readonly stage: number;
  /** When git saw the file last, in whole seconds since the epoch, and how many bytes it had. */
  readonly modified: number;
  readonly size: number;
}

/** What git's index lists; `undefined` for a form of it that is not read here. */
export function readIndex(git: string): IndexEntry[] | undefined {
  const read = readPart(join(git, "index"), MAX_INDEX);
  if (read === undefined || read.length < 12 || read.length === MAX_INDEX) return undefined;
  const bytes = Buffer.from(read.buffer, read.byteOffset, read.length);
  const version = bytes.readUInt32BE(4);
  if (bytes.toString("latin1", 0, 4) !== "DIRC" || version < 2 || version > 4) return undefined;
  const config = Buffer.from(readPart(join(commonFolder(git), "config"), 65_536) ?? []).toString();
  const digest = /objectformat\s*=\s*sha256/i.test(config) ? 32 : 20;
  const entries: IndexEntry[] = [];
  let before: Buffer = Buffer.alloc(0);
  let at = 12;
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    const flagsAt = at + 40 + digest;
    if (flagsAt + 4 > bytes.length) return undefined;
    const mode = bytes.readUInt32BE(at + 24);
    const flags = bytes.readUInt16BE(flagsAt);
    const extended = version > 2 && (flags & 0x4000) !== 0;
    const skipped = extended && (bytes.readUInt16BE(flagsAt + 2) & 0x4000) !== 0;
    let from = flagsAt + (extended ? 4 : 2);
    let shared: Buffer = Buffer.alloc(0);
    if (version === 4) {
      const cut = readNumber(bytes, from);
      from = cut.next;
      shared = before.subarray(0, Math.max(0, before.length - cut.value));
    }
    const end = bytes.indexOf(0, from);
    if (end === -1) return undefined;
    before = version === 4 ? Buffer.concat([shared, bytes.subarray(from, end)]) : bytes.subarray(from, end);
    if (!skipped && mode !== SUBMODULE && mode !== FOLDER) {
      const [modified, size] = [bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 36)];
      entries.push({ name: before.toString(), stage: (flags >> 12) & 3, modified, size });
    }
    // One to eight zeros end an entry on a multiple of eight bytes.
    at = version === 4 ? end + 1 : at + ((end - at + 8) & ~7);
  }
  // The rest of a split index stands in another file.
  return bytes.toString("latin1", at, at + 4) === "link" ? undefined : entries;
}

/**
 * Whether git's index lists anything below a folder, wherever that is and however it is spelled:
 * whoever asks does not believe what came with a checkout, and one doubt too many does no harm.
 */
export function listsBelow(git: string, folder: string): boolean {
  const read = readPart(join(git, "index"), MAX_INDEX);
  if (read === undefined || read.length < 12) return false;
  const index = Buffer.from(read.buffer, read.byteOffset, read.length);
  // Names of version 4 stand there in parts.
  const names = index.readUInt32BE(4) === 4 ? readIndex(git)?.map(({ name }) => name) : [index.toString("latin1")];
  const sought = `${folder}/`.toLowerCase();
  return names?.some((name) => name.toLowerCase().includes(sought)) ?? true;
}

/** A number of seven bits a byte, as git packs offsets. */
function readNumber(bytes: Buffer, start: number): { readonly value: number; readonly next: number } {
  let at = start;
  let byte = bytes[at++] ?? 0;
  let value = byte & 127;
  while (byte & 128 && at < bytes.length) {
    byte = bytes[at++]!;
    value = (value + 1) * 128 + (byte & 127);
  }
  return { value, next: at };
}
