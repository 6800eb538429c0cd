/**
 * The work files of a folder, newest first.
 *
 * In a project of some hundreds every file is read and judged. Where there are more
 * and only the newest are asked for, heads of files are read, newest modification
 * first, until no file left can be among the newest: a work file's time of update is
 * not later than the file's modification, but for a day that clocks and time zones
 * may differ. Only those that are then newest are read whole. Where all files are
 * younger than what they say, as after a clone, the times of modification say
 * nothing and all heads are read.
 *
 * A file that was given an old modification time and a later time of update, by hand
 * or by an archiver, can be left out. That is why the answer says whether it is complete.
 */
import { isFuture, type TimeReading } from "../../base/time.ts";
import { issueOf, updateTimeOf, type WorkDocument } from "../../document/work.ts";
import { readWorkHead } from "../../document/work-head.ts";
import {
  type DocumentFolder,
  modifiedAt,
  openDocuments,
  type ReadOne,
  readEach,
  readHeadInto,
} from "../../files/read/documents.ts";
import type { Gate } from "../gate.ts";
import { judgeWork } from "./read.ts";

/** A work file that can be read. */
export interface FoundWork {
  readonly path: string;
  readonly document: WorkDocument;
  readonly issue: { readonly number: number; readonly title: string };
  readonly instant: number | undefined;
}

export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

export interface WorkFiles<T> {
  /** Newest first. */
  readonly found: readonly T[];
  /** Those that were read and cannot be, with the reason, in order of their numbers. */
  readonly skipped: readonly SkippedFile[];
  /** How many files there are. */
  readonly total: number;
  /** Whether every file is in one of the lists. */
  readonly complete: boolean;
}

/** A folder with no more files than this is always read whole. */
export const ALL_UP_TO = 300;

/** Whether a folder holds more than are always read whole. */
export function isLong(gate: Gate, folder: string): boolean {
  const documents = openDocuments(gate.project, folder);
  if (documents === undefined) return false;
  documents.close();
  return documents.names.length > ALL_UP_TO;
}

const SLACK = 86_400_000;
const HEAD_BYTES = 1024;
const SAMPLES = 24;
const STEP = 64;

/**
 * Finds the work files of a folder, the newest `most` of them where it holds many.
 * What is wanted of a document is taken from it at once, so that not all of them
 * have to be kept in memory.
 */
export async function findWork<T>(
  gate: Gate,
  folder: string,
  most: number,
  take: (found: FoundWork) => T,
): Promise<WorkFiles<T>> {
  const documents = openDocuments(gate.project, folder);
  if (!documents) return { found: [], skipped: [], total: 0, complete: true };
  try {
    const search = new Search(gate, documents, take);
    return documents.names.length <= Math.max(ALL_UP_TO, most) ? await search.all() : await search.newest(most);
  } finally {
    documents.close();
  }
}

