/**
 * Answers that need not be found again, each beside what it was made from.
 *
 * Invariant: an answer is believed only for the very bytes it was made from. Those are
 * the source itself, or the mark of a file (`file-clock` says when that is enough). A
 * cache of another build, of a time that has yet to come, with a byte that is not what
 * was written, and no cache at all are the same: nothing is known. The bytes an answer
 * was made from are compared by whoever asks, so damage to them is seen there; names
 * and answers are mirrored.
 */
import { BUILD } from "../../base/build.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { MAX_RECORD_BYTES } from "../read/read.ts";
import { mirror, unmirror } from "./mirrored.ts";
import { readVolatile, replaceVolatile } from "./volatile.ts";

/** An answer to a question, without line breaks, and what it was made from. */
export interface CacheEntry {
  readonly question: string;
  readonly madeFrom: Uint8Array;
  readonly answer: string;
}

/** The answer to a question, where it was made from these very bytes. */
export type Cache = (question: string, madeFrom: Uint8Array) => string | undefined;

/** Where a cache is, relative to the project. */
export function cachePath(kind: string): string {
  return `${GATE_FOLDER}/cache/${kind}`;
}

/** Reads a cache; one that was written later than `now`, in milliseconds since the epoch, says nothing. */
export function readCache(project: Project, kind: string, now: number): Cache {
  const file = readVolatile(project, cachePath(kind), MAX_RECORD_BYTES);
  if (file?.kind !== "file") return knowNothing;
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length);
  const start = bytes.indexOf(10) + 1;
  const head = bytes.toString("latin1", 0, start);
  const [time = 0, length = 0] = head.split(" ").slice(3).map(Number);
  const answers = unmirror(bytes.subarray(start + length));
  if (head !== headOf(kind, time, length) || time > now || answers === undefined) return knowNothing;
  const lines = Buffer.from(answers).toString().split("\n");
  const count = lines.length / 2;
  const size = length / count;
  let places: ReadonlyMap<string, number> | undefined;
  let next = 0;
  return (question, madeFrom) => {
    // Asked in the order in which they were written, hardly any has to be searched for.
    if (lines[next] !== question) places ??= new Map(lines.slice(0, count).map((line, place) => [line, place]));
    const place = lines[next] === question ? next : places!.get(question);
    if (place === undefined) return undefined;
    next = place + 1;
    const at = start + place * size;
    const isSame = madeFrom.length === size && bytes.compare(madeFrom, 0, size, at, at + size) === 0;
    return isSame ? lines[count + place] : undefined;
  };
}

function knowNothing(): undefined {}

/** Writes a cache in place of an earlier one; each of its answers was made from as many bytes. */
export function writeCache(project: Project, kind: string, now: number, entries: readonly CacheEntry[]): void {
  const sources = Buffer.concat(entries.map(({ madeFrom }) => madeFrom));
  const lines = [...entries.map(({ question }) => question), ...entries.map(({ answer }) => answer)];
  const answers = Buffer.from(lines.join("\n"));
  const bytes = Buffer.concat([Buffer.from(headOf(kind, now, sources.length)), sources, mirror(answers)]);
  if (bytes.length <= MAX_RECORD_BYTES) replaceVolatile(project, cachePath(kind), bytes);
}

/** The first line: which build wrote it and when, and how much stands between it and the answers. */
function headOf(kind: string, time: number, length: number): string {
  return `gate ${kind} ${BUILD} ${time} ${length}\n`;
}
