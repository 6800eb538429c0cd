/**
 * What `check` found in work files.
 *
 * Invariant: an answer from here is the answer that reading the file would give. It is
 * believed for a file of the name and the mark it was made from (`file-clock`). None is
 * cached that time alone could make another of: a file with times that have yet to come
 * is read each time, and a clock that was set back discards everything. None is cached
 * of a state file, because what is wrong with that depends on others, too.
 *
 * The cache stands in the gate's own folder, which is not made for it, and only for
 * projects in which it is worth a file. It is untrusted, as all that a checkout can
 * bring: a clone has other inodes and times, and only the words of `check` come from
 * it. What writes judges for itself.
 */
import { type Cache, cachePath, readCache, writeCache } from "../../files/cache/cache.ts";
import { encodeMark, type FileClock, readFileClock, wasAtRest } from "../../files/cache/file-clock.ts";
import type { FileMark } from "../../files/read/documents.ts";
import { futureTimestamp } from "../../rules/future-timestamp.ts";
import type { Problem } from "../../rules/report.ts";
import type { Gate } from "../gate.ts";
import { PROBLEM, restore } from "./cache-shape.ts";

/** With fewer work files, reading all of them takes no time that anybody notices. */
export const CACHED_FROM = 300;

const KIND = "check";
export const CHECK_CACHE_PATH = cachePath(KIND);

const MOST_PROBLEMS = 50;
/** What is found in nearly all files. */
const NOTHING = "[]";

/** What was found in a document that looked like this, as JSON. */
interface Finding {
  readonly path: string;
  readonly mark: FileMark;
  readonly answer: string;
}

/** The cache as one call reads it, and what the call adds. */
export class CheckCache {
  readonly #gate: Gate;
  readonly #now: number;
  readonly #mayWrite: boolean;
  readonly #known: Cache;
  readonly #findings: Finding[] = [];
  #hasNews = false;
  #clock: FileClock | undefined;

  /** Without `mayWrite` nothing is ever added. */
  constructor(gate: Gate, mayWrite: boolean) {
    this.#gate = gate;
    this.#now = gate.clock();
    this.#mayWrite = mayWrite;
    this.#known = readCache(gate.project, KIND, this.#now);
  }

  /** What was found in a document that looks like this. */
  find(path: string, mark: FileMark | undefined): readonly Problem[] | undefined {
    const answer = mark && this.#known(path, encodeMark(mark));
    if (answer === undefined) return undefined;
    const problems = answer === NOTHING ? [] : readProblems(answer);
    if (problems) this.#findings.push({ path, mark: mark!, answer });
    return problems;
  }

  /** To be called before the first document is read of which something is to be cached. */
  begin(): void {
    if (this.#mayWrite) this.#clock ??= readFileClock(this.#gate.project, CHECK_CACHE_PATH);
  }

  /** Notes what was found in a document that was read since `begin`; `mark` is what it looked like just before. */
  note(path: string, mark: FileMark, problems: readonly Problem[]): void {
    if (!this.#clock || !wasAtRest(mark, this.#clock) || mark.modified > this.#now) return;
    if (problems.length > MOST_PROBLEMS || problems.some(({ rule }) => rule === futureTimestamp.id)) return;
    this.#findings.push({ path, mark, answer: JSON.stringify(problems) });
    this.#hasNews = true;
  }

  /** Writes what was believed and what was noted, if anything was. */
  write(): void {
    if (!this.#hasNews) return;
    const entries = this.#findings.map(({ path, mark, answer }) => {
      return { question: path, madeFrom: encodeMark(mark).slice(), answer };
    });
    writeCache(this.#gate.project, KIND, this.#now, entries);
  }
}

/** Problems from the cache; `undefined` where they are none, which only a forged file can have. */
function readProblems(answer: string): readonly Problem[] | undefined {
  const problems = restore(answer, [PROBLEM]) as readonly Problem[] | undefined;
  return problems?.every(({ severity }) => /^(?:error|warning)$/.test(severity)) ? problems : undefined;
}
