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
import { type CacheDraft, draftCache, readCache } from "../files/cache.ts";
import type { FileMark } from "../files/documents.ts";
import { GATE_FOLDER } from "../files/project.ts";
import { futureTimestamp } from "../rules/future-timestamp.ts";
import type { Problem } from "../rules/report.ts";
import { revisionOf } from "../text/source.ts";
import type { Gate } from "./gate.ts";

declare const __BUILD__: string;

/** A digest of the program's sources, put in by the build: its rules are part of each verdict. */
const BUILD = typeof __BUILD__ === "undefined" ? "sources" : __BUILD__;

/** With fewer work files, reading all of them takes no time that anybody notices. */
export const KEPT_FROM = 300;

export const VERDICTS_PATH = `${GATE_FOLDER}/cache/verdicts`;

/** Files at rest for less than this are in doubt, in milliseconds; what is lost of their times is far less. */
const REST = 100;
const MOST_PROBLEMS = 50;

/** The verdicts of one call. Has to be closed. */
export class Verdicts {
  readonly #gate: Gate;
  readonly #now: number;
  readonly #known: Known;
  readonly #mayWrite: boolean;
  readonly #lines: string[] = [];
  #draft: CacheDraft | undefined;
  #hasNews = false;

  /** Reads those that are kept. Without `mayWrite` nothing is ever added to them. */
  constructor(gate: Gate, mayWrite: boolean) {
    this.#gate = gate;
    this.#now = gate.clock();
    this.#mayWrite = mayWrite;
    this.#known = readKnown(readCache(gate.project, VERDICTS_PATH), this.#now);
  }

  /** What is kept about a document that looks like this. */
  find(path: string, mark: FileMark | undefined): readonly Problem[] | undefined {
    const key = mark && keyOf(path, mark);
    const found = key && this.#known.get(key);
    if (key === undefined || found === undefined) return undefined;
    const problems = found === "" ? [] : readProblems(found);
    if (problems) this.#lines.push(found === "" ? key : `${key}\t${found}`);
    return problems;
  }

  /** To be called before the first document is read of which something is to be kept. */
  begin(): void {
    if (this.#mayWrite) this.#draft ??= draftCache(this.#gate.project, VERDICTS_PATH);
  }

  /** Keeps what was found in a document that was read since `begin`; `mark` is what it looked like just before. */
  note(path: string, mark: FileMark, problems: readonly Problem[]): void {
    if (!this.#draft || !this.#isCertain(mark, this.#draft) || problems.length > MOST_PROBLEMS) return;
    if (problems.some(({ rule }) => rule === futureTimestamp.id)) return;
    const key = keyOf(path, mark);
    this.#lines.push(problems.length === 0 ? key : `${key}\t${JSON.stringify(problems)}`);
    this.#hasNews = true;
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
    if (failed || !this.#hasNews) {
      draft.drop();
      return;
    }
    const body = [this.#now, ...this.#lines].join("\n");
    draft.keep(Buffer.from(`${headOf(Buffer.from(body))}\n${body}`));
  }
}

/** By key: the problems as JSON, nothing where there are none. */
type Known = ReadonlyMap<string, string>;

const NOTHING: Known = new Map();

function readKnown(bytes: Uint8Array | undefined, now: number): Known {
  const headEnd = bytes?.indexOf(10) ?? -1;
  if (!bytes || headEnd === -1) return NOTHING;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset + headEnd + 1, bytes.length - headEnd - 1);
  if (Buffer.from(bytes.subarray(0, headEnd)).toString() !== headOf(body)) return NOTHING;
  const [written = "", ...lines] = body.toString().split("\n");
  if (!/^\d{1,15}$/.test(written) || Number(written) > now) return NOTHING;
  const verdicts = new Map<string, string>();
  for (const line of lines) {
    const problems = line.indexOf("\t[");
    if (problems === -1) verdicts.set(line, "");
    else verdicts.set(line.slice(0, problems), line.slice(problems + 1));
  }
  return verdicts;
}

function headOf(body: Uint8Array): string {
  return `gate check 1 ${BUILD} ${revisionOf(body)}`;
}

function keyOf(path: string, { device, inode, size, modified, changed }: FileMark): string {
  return `${path}\t${device} ${inode} ${size} ${modified} ${changed}`;
}

/** Problems of a verdict; `undefined` where they are none, which only a forged file can have. */
function readProblems(json: string): readonly Problem[] | undefined {
  try {
    const problems: unknown = JSON.parse(json);
    return Array.isArray(problems) && problems.every(isProblem) ? problems : undefined;
  } catch {
    return undefined;
  }
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
