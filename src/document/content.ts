/** What documents say, in plain values: all that an answer needs beside the clock and what surrounds the file. */
import { formatTime } from "../base/time.ts";
import type { TimeField } from "./document.ts";
import type { ProgressStatus } from "./glyphs.ts";
import { textOfItem } from "./items.ts";
import { decisionOf } from "./question.ts";
import { activeIssue, freeLines, type StateDocument } from "./state.ts";

/** What a state file says of the active work; what it does not say is absent. */
export interface StateContent {
  readonly issueNumber: number | undefined;
  readonly issueTitle: string | undefined;
  readonly branch: string | undefined;
  /** `YYYY-MM-DDTHH:MM:SSZ` where the instant is known, else as it stands. */
  readonly started: string | undefined;
  readonly lastUpdated: string | undefined;
  readonly progressItems: readonly ProgressStatusItem[];
  readonly nextSteps: readonly string[];
  readonly openQuestions: readonly OpenQuestion[];
  readonly recentWork: readonly RecentWorkItem[];
  /** The text of Blockers. */
  readonly blockers: string | undefined;
  readonly context: readonly string[];
}

/** An open question, as it is read. */
export interface OpenQuestion {
  readonly question: string;
  /** What was decided; `undefined` while it is not. */
  readonly decision: string | undefined;
  /** What is noted of a question that is not decided. */
  readonly note?: string;
}

/** An item of Progress, as it is read. */
export interface ProgressStatusItem {
  readonly status: ProgressStatus;
  readonly text: string;
  readonly percentage?: number;
}

/** A line of Recent Work, as it is read. */
export interface RecentWorkItem {
  readonly issueNumber: number | undefined;
  readonly issueTitle: string | undefined;
  /** `completed`, `paused`, or the word that stands in the parenthesis. */
  readonly status: string | undefined;
  readonly date: string | undefined;
  readonly reason?: string;
}

/** Reads the content of a document, damaged or not. */
export function contentOf(document: StateDocument): StateContent {
  const { lastUpdated, active } = document;
  const issue = activeIssue(document);
  return {
    issueNumber: issue?.number,
    issueTitle: issue?.title,
    branch: issue ? active.branch?.value.value || undefined : undefined,
    started: issue ? timeOf(active.started) : undefined,
    lastUpdated: timeOf(lastUpdated),
    ...planOf(document),
    recentWork: document.recentWork.map(({ reading: { issue: named, status, date, reason } }) => ({
      issueNumber: named.kind === "issue" ? named.issue.number : undefined,
      issueTitle: named.kind === "issue" ? named.issue.title : undefined,
      status,
      date,
      ...(reason !== undefined && { reason }),
    })),
    blockers: freeLines(document, "blockers").join("\n") || undefined,
    context: freeLines(document, "context"),
  };
}

/** What the lists of the active work say. */
export function planOf(document: StateDocument): Pick<StateContent, "progressItems" | "nextSteps" | "openQuestions"> {
  return {
    progressItems: document.progress.map(({ reading: { status, text, percentage } }) => ({
      status,
      text,
      ...(percentage !== undefined && { percentage }),
    })),
    nextSteps: document.nextSteps.map(textOfItem),
    openQuestions: document.openQuestions.map(({ reading }) => ({
      question: reading.question,
      ...decisionOf(reading.decision),
    })),
  };
}

/** The instant in the format's spelling; a day stays a day, because a time must not be invented. */
export function timeOf(time: TimeField | undefined): string | undefined {
  if (!time) return undefined;
  const { reading, field } = time;
  if (reading?.kind === "exact" || reading?.kind === "other") return formatTime(reading.instant);
  return field.value || undefined;
}
