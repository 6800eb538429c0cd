/**
 * Active work that other tools keep, as the gate reads it.
 *
 * An adapter is a file beside this one and a line in `list.ts`. It is given texts and says what
 * they say, with the file named. It never guesses: what it does not recognise is no active work,
 * and neither is what is finished or idle.
 */
import type { ProgressStatus } from "../document/glyphs.ts";

/** A file of another tool. */
export interface Given {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
}

/** An item of the progress that another tool keeps. */
export interface ElsewhereItem {
  readonly status: ProgressStatus;
  readonly text: string;
  readonly percentage?: number;
}

/** What is in hand by a file of another tool, each text one line without markup. */
export interface Work {
  readonly title: string;
  /** In the words of the tool. */
  readonly status: string;
  readonly progress: readonly ElsewhereItem[];
  readonly nextSteps: readonly string[];
  readonly blockers: readonly string[];
  readonly questions: readonly string[];
  /** `YYYY-MM-DDTHH:MM:SSZ`, or a day; absent where the file does not say it. */
  readonly lastUpdated?: string;
  readonly updatedBy?: string;
  /** What does not fit in the file, and what was read then. */
  readonly problems: readonly string[];
}

/** What one file says; without work it is finished, idle, or not recognised. */
export interface Reading {
  readonly path: string;
  readonly work?: Work;
}

/** Reads the files of a tool, one reading for each that could be the one in hand. */
export type Read = (given: readonly Given[], branch: string | undefined) => readonly Reading[];

/** Reads each file for itself. */
export function eachFile(workIn: (text: string, path: string) => Work | undefined): Read {
  return (given) =>
    given.map(({ path, text }) => {
      const work = workIn(text, path);
      return work === undefined ? { path } : { path, work };
    });
}

/** Where a tool keeps its files, and what reads them. */
export interface Adapter {
  /** What `source` and `start --from` call it. */
  readonly name: string;
  /** What people call it. */
  readonly label: string;
  /** Paths from the project's root; `*` stands for one name. */
  readonly files: readonly string[];
  /** Whether only files count that git has. */
  readonly committed?: true;
  /** Loaded only where a file is found. */
  readonly load: () => Promise<{ readonly read: Read }>;
}

/** Work with nothing in it but what is said. */
export function workOf(title: string, status: string, said: Partial<Work>): Work {
  return { title, status, progress: [], nextSteps: [], blockers: [], questions: [], problems: [], ...said };
}
