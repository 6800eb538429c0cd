/**
 * Reconstruct State from Work Files: which work could be made active again. Reads
 * only; what makes one of them active is in a module of its own, so that looking
 * does not pay for writing.
 */
import { type Freshness, formatTime, freshnessOf, recencyOf } from "../../base/time.ts";
import type { ProgressInput } from "../../changes/inputs.ts";
import { timeOf } from "../../document/content.ts";
import { pausedPlan } from "../../document/paused.ts";
import { updateTimeOf, type WorkDocument } from "../../document/work.ts";
import { countOf, nextActions, type Progress, progressIn, statusWord } from "../../document/work-content.ts";
import { exists } from "../../files/read/read.ts";
import { requireCall } from "../call.ts";
import { type Gate, STATE_PATH, WORK_FOLDER } from "../gate.ts";
import { newerFact } from "../view/newer.ts";
import { type FoundWork, findWork, type SkippedFile } from "../view/work-files.ts";

/** A work file that could be taken up again. */
export interface Suggestion {
  readonly issueNumber: number;
  readonly title: string;
  readonly lastUpdated: string | undefined;
  /** The age in words, such as `2 hours ago`. */
  readonly recency: string | undefined;
  readonly status: string | undefined;
  readonly freshness: Freshness | undefined;
  /** How many items of the paused plan, else of the newest log entry with progress, are completed; absent where there are none. */
  readonly progress: Progress | undefined;
}

/** The work files that could be taken up again. */
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

/** How much `reconstruct` reads. */
export interface ReconstructInput {
  /** Read every file of a project with more than 300, too. */
  readonly full?: boolean;
}

/** How many suggestions a project with more than 300 work files gets, unless all are asked for. */
const MOST_SUGGESTIONS = 10;

/**
 * Lists the work files as work that could be taken up again, newest first. Reads only. Of
 * more than 300 it lists the newest ten, and `complete` is false; with `{ full: true }` it
 * reads them all.
 *
 * ```ts
 * const { suggestions } = await reconstruct(gate);
 * if (suggestions[0]) await reconstructFrom(gate, suggestions[0].issueNumber);
 * ```
 */
export async function reconstruct(gate: Gate, input: ReconstructInput = {}): Promise<Reconstruction> {
  requireCall("reconstruct", { gate, input }, { full: "flag?" });
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
    status: statusWord(document),
    freshness: updated?.reading && freshnessOf(updated.reading, now),
    progress: countOf(pausedPlan(document)?.progress.map(({ reading }) => reading) ?? progressIn(document)),
  };
}

/** What an operation that found nothing active tells the user to do. */
export async function reconstructHint(gate: Gate): Promise<string> {
  const { newer } = exists(gate.project, STATE_PATH) ? {} : newerFact(gate, STATE_PATH, undefined);
  if (newer === undefined) return hintFrom(await suggest(gate, HINTED));
  const back = `Run \`${newer.command}\` to bring it back as of ${formatTime(newer.timestamp)}`;
  return `${back}. \`gate start N\` would begin a new file instead, without what it held.`;
}

const HINTED = 3;

/** What could be resumed, as a hint, where the suggestions are at hand or there was nothing to look through. */
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

/** What the work file knows of the state: the items of the newest log entry that has any, and the next actions. */
export function factsOf(document: WorkDocument): { progress: readonly ProgressInput[]; nextSteps: string[] } {
  return { progress: progressIn(document), nextSteps: nextActions(document) };
}
