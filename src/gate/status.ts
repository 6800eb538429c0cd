/** Get Active Work: what is being worked on, how fresh that is, and what is wrong with the file that says so. */
import { type Freshness, formatTime, freshnessOf, hoursSince, isFuture, type TimeReading } from "../base/time.ts";
import type { TimeField } from "../document/document.ts";
import { textOfItem } from "../document/items.ts";
import { activeIssue, freeLines, type StateDocument } from "../document/state.ts";
import type { ProgressStatus } from "../document/values.ts";
import { hasErrors } from "../rules/check.ts";
import { type Problem, problemsOf } from "../rules/report.ts";
import type { Facts } from "../rules/rule.ts";
import type { Gate } from "./gate.ts";
import { readState } from "./read.ts";
import { type Truth, type TruthOptions, truthOf } from "./truth.ts";

/** The active work; everything about it is absent while the project is idle or its state file is not valid. */
export interface Status {
  /** Whether the state file is there. */
  readonly exists: boolean;
  /** Whether it has no errors. */
  readonly valid: boolean;
  readonly issueNumber: number | undefined;
  readonly issueTitle: string | undefined;
  readonly branch: string | undefined;
  /** `YYYY-MM-DDTHH:MM:SSZ` where the instant is known, else as it stands. */
  readonly started: string | undefined;
  readonly lastUpdated: string | undefined;
  readonly freshness: Freshness | undefined;
  /** Rounded down. */
  readonly hoursSinceUpdate: number | undefined;
  readonly progressItems: readonly ProgressStatusItem[];
  readonly nextSteps: readonly string[];
  readonly openQuestions: readonly { readonly question: string; readonly decision: string | undefined }[];
  readonly recentWork: readonly RecentWorkItem[];
  /** The text of Blockers. */
  readonly blockers: string | undefined;
  readonly context: readonly string[];
  readonly problems: readonly Problem[];
  /** The digest of the file's bytes. */
  readonly revision: string | undefined;
  readonly path: string;
  /** Where the work file of the active issue is; `both` with an earlier archive beside it. */
  readonly workFile: Facts["activeWorkFile"];
  /** What git says of the active work; absent without git. */
  readonly git: Truth | undefined;
}

export interface ProgressStatusItem {
  readonly status: ProgressStatus;
  readonly text: string;
  readonly percentage?: number;
}

export interface RecentWorkItem {
  readonly issueNumber: number | undefined;
  readonly issueTitle: string | undefined;
  /** `completed`, `paused`, or the word that stands in the parenthesis. */
  readonly status: string | undefined;
  readonly date: string | undefined;
  readonly reason?: string;
}

/**
 * Reads the state document. A missing, damaged, foreign or newer file is an answer,
 * not an error. What happened in git since the last save is counted, unless asked not to.
 */
export async function status(gate: Gate, options: TruthOptions = { counts: "exact" }): Promise<Status> {
  const { path, exists, document, diagnostics, revision, facts } = await readState(gate);
  const valid = exists && !hasErrors(diagnostics);
  const problems = problemsOf(document?.text ?? "", diagnostics);
  const readable = diagnostics.some(({ rule }) => UNREAD.has(rule)) ? undefined : document;
  return {
    exists,
    valid,
    ...contentOf(readable, gate.clock()),
    problems,
    revision,
    path,
    workFile: readable && facts?.activeWorkFile,
    git: await truthOf(gate, readable, options),
  };
}

/** Nothing is read from documents that are somebody else's or in a format not known yet. */
const UNREAD: ReadonlySet<string> = new Set(["foreign-format", "unsupported-version"]);

/** A damaged document is read as far as it is safe: what it says twice, or of the future, is not repeated. */
function contentOf(
  document: StateDocument | undefined,
  now: number,
): Omit<Status, "exists" | "valid" | "problems" | "revision" | "path" | "workFile" | "git"> {
  const issue = document && activeIssue(document);
  const updated = document?.lastUpdated;
  const reading =
    updated?.reading && updated.others.length === 0 && !isFuture(updated.reading, now) ? updated.reading : undefined;
  return {
    issueNumber: issue?.number,
    issueTitle: issue?.title,
    branch: issue ? document?.active.branch?.value.value || undefined : undefined,
    started: issue ? timeOf(document?.active.started) : undefined,
    lastUpdated: timeOf(document?.lastUpdated),
    freshness: reading && freshnessOf(reading, now),
    hoursSinceUpdate: reading && hoursSince(reading, now),
    progressItems: (document?.progress ?? []).map(({ reading: { status: state, text, percentage } }) => ({
      status: state,
      text,
      ...(percentage !== undefined && { percentage }),
    })),
    nextSteps: (document?.nextSteps ?? []).map(textOfItem),
    openQuestions: (document?.openQuestions ?? []).map(({ reading: { question, decision } }) => ({
      question,
      decision,
    })),
    recentWork: (document?.recentWork ?? []).map(({ reading: { issue: named, status: state, date, reason } }) => ({
      issueNumber: named.kind === "issue" ? named.issue.number : undefined,
      issueTitle: named.kind === "issue" ? named.issue.title : undefined,
      status: state,
      date,
      ...(reason !== undefined && { reason }),
    })),
    blockers: document ? freeLines(document, "blockers").join("\n") || undefined : undefined,
    context: document ? freeLines(document, "context") : [],
  };
}

/** The instant in the format's spelling; a day stays a day, because a time must not be invented. */
export function timeOf(time: TimeField | undefined): string | undefined {
  if (!time) return undefined;
  return (time.reading && spell(time.reading)) ?? (time.field.value || undefined);
}

function spell(reading: TimeReading): string | undefined {
  return reading.kind === "exact" || reading.kind === "other" ? formatTime(reading.instant) : undefined;
}
