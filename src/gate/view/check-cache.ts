/**
 * What `check` found in work files, kept between calls.
 *
 * Invariant: an answer from here is the answer that reading the file would give. A
 * verdict is believed for the file of the same name, device, inode and size that was
 * neither modified nor changed since. It is kept only
 *
 * - where the file was at rest before the reading began, by the file system's own
 *   clock: whatever happens to it later moves the time of its change, which, unlike
 *   that of its modification, nobody can set back;
 * - where time alone cannot make another of it: a file with times that have yet to
 *   come is read each time, and a clock that was set back discards everything;
 * - of work files: what is wrong with a state file depends on others, too.
 *
 * Another build of the program, a device of another number or a byte that is not what
 * was written discards everything as well. The cache stands in the gate's own folder,
 * which is not made for it, and only for projects in which it is worth a file. It is
 * untrusted, as all that a checkout can bring: a clone has other inodes and times,
 * and only the words of `check` come from it. What writes judges for itself.
 */

import { BUILD } from "../../base/build.ts";
import { parseJson } from "../../base/json.ts";
import { once, twice } from "../../files/cache/mirrored.ts";
import { type CacheDraft, draftCache, readCache } from "../../files/cache/timed-cache.ts";
import { GATE_FOLDER } from "../../files/guard/project.ts";
import type { FileMark } from "../../files/read/documents.ts";
import { futureTimestamp } from "../../rules/future-timestamp.ts";
import type { Problem } from "../../rules/report.ts";
import type { Gate } from "../gate.ts";

/** With fewer work files, reading all of them takes no time that anybody notices. */
export const KEPT_FROM = 300;

export const VERDICTS_PATH = `${GATE_FOLDER}/cache/verdicts`;

/** Files at rest for less than this are in doubt, in milliseconds; what is lost of their times is far less. */
const REST = 100;
const MOST_PROBLEMS = 50;

/** The numbers of a mark, in the order in which they are kept. */
const PARTS = ["device", "inode", "size", "modified", "changed"] as const satisfies (keyof FileMark)[];

/** The verdicts of one call. Has to be closed. */
export class Verdicts {
  readonly #gate: Gate;
  readonly #now: number;
  readonly #known: Known;
  readonly #mayWrite: boolean;
  /** The places of those that were believed, and where the next one is looked for first. */
  readonly #believed: number[] = [];
  #next = 0;
  #places: ReadonlyMap<string, number> | undefined;
  readonly #news: { readonly line: string; readonly mark: FileMark }[] = [];
  #draft: CacheDraft | undefined;

  /** Reads those that are kept. Without `mayWrite` nothing is ever added to them. */
  constructor(gate: Gate, mayWrite: boolean) {
    this.#gate = gate;
    this.#now = gate.clock();
    this.#mayWrite = mayWrite;
    this.#known = readKnown(readCache(gate.project, VERDICTS_PATH), this.#now);
  }

