/** Reconstruct State from Work Files: which work could be made active again. */
import { GateError } from "../base/errors.ts";
import { type Freshness, freshnessOf, isFuture, recencyOf } from "../base/time.ts";
import type { ProgressInput } from "../changes/inputs.ts";
import { makeState } from "../changes/make-state.ts";
import { addRecent, MAX_RECENT } from "../changes/recent.ts";
import { setActive } from "../changes/set-active.ts";
import { updateProgress } from "../changes/update-progress.ts";
import { itemsIn, textOfItem } from "../document/items.ts";
import { parseState, type StateDocument } from "../document/state.ts";
import { parseProgress } from "../document/values.ts";
import { issueOf, updateTimeOf, type WorkDocument } from "../document/work.ts";
import { applyEdits, type Edit } from "../text/edit.ts";
import { sourceOf } from "../text/source.ts";
import { markdownIn } from "./check.ts";
import { ARCHIVE_FOLDER, type Gate, STATE_PATH, WORK_FOLDER, type WriteOptions, workPath } from "./gate.ts";
import { activeNumber, readWork, requireSound } from "./read.ts";
import { requireIdle, type Start } from "./start.ts";
import { timeOf } from "./status.ts";
import { type Outcome, transact } from "./transaction.ts";

export interface Suggestion {
  readonly issueNumber: number;
  readonly title: string;
  readonly lastUpdated: string | undefined;
  /** The age in words, such as `2 hours ago`. */
  readonly recency: string | undefined;
  readonly status: string | undefined;
  readonly freshness: Freshness | undefined;
  /** How many items of the newest log entry with progress are completed; absent where no entry has any. */
  readonly progress: { readonly completed: number; readonly total: number } | undefined;
}

export interface Reconstruction {
  readonly foundWorkFiles: number;
  /** Newest first. */
  readonly suggestions: readonly Suggestion[];
  /** Files that could not be read as work files. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Whether somebody has to choose: there is something to choose from, and nothing was chosen. */
  readonly userSelectionNeeded: boolean;
}

/** Scans the work files; reads only. */
export async function reconstruct(gate: Gate): Promise<Reconstruction> {
  const { found, skipped } = await scan(gate, WORK_FOLDER);
  const now = gate.clock();
  const suggestions = found.map(({ document, issue, instant }): Suggestion => {
    const reading = updateTimeOf(document)?.reading;
    return {
      issueNumber: issue.number,
      title: issue.title,
      lastUpdated: timeOf(updateTimeOf(document)),
      recency: instant === undefined ? undefined : recencyOf(instant, now),
      status: document.status ?? (document.fields["Status"]?.value.value || undefined),
      freshness: reading && freshnessOf(reading, now),
      progress: countOf(progressIn(document)),
    };
  });
  const foundWorkFiles = found.length + skipped.length;
  return { foundWorkFiles, suggestions, skipped, userSelectionNeeded: suggestions.length > 0 };
}

/** Makes the issue of a work file the active one; the work file is not changed. The call is the consent. */
export async function reconstructFrom(gate: Gate, issue: number, options: WriteOptions = {}): Promise<Outcome<Start>> {
  const recent = await scan(gate, ARCHIVE_FOLDER);
  const operation = { name: "reconstruct", words: `reconstruct --select ${issue}` };
  const outcome = await transact(gate, operation, options, async (transaction) => {
    const state = await transaction.readState();
    const work = await transaction.readWork(workPath(issue));
    if (!work.exists) {
      throw new GateError("NOT_FOUND", `Cannot reconstruct from #${issue}: ${work.path} does not exist`, {
        path: work.path,
        hint: "Run `gate reconstruct` to see the work files that are there.",
      });
    }
    requireSound(work);
    if (state.exists) requireSound(state);
    let document = state.document ?? parse(makeState(transaction.now));
    requireIdle(document, issue);
    const apply = (edits: readonly Edit[]) => {
      document = parse(applyEdits(document.text, edits));
    };
    if (document.recentWork.length === 0) {
      for (const entry of recent.found.slice(0, MAX_RECENT).reverse()) {
        const { number, title } = entry.issue;
        if (entry.instant === undefined || number === issue) continue;
        apply(addRecent(document, { id: String(number), title, status: "Completed", instant: entry.instant }));
      }
    }
    const resumed = activeNumber(document) === issue;
    const title = issueOf(work.document!)?.title ?? "";
    const started = work.document!.started?.reading;
    const instant = started && started.kind !== "impossible" ? started.instant : transaction.now;
    if (!resumed) apply(setActive(document, { number: issue, title, started: instant }, transaction.now));
    if (!resumed && !hasItems(document)) apply(updateProgress(document, factsOf(work.document!), transaction.now));
    transaction.write(state, document.text);
    return { resumed, title, state, instant: updateTimeOf(work.document!) };
  });
  const { resumed, title, state, instant } = outcome.value;
  const written = outcome.written.find(({ path }) => path === STATE_PATH);
  const value: Start = {
    success: true,
    message: `Active work set to #${issue}${title === "" ? "" : ` - ${title}`}`,
    stateFileUpdated: STATE_PATH,
    previousWorkArchived: false,
    fileSize: written?.size ?? state.bytes?.length,
    workFile: workPath(issue),
    workFileCreated: false,
    workFileFreshness: instant?.reading && freshnessOf(instant.reading, gate.clock()),
    resumed,
    revision: written?.revision ?? state.revision,
  };
  return { ...outcome, value };
}