/** Names in the order in which people count the files: by their numbers, then as text. */
export function inOrder(names: Iterable<string>): string[] {
  return [...names]
    .map((name) => ({ name, number: Number(/\d+/.exec(name)?.[0] ?? Number.MAX_SAFE_INTEGER) }))
    .sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/** A file as far as it is known: its place in the list and, once it was read whole, what was taken of it. */
interface Candidate<T> {
  readonly name: string;
  readonly instant: number | undefined;
  readonly number: number;
  value?: { readonly taken: T } | "skipped";
}

class Search<T> {
  readonly #gate: Gate;
  readonly #documents: DocumentFolder;
  readonly #take: (found: FoundWork) => T;
  readonly #skipped = new Map<string, string>();
  #total: number;

  constructor(gate: Gate, documents: DocumentFolder, take: (found: FoundWork) => T) {
    this.#gate = gate;
    this.#documents = documents;
    this.#take = take;
    this.#total = documents.names.length;
  }

  async all(): Promise<WorkFiles<T>> {
    const found: Candidate<T>[] = [];
    const names = inOrder(this.#documents.names);
    for (const one of readEach(this.#documents, names)) {
      const candidate = await this.#judge(one);
      if (candidate) found.push(candidate);
    }
    return this.#answer(found.sort(newestFirst));
  }

  async newest(most: number): Promise<WorkFiles<T>> {
    const candidates: Candidate<T>[] = [];
    const order = this.#byModification();
    let next = 0;
    for (let wanted = most; ; ) {
      next = await this.#readHeads(order, next, wanted, candidates);
      candidates.sort(newestFirst);
      const top = candidates.slice(0, wanted);
      for (const candidate of top) await this.#readWhole(candidate);
      const sound = top.filter(({ value }) => value !== "skipped");
      if (sound.length >= most || top.length === candidates.length) return this.#answer(sound.slice(0, most));
      wanted += most - sound.length;
    }
  }

  /** All files with their times of modification, newest first; without the times where they say nothing. */
  #byModification(): { readonly name: string; readonly modified: number }[] {
    const { names } = this.#documents;
    const unknown = Number.POSITIVE_INFINITY;
    if (this.#isFresh()) return names.map((name) => ({ name, modified: unknown }));
    return names
      .map((name) => ({ name, modified: modifiedAt(this.#documents, name) ?? unknown }))
      .sort((a, b) => (a.modified === b.modified ? 0 : b.modified - a.modified));
  }

  /** Whether a few files from all over the folder show that every head will have to be read anyway. */
  #isFresh(): boolean {
    const { names } = this.#documents;
    const pace = Math.ceil(names.length / SAMPLES);
    const samples = names.filter((_, index) => index % pace === 0);
    const updates = samples.map((name) => this.#readHead(name)?.instant ?? Number.NEGATIVE_INFINITY);
    const oldest = samples.reduce((least, name) => {
      return Math.min(least, modifiedAt(this.#documents, name) ?? least);
    }, Number.POSITIVE_INFINITY);
    return Math.max(...updates) < oldest - SLACK;
  }

  /** Reads heads from `next` on until no file left can be among the newest `wanted`; returns which is the next one. */
  async #readHeads(
    order: readonly { readonly name: string; readonly modified: number }[],
    next: number,
    wanted: number,
    candidates: Candidate<T>[],
  ): Promise<number> {
    let look = next;
    for (let at = next; at < order.length; at++) {
      const { name, modified } = order[at]!;
      if (at >= look) {
        if (isSettled(candidates, wanted, modified)) return at;
        look = at + Math.max(STEP, at >> 2);
      }
      const head = this.#readHead(name);
      if (head) candidates.push(head);
      else {
        for (const one of readEach(this.#documents, [name])) {
          const candidate = await this.#judge(one);
          if (candidate) candidates.push(candidate);
        }
      }
    }
    return order.length;
  }

  #readHead(name: string): Candidate<T> | undefined {
    const count = readHeadInto(this.#documents, name, head);
    if (count === undefined) return undefined;
    const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
    const end = count === 0 ? 0 : head.lastIndexOf(10, count - 1) + 1;
    const found = end <= start ? undefined : readWorkHead(head.toString("utf8", start, end));
    return found && { name, number: found.number, instant: instantOf(found.updated, this.#gate.clock()) };
  }

  async #readWhole(candidate: Candidate<T>): Promise<void> {
    if (candidate.value) return;
    for (const one of readEach(this.#documents, [candidate.name])) {
      candidate.value = (await this.#judge(one))?.value ?? "skipped";
    }
  }

  /** What was taken of a file that was read whole; one that cannot be used is noted. */
  async #judge({ name, result }: ReadOne): Promise<Candidate<T> | undefined> {
    if (result.kind === "missing") {
      this.#total--;
      return undefined;
    }
    const path = `${this.#documents.path}/${name}`;
    const { document, diagnostics } = await judgeWork(this.#gate, path, result);
    const error = diagnostics.find(({ severity, rule }) => severity === "error" || rule === "foreign-format");
    const issue = document && issueOf(document);
    if (error || !document || !issue) {
      this.#skipped.set(name, error ? `${error.rule}: ${error.message}` : "it names no issue number");
      return undefined;
    }
    const reading = updateTimeOf(document)?.reading ?? document.completed?.reading;
    const instant = instantOf(reading, this.#gate.clock());
    const value = { taken: this.#take({ path, document, issue, instant }) };
    return { name, instant, number: issue.number, value };
  }

  #answer(candidates: readonly Candidate<T>[]): WorkFiles<T> {
    const found = candidates.flatMap(({ value }) => (value === undefined || value === "skipped" ? [] : [value.taken]));
    const skipped = inOrder(this.#skipped.keys()).map((name) => ({
      file: `${this.#documents.path}/${name}`,
      reason: this.#skipped.get(name)!,
    }));
    return { found, skipped, total: this.#total, complete: found.length + skipped.length === this.#total };
  }
}

const head = Buffer.alloc(HEAD_BYTES);

/** Whether `wanted` files are newer than any can be that was not modified after `modified`. */
function isSettled(candidates: readonly Candidate<unknown>[], wanted: number, modified: number): boolean {
  if (candidates.length < wanted || modified === Number.POSITIVE_INFINITY) return false;
  const instants = Float64Array.from(candidates, ({ instant }) => instant ?? -1).sort();
  return instants[instants.length - wanted]! > modified + SLACK;
}

function newestFirst(a: Candidate<unknown>, b: Candidate<unknown>): number {
  return (b.instant ?? -1) - (a.instant ?? -1) || b.number - a.number;
}

function instantOf(reading: TimeReading | undefined, now: number): number | undefined {
  return reading && reading.kind !== "impossible" && !isFuture(reading, now) ? reading.instant : undefined;
}