  /** What is kept about a document that looks like this. */
  find(path: string, mark: FileMark | undefined): readonly Problem[] | undefined {
    const place = mark && this.#placeOf(path);
    if (place === undefined || !isSameMark(this.#known.marks, place, mark!)) return undefined;
    const found = this.#known.problems.get(path);
    const problems = found === undefined ? [] : readProblems(found);
    if (problems) this.#believed.push(place);
    return problems;
  }

  /** Verdicts are asked for in the order in which they were kept, so that hardly any has to be searched for. */
  #placeOf(path: string): number | undefined {
    const { paths } = this.#known;
    if (paths[this.#next] !== path) {
      this.#places ??= new Map(paths.map((known, place) => [known, place]));
      const place = this.#places.get(path);
      if (place === undefined) return undefined;
      this.#next = place;
    }
    return this.#next++;
  }

  /** To be called before the first document is read of which something is to be kept. */
  begin(): void {
    if (this.#mayWrite) this.#draft ??= draftCache(this.#gate.project, VERDICTS_PATH);
  }

  /** Keeps what was found in a document that was read since `begin`; `mark` is what it looked like just before. */
  note(path: string, mark: FileMark, problems: readonly Problem[]): void {
    if (!this.#draft || !this.#isCertain(mark, this.#draft) || problems.length > MOST_PROBLEMS) return;
    if (problems.some(({ rule }) => rule === futureTimestamp.id)) return;
    this.#news.push({ line: problems.length === 0 ? path : `${path}\t${JSON.stringify(problems)}`, mark });
  }

  #isCertain({ device, modified, changed }: FileMark, { began, device: own }: CacheDraft): boolean {
    const latest = Math.max(modified, changed);
    return device === own && changed > 0 && latest + REST < began && modified <= this.#now;
  }

  /** Writes what there is to keep; with `failed`, nothing. */
  close(failed = false): void {
    const draft = this.#draft;
    this.#draft = undefined;
    if (!draft) return;
    if (failed || this.#news.length === 0) draft.drop();
    else draft.keep(this.#written());
  }

  #written(): Uint8Array {
    const { paths, marks, problems } = this.#known;
    const old = this.#believed.map((place) => {
      const path = paths[place]!;
      const found = problems.get(path);
      return found === undefined ? path : `${path}\t${found}`;
    });
    const numbers = [
      ...this.#believed.flatMap((place) => [...marks.subarray(PARTS.length * place, PARTS.length * (place + 1))]),
      ...this.#news.flatMap(({ mark }) => PARTS.map((part) => mark[part])),
    ];
    const lines = [this.#now, ...old, ...this.#news.map(({ line }) => line)];
    const body = Buffer.concat([new Uint8Array(Float64Array.from(numbers).buffer), Buffer.from(lines.join("\n"))]);
    return Buffer.concat([Buffer.from(headOf(lines.length - 1)), twice(body)]);
  }
}

/** What is kept: documents with the numbers of their marks, and the problems, as JSON, of those that have any. */
interface Known {
  readonly paths: readonly string[];
  readonly marks: Float64Array;
  readonly problems: ReadonlyMap<string, string>;
}

const NOTHING: Known = { paths: [], marks: new Float64Array(), problems: new Map() };

function readKnown(bytes: Uint8Array | undefined, now: number): Known {
  const headEnd = (bytes?.indexOf(10) ?? -1) + 1;
  if (!bytes || headEnd === 0) return NOTHING;
  const head = Buffer.from(bytes.subarray(0, headEnd)).toString();
  const count = Number(/ (\d{1,9})\n$/.exec(head)?.[1]);
  const body = head === headOf(count) ? once(bytes.subarray(headEnd)) : undefined;
  const size = count * PARTS.length * Float64Array.BYTES_PER_ELEMENT;
  if (!body || body.length < size) return NOTHING;
  const [written = "", ...paths] = Buffer.from(body.subarray(size)).toString().split("\n");
  if (!/^\d{1,15}$/.test(written) || Number(written) > now || paths.length !== count) return NOTHING;
  const problems = new Map<string, string>();
  for (const [place, line] of paths.entries()) {
    const end = line.indexOf("\t[");
    if (end === -1) continue;
    paths[place] = line.slice(0, end);
    problems.set(paths[place], line.slice(end + 1));
  }
  // A copy begins where numbers can be read.
  return { paths, marks: new Float64Array(new Uint8Array(body.subarray(0, size)).buffer), problems };
}

function headOf(count: number): string {
  return `gate check 2 ${BUILD} ${count}\n`;
}

function isSameMark(marks: Float64Array, place: number, mark: FileMark): boolean {
  const at = PARTS.length * place;
  return PARTS.every((part, index) => marks[at + index] === mark[part]);
}

/** Problems of a verdict; `undefined` where they are none, which only a forged file can have. */
function readProblems(json: string): readonly Problem[] | undefined {
  const problems = parseJson(json);
  return Array.isArray(problems) && problems.every(isProblem) ? problems : undefined;
}

const SHAPE = {
  rule: "string",
  severity: "string",
  message: "string",
  line: "number",
  column: "number",
  endLine: "number",
  endColumn: "number",
  fixable: "boolean",
} as const satisfies Record<keyof Problem, string>;

function isProblem(value: unknown): value is Problem {
  if (typeof value !== "object" || value === null) return false;
  const given = new Map<string, unknown>(Object.entries(value));
  const isWhole = Object.entries(SHAPE).every(([key, type]) => typeof given.get(key) === type);
  return (
    isWhole && given.size === Object.keys(SHAPE).length && /^(?:error|warning)$/.test(String(given.get("severity")))
  );
}
