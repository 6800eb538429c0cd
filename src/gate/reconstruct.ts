/** Reconstruct State from Work Files: which work could be made active again. */
import { GateError } from "../base/errors.ts";
import { type Freshness, freshnessOf, recencyOf } from "../base/time.ts";
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
import { ARCHIVE_FOLDER, type Gate, STATE_PATH, WORK_FOLDER, type WriteOptions, workPath } from "./gate.ts";
import { activeNumber, requireSound } from "./read.ts";
import { requireIdle, type Start } from "./start.ts";
import { timeOf } from "./status.ts";
import { type Outcome, transact } from "./transaction.ts";
import { type FoundWork, findWork, type SkippedFile } from "./work-files.ts";

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
  /** Files that were read and cannot be used. */
  readonly skipped: readonly SkippedFile[];
  /** Whether somebody has to choose: there is something to choose from, and nothing was chosen. */
  readonly userSelectionNeeded: boolean;
  /** Whether every work file is among the suggestions or the skipped ones. */
  readonly complete: boolean;
}

export interface ReconstructInput {
  /** Read every file of a project with more than 300, too. */
  readonly full?: boolean;
}

/** How many suggestions a project with more than 300 work files gets, unless all are asked for. */
const MOST_SUGGESTIONS = 100;

/** Looks through the work files; reads only. Of more than 300 the newest 100 are suggested, unless `full` says otherwise. */
export async function reconstruct(gate: Gate, input: ReconstructInput = {}): Promise<Reconstruction> {
  return await suggest(gate, input.full ? Number.POSITIVE_INFINITY : MOST_SUGGESTIONS);
}

async function suggest(gate: Gate, most: number): Promise<Reconstruction> {
  const now = gate.clock();
  const work = await findWork(gate, WORK_FOLDER, most, (found) => suggestionOf(found, now));
  const { found: suggestions, skipped, total: foundWorkFiles, complete } = work;
  return { foundWorkFiles, suggestions, skipped, userSelectionNeeded: suggestions.length > 0, complete };
}

function suggestionOf({ document, issue, instant }: FoundWork, now: number): Suggestion {
  const updated = updateTimeOf(document);
  return {
    issueNumber: issue.number,
    title: issue.title,
    lastUpdated: timeOf(updated),
    recency: instant === undefined ? undefined : recencyOf(instant, now),
    status: document.status ?? (document.fields["Status"]?.value.value || undefined),
    freshness: updated?.reading && freshnessOf(updated.reading, now),
    progress: countOf(progressIn(document)),
  };
}

/** Makes the issue of a work file the active one; the work file is not changed. The call is the consent. */
export async function reconstructFrom(gate: Gate, issue: number, options: WriteOptions = {}): Promise<Outcome<Start>> {
  const recent = await findWork(gate, ARCHIVE_FOLDER, MAX_RECENT, ({ issue, instant }) => ({ issue, instant }));
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
  const { complete, ...listed } = found;
  return { ...listed, userSelectionNeeded: false, ...value, complete };
}

/** What an operation that found nothing active tells the user to do. */
export async function reconstructHint(gate: Gate): Promise<string> {
  return hintFrom(await suggest(gate, HINTED));
}

const HINTED = 3;

/** The same hint where the suggestions are at hand, or nothing was found to look through. */
export function hintFrom(found: Reconstruction | undefined): string {
  const suggestions = found?.suggestions ?? [];
  if (!found || suggestions.length === 0) return "Run `gate start N --title T` to begin with an issue.";
  const list = suggestions
    .slice(0, HINTED)
    .map(({ issueNumber, title, recency }) => `#${issueNumber} ${title} (${recency ?? "no date"})`);
  const others = found.foundWorkFiles - found.skipped.length - list.length;
  const more = others > 0 ? `, and ${others} more` : "";
  return `Run \`gate start N\` to go on with one of these: ${list.join(", ")}${more}.`;
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
