/**
 * What a state document says, in plain values and without the document: all that an
 * answer needs beside the clock and the surroundings.
 */
import { textOfItem } from "../document/items.ts";
import { activeIssue, freeLines, type StateDocument, type StateHead } from "../document/state.ts";
import { type Status, timeOf } from "./status.ts";

export interface Said {
  /** What is compared with the surroundings; without the text, which whoever asks has read. */
  readonly head: Pick<StateHead, "lastUpdated" | "active">;
  /** The answer as far as it is the same at any time. */
  readonly content: Pick<
    Status,
    | "issueNumber"
    | "issueTitle"
    | "branch"
    | "started"
    | "lastUpdated"
    | "progressItems"
    | "nextSteps"
    | "openQuestions"
    | "recentWork"
    | "blockers"
    | "context"
  >;
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
