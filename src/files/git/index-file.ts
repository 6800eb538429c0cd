/**
 * Which files of a checkout changed since a moment, by their times.
 *
 * Git's index lists what is tracked. Asking git itself would start a process and,
 * in a repository that may not be trusted, the filters and monitors it configures;
 * so the list is read here and each file is looked at, no content is compared.
 * A file that is new stands in no list: the folders of those that do are looked at
 * as well where they changed.
 */
import { join } from "node:path";
import { readPart } from "../guard/descriptor.ts";
import { codeOf } from "../guard/errors.ts";
import { system } from "../guard/system.ts";
import type { Checkout } from "./checkout.ts";
import { commonFolder } from "./refs.ts";

const MAX_INDEX = 32 * 1024 * 1024;
const SUBMODULE = 0o160000;
const FOLDER = 0o040000;
/** Git's own, the gate's, and what editors and programs leave behind. */
const UNINTERESTING = /^\.|~$|\.(?:sw.|tmp|log|pyc|bak)$/;

export interface ChangeLimits {
  /** Milliseconds after which nobody waits any longer. */
  readonly within: number;
  /** Stop at so many. */
  readonly atMost?: number;
}

/** How many files changed; `undefined` without an index, with one that is not understood, and out of time. */
export function countChanged({ files, git }: Checkout, since: number, limits: ChangeLimits): number | undefined {
  const { within, atMost = Number.POSITIVE_INFINITY } = limits;
  const end = system.monotonic() + within;
  const names = readIndex(git);
  if (names === undefined) return undefined;
  // A state document says the second it was saved in.
  const later = since + 1000;
  const tracked = new Set<string>();
  const folders = new Set<string>();
  let count = 0;
  for (const name of names) {
    if (name.startsWith(".claude/")) continue;
    tracked.add(name);
    folders.add(name.slice(0, Math.max(0, name.lastIndexOf("/"))));
    const modified = modifiedAt(join(files, name));
    if (modified !== undefined && modified >= later && ++count >= atMost) return count;
    if (system.monotonic() > end) return undefined;
  }
  for (const folder of folders) {
    if ((modifiedAt(join(files, folder)) ?? 0) < later) continue;
    for (const name of newFilesIn(files, folder, tracked)) {
      const modified = modifiedAt(join(files, name));
      if (modified !== undefined && modified >= later && ++count >= atMost) return count;
    }
    if (system.monotonic() > end) return undefined;
  }
  return count;
}

function newFilesIn(files: string, folder: string, tracked: ReadonlySet<string>): string[] {
  try {
    return system
      .readdirSync(join(files, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !UNINTERESTING.test(entry.name))
      .map(({ name }) => (folder === "" ? name : `${folder}/${name}`))
      .filter((name) => !tracked.has(name));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return [];
  }
}

function modifiedAt(path: string): number | undefined {
  try {
    return system.lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/** The names in git's index; `undefined` for a form of it that is not read here. */
function readIndex(git: string): string[] | undefined {
  const read = readPart(join(git, "index"), MAX_INDEX);
  if (read === undefined || read.length < 12 || read.length === MAX_INDEX) return undefined;
  const bytes = Buffer.from(read.buffer, read.byteOffset, read.length);
  const version = bytes.readUInt32BE(4);
  if (bytes.toString("latin1", 0, 4) !== "DIRC" || version < 2 || version > 4) return undefined;
  const config = Buffer.from(readPart(join(commonFolder(git), "config"), 65_536) ?? []).toString();
  const digest = /objectformat\s*=\s*sha256/i.test(config) ? 32 : 20;
  const names: string[] = [];
  let before: Buffer = Buffer.alloc(0);
  let at = 12;
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    const flagsAt = at + 40 + digest;
    if (flagsAt + 4 > bytes.length) return undefined;
    const mode = bytes.readUInt32BE(at + 24);
    const extended = version > 2 && (bytes.readUInt16BE(flagsAt) & 0x4000) !== 0;
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
    if (!skipped && mode !== SUBMODULE && mode !== FOLDER) names.push(before.toString());
    // One to eight zeros end an entry on a multiple of eight bytes.
    at = version === 4 ? end + 1 : at + ((end - at + 8) & ~7);
  }
  // The rest of a split index stands in another file.
  return bytes.toString("latin1", at, at + 4) === "link" ? undefined : names;
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
