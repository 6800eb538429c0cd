/**
 * What a project holds, read without the program's help: the files of its users, and
 * what the history kept. Two of these, taken around a command, say what the command
 * lost: bytes that stood in a file or in the history before and are nowhere now.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";

/** Bytes as Latin-1 text, which compares and goes into sets as bytes would. */
export type Bytes = string;

export interface Holdings {
  /** Documents, backups, copies of conflicts, and whatever else lies below the project, by path. */
  readonly files: ReadonlyMap<string, Bytes>;
  /** Whole history entries, by folder and id. */
  readonly entries: ReadonlyMap<string, Bytes>;
}

const GATE = join(".claude", ".gate");
const HISTORY = join(GATE, "history");
/** Temporaries of the gate's own making hold nothing that was anybody's. */
const TEMPORARY = /\.[0-9a-f]{12}\.tmp$/;

export function holdingsOf(root: string): Holdings {
  const files = new Map<string, Bytes>();
  const entries = new Map<string, Bytes>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || TEMPORARY.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name).slice(root.length + 1);
    if (path.startsWith(HISTORY)) entries.set(path.slice(HISTORY.length + 1), readFileSync(join(root, path), "latin1"));
    else if (!path.startsWith(GATE)) files.set(path, readFileSync(join(root, path), "latin1"));
  }
  return { files, entries };
}

/** The bytes of a version: what follows its first line, inflated where that says so. */
export function keptBy(entry: Bytes): Bytes {
  const end = entry.indexOf("\n");
  const bytes = entry.slice(end + 1);
  if (JSON.parse(entry.slice(0, end)).deflated === undefined) return bytes;
  return inflateRawSync(Buffer.from(bytes, "latin1")).toString("latin1");
}

/** Everything that is held somewhere. */
export function contentsOf({ files, entries }: Holdings): ReadonlySet<Bytes> {
  return new Set([...files.values(), ...[...entries.values()].map(keptBy)]);
}

/** What was held before and is held nowhere afterwards, in words; empty where nothing is lost. */
export function lostBetween(before: Holdings, after: Holdings): string[] {
  const contents = contentsOf(after);
  const lost: string[] = [];
  for (const [path, bytes] of before.files) {
    if (bytes !== "" && !contents.has(bytes)) lost.push(`${path}: ${describe(bytes, contents)}`);
  }
  for (const [id, entry] of before.entries) {
    if (after.entries.get(id) !== entry) lost.push(`history entry ${id}: ${describe(keptBy(entry), contents)}`);
  }
  return lost;
}

/** The lines of a text that stand in none of the contents; without any it is their order or their bytes that is lost. */
function describe(bytes: Bytes, contents: ReadonlySet<Bytes>): string {
  const known = new Set([...contents].flatMap(linesOf));
  const missing = linesOf(bytes).filter((line) => !known.has(line));
  return missing.length > 0 ? JSON.stringify(missing) : "every line is somewhere, the bytes as a whole are not";
}

function linesOf(bytes: Bytes): string[] {
  return Buffer.from(bytes, "latin1")
    .toString()
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
