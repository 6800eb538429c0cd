/** New documents, printed from their trees. `templates/` has one of each. */
import { formatTime } from "../base/time.ts";
import type { StateContent } from "../document/content.ts";
import { activeIssue, parseState, type StateDocument } from "../document/state.ts";
import { parseWork, type WorkDocument } from "../document/work.ts";
import { makeText } from "../syntax/make.ts";
import { sourceOf } from "../text/source.ts";
import { printMdast } from "./print-mdast.ts";
import { stateToMdast, workToMdast } from "./to-mdast.ts";

const NOTHING: StateContent = {
  issueNumber: undefined,
  issueTitle: undefined,
  branch: undefined,
  started: undefined,
  lastUpdated: undefined,
  progressItems: [],
  nextSteps: [],
  openQuestions: [],
  recentWork: [],
  blockers: undefined,
  context: [],
};

export interface WorkInput {
  readonly number: number;
  readonly title: string;
  /** The issue's address; a local work file has none. */
  readonly url?: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** Markdown for Issue Description. Headings in it become text, so that they cannot end the section. */
  readonly description?: string;
}

/** An idle state file, with `\n` line endings. */
export function newState(now: number): StateDocument {
  return parseState(sourceOf(printMdast(stateToMdast({ ...NOTHING, lastUpdated: formatTime(now) }))));
}

/** A new work file, with `\n` line endings. */
export function newWork({ number, title, url, started, description }: WorkInput, now: number): WorkDocument {
  const fields = {
    ...(url !== undefined && { GitHub: url }),
    Status: "in_progress",
    Started: formatTime(started),
    "Last Updated": formatTime(now),
  };
  const sections = description === undefined ? {} : { description: makeText(description) };
  return parseWork(sourceOf(printMdast(workToMdast({ number, title, fields, sections }))));
}

/** The work file that the active issue of a state file should have had, with what is known of it besides. */
export function missingWork(
  state: StateDocument,
  number: number,
  now: number,
  known: Pick<WorkInput, "url" | "description"> = {},
): WorkDocument {
  const { started } = state.active;
  const instant = started?.reading && started.reading.kind !== "impossible" ? started.reading.instant : now;
  const title = activeIssue(state)?.title ?? "";
  return newWork({ number, title, started: instant, ...known }, now);
}
