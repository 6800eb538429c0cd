/** What a work file says, in plain values: all that an answer about an issue needs beside the clock. */
import { decodeText } from "../syntax/escape.ts";
import { sourceOf } from "../text/source.ts";
import type { OpenQuestion, ProgressStatusItem } from "./content.ts";
import { parseDocument } from "./document.ts";
import { type Item, itemsIn, textOfItem } from "./items.ts";
import { pausedSection } from "./paused.ts";
import { decisionOf } from "./question.ts";
import { type ProofState, proofState, type RecordedTest, testsIn } from "./tests.ts";
import { parseArrow, parseProgress } from "./values.ts";
import { bodyOfSection, type LogEntry, type WorkDocument, type WorkSectionName } from "./work.ts";

/** What a work file says of its issue beside the plan. */
export interface WorkContent {
  /** Markdown, as it stands. */
  readonly description: string | undefined;
  readonly approach: string | undefined;
  readonly decisions: readonly string[];
  readonly learnings: readonly string[];
  readonly tests: readonly TestContent[];
  /** Newest first, as it stands. */
  readonly log: readonly LogContent[];
  readonly files: readonly string[];
}

/** A test, as its line in a work file says it. */
export interface TestContent {
  readonly name: string;
  /** `undefined` where no box says it. */
  readonly passed: boolean | undefined;
  /** What was run, its exit code, when, and the commit it ran on; `undefined` where no run is recorded. */
  readonly command: string | undefined;
  readonly exitCode: number | undefined;
  readonly timestamp: string | undefined;
  readonly commit: string | undefined;
  /** Whether the files are still those that were proven. */
  readonly state: ProofState;
}

/** What stands in the log before an open item that was taken out of Progress. */
export const DROPPED = "Dropped: ";

/** An entry of the progress log. */
export interface LogContent {
  /** The heading: a time, in whatever spelling. */
  readonly timestamp: string;
  readonly items: readonly string[];
}

/** How many items of a plan are completed, of how many. */
export interface Progress {
  readonly completed: number;
  readonly total: number;
}

/**
 * Reads all of it; without a document, as where the file is missing, there is nothing. `tree`
 * is the digest of the project's files, which runs of tests are compared with.
 */
export function workContentOf(document: WorkDocument | undefined, tree?: string): WorkContent {
  return {
    description: textOf(document, "description"),
    approach: textOf(document, "approach"),
    decisions: textsIn(document, "decisions"),
    learnings: textsIn(document, "learnings"),
    tests: testsIn(document).map((test) => testContent(test, tree)),
    log:
      document?.log.map((entry) => ({ timestamp: entry.title, items: logItems(document, entry).map(textOfItem) })) ??
      [],
    files: textsIn(document, "files"),
  };
}

/** A test in plain values, where the files are those of `tree`. */
export function testContent(test: RecordedTest, tree: string | undefined): TestContent {
  const { name, passed, run } = test;
  return {
    ...{ name, passed, command: run?.command, exitCode: run?.exitCode },
    ...{ timestamp: run?.timestamp, commit: run?.commit, state: proofState(test, tree) },
  };
}

/** The texts of the items of a section; those without any are left out. */
export function textsIn(document: WorkDocument | undefined, name: WorkSectionName): readonly string[] {
  return itemsOf(document, name)
    .map(textOfItem)
    .filter((text) => text !== "");
}

function itemsOf(document: WorkDocument | undefined, name: WorkSectionName): readonly Item[] {
  const section = document?.known[name]?.value;
  return section ? itemsIn(section.blocks, document!.text) : [];
}

/** The Markdown of a section as it is meant: escapes are resolved outside of code. */
function textOf(document: WorkDocument | undefined, name: WorkSectionName): string | undefined {
  const text = document ? bodyOfSection(document, name).trim() : "";
  const blocks = text === "" ? [] : parseDocument(sourceOf(text)).blocks;
  const parts = blocks.map(({ type, start, end }, at) => {
    const block = text.slice(start, end);
    return (type === "code" ? block : decodeText(block)) + text.slice(end, blocks[at + 1]?.start);
  });
  return parts.join("") || undefined;
}

function logItems({ text }: WorkDocument, { section }: LogEntry): readonly Item[] {
  return itemsIn(section.blocks, text);
}

/** The progress of the newest log entry that has any. */
export function progressIn(document: WorkDocument): readonly ProgressStatusItem[] {
  return newestIn(document, (items) =>
    items
      .map((item) => parseProgress(item.raw))
      .filter(({ marked }) => marked)
      .map(({ status, text, percentage }) => ({ status, text, ...(percentage !== undefined && { percentage }) })),
  );
}

const QUESTION = /^Open question: /;

/** The open questions of the newest log entry that has any, as `done` leaves them there. */
export function questionsIn(document: WorkDocument): readonly OpenQuestion[] {
  return newestIn(document, (items) =>
    items.flatMap((item, at) => {
      const text = textOfItem(item);
      if (!QUESTION.test(text)) return [];
      const arrow = parseArrow(items[at + 1]?.raw ?? "");
      return [{ question: text.replace(QUESTION, ""), ...decisionOf(arrow) }];
    }),
  );
}

function newestIn<T>(document: WorkDocument, find: (items: readonly Item[]) => readonly T[]): readonly T[] {
  for (const entry of document.log) {
    const found = find(logItems(document, entry));
    if (found.length > 0) return found;
  }
  return [];
}

/** How far they are; `undefined` where there are none. */
export function countOf(items: readonly Pick<ProgressStatusItem, "status">[]): Progress | undefined {
  if (items.length === 0) return undefined;
  return { completed: items.filter(({ status }) => status === "completed").length, total: items.length };
}

/** The next actions that are open. */
export function nextActions(document: WorkDocument): string[] {
  return itemsOf(document, "nextActions")
    .map((item) => textOfItem(item).replace(/^\[[ ~]\]\s+/, ""))
    .filter((text) => text !== "" && !/^\[[xX]\]\s/.test(text));
}

/** What Status says: a word of the format, or another as it stands. */
export function statusWord({ status, fields }: Pick<WorkDocument, "status" | "fields">): string | undefined {
  return status ?? (fields["Status"]?.value.value || undefined);
}

/** The status of an issue by its work file: one that holds a paused plan is paused, unless it is active again. */
export function statusOfWork(document: WorkDocument, active: boolean): string | undefined {
  return !active && pausedSection(document) !== undefined ? "paused" : statusWord(document);
}