/** The result of choosing from what was found: the list, and what making it active did. */
export function selectionOf(found: Reconstruction, { value }: Outcome<Start>): Reconstruction & Start {
  return { ...found, userSelectionNeeded: false, ...value };
}

/** What an operation that found nothing active tells the user to do. */
export async function reconstructHint(gate: Gate): Promise<string> {
  return hintFrom((await reconstruct(gate)).suggestions);
}

/** The same hint where the suggestions are at hand. */
export function hintFrom(suggestions: readonly Suggestion[]): string {
  if (suggestions.length === 0) return "Run `gate start N --title T` to begin with an issue.";
  const list = suggestions
    .slice(0, 3)
    .map(({ issueNumber, title, recency }) => `#${issueNumber} ${title} (${recency ?? "no date"})`);
  const more = suggestions.length > list.length ? `, and ${suggestions.length - list.length} more` : "";
  return `Run \`gate start N\` to go on with one of these: ${list.join(", ")}${more}.`;
}

/** A work file that can be read. */
export interface FoundWork {
  readonly path: string;
  readonly document: WorkDocument;
  readonly issue: { readonly number: number; readonly title: string };
  readonly instant: number | undefined;
}

/** The readable work files of a folder, newest first, and those that are not, with the reason. */
export async function scan(
  gate: Gate,
  folder: string,
): Promise<{ found: FoundWork[]; skipped: { file: string; reason: string }[] }> {
  const found: FoundWork[] = [];
  const skipped: { file: string; reason: string }[] = [];
  for (const path of markdownIn(gate, folder)) {
    const { exists, document, diagnostics } = await readWork(gate, path);
    if (!exists) continue;
    const error = diagnostics.find(({ severity }) => severity === "error");
    const issue = document && issueOf(document);
    if (error || !document || !issue)
      skipped.push({ file: path, reason: error ? `${error.rule}: ${error.message}` : "it names no issue number" });
    else found.push({ path, document, issue, instant: instantOf(document, gate.clock()) });
  }
  found.sort((a, b) => (b.instant ?? -1) - (a.instant ?? -1) || b.issue.number - a.issue.number);
  return { found, skipped };
}

function instantOf(document: WorkDocument, now: number): number | undefined {
  const reading = updateTimeOf(document)?.reading ?? document.completed?.reading;
  return reading && reading.kind !== "impossible" && !isFuture(reading, now) ? reading.instant : undefined;
}

/** Items that stand below an idle Active Work are somebody's; they are not replaced. */
function hasItems({ progress, nextSteps, openQuestions }: StateDocument): boolean {
  return progress.length + nextSteps.length + openQuestions.length > 0;
}

/** What the work file knows of the state: the items of the newest log entry that has any, and the next actions. */
export function factsOf(document: WorkDocument): { progress: readonly ProgressInput[]; nextSteps: string[] } {
  return { progress: progressIn(document), nextSteps: nextActions(document) };
}

function progressIn({ log, text }: WorkDocument): readonly ProgressInput[] {
  for (const { section } of log) {
    const progress = itemsIn(section.blocks, text)
      .map((item) => parseProgress(item.raw))
      .filter(({ marked }) => marked)
      .map(({ status, text: words, percentage }) => ({
        status,
        text: words,
        ...(percentage !== undefined && { percentage }),
      }));
    if (progress.length > 0) return progress;
  }
  return [];
}

function countOf(items: readonly ProgressInput[]): Suggestion["progress"] {
  if (items.length === 0) return undefined;
  return { completed: items.filter(({ status }) => status === "completed").length, total: items.length };
}

function nextActions(document: WorkDocument): string[] {
  const section = document.known.nextActions?.value;
  const items = section ? itemsIn(section.blocks, document.text) : [];
  return items
    .map((item) => textOfItem(item).replace(/^\[[ ~]\]\s+/, ""))
    .filter((text) => text !== "" && !/^\[[xX]\]\s/.test(text));
}

function parse(text: string): StateDocument {
  return parseState(sourceOf(text));
}
