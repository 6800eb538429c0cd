/**
 * What a state document says, in plain values and without the document: all that an
 * answer needs beside the clock and the surroundings.
 */
import { formatTime, type TimeReading } from "../../base/time.ts";
import type { TimeField } from "../../document/document.ts";
import type { ProgressStatus } from "../../document/glyphs.ts";
import { textOfItem } from "../../document/items.ts";
import { activeIssue, freeLines, type StateDocument, type StateHead } from "../../document/state.ts";

export interface Said {
  /** What is compared with the surroundings; without the text, which whoever asks has read. */
  readonly head: Pick<StateHead, "lastUpdated" | "active">;
  /** The answer as far as it is the same at any time. */
  readonly content: Content;
}

/** What the document says of the active work; everything is absent where it says nothing. */
export interface Content {
  readonly issueNumber: number | undefined;
  readonly issueTitle: string | undefined;
  readonly branch: string | undefined;
  /** `YYYY-MM-DDTHH:MM:SSZ` where the instant is known, else as it stands. */
  readonly started: string | undefined;
  readonly lastUpdated: string | undefined;
  readonly progressItems: readonly ProgressStatusItem[];
  readonly nextSteps: readonly string[];
  readonly openQuestions: readonly { readonly question: string; readonly decision: string | undefined }[];
  readonly recentWork: readonly RecentWorkItem[];
  /** The text of Blockers. */
  readonly blockers: string | undefined;
  readonly context: readonly string[];
}

export function saidBy(document: StateDocument): Said {
  const { lastUpdated, active } = document;
  const issue = activeIssue(document);
  return {
    head: { active, ...(lastUpdated && { lastUpdated }) },
    content: {
      issueNumber: issue?.number,
      issueTitle: issue?.title,
      branch: issue ? active.branch?.value.value || undefined : undefined,
      started: issue ? timeOf(active.started) : undefined,
      lastUpdated: timeOf(lastUpdated),
      progressItems: document.progress.map(({ reading: { status, text, percentage } }) => ({
        status,
        text,
        ...(percentage !== undefined && { percentage }),
      })),
      nextSteps: document.nextSteps.map(textOfItem),
      openQuestions: document.openQuestions.map(({ reading: { question, decision } }) => ({ question, decision })),
      recentWork: document.recentWork.map(({ reading: { issue: named, status, date, reason } }) => ({
        issueNumber: named.kind === "issue" ? named.issue.number : undefined,
        issueTitle: named.kind === "issue" ? named.issue.title : undefined,
        status,
        date,
        ...(reason !== undefined && { reason }),
      })),
      blockers: freeLines(document, "blockers").join("\n") || undefined,
      context: freeLines(document, "context"),
    },
  };
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

/** The instant in the format's spelling; a day stays a day, because a time must not be invented. */
export function timeOf(time: TimeField | undefined): string | undefined {
  if (!time) return undefined;
  return (time.reading && spell(time.reading)) ?? (time.field.value || undefined);
}

function spell(reading: TimeReading): string | undefined {
  return reading.kind === "exact" || reading.kind === "other" ? formatTime(reading.instant) : undefined;
}
