/** What a view of a watch shows, kept up to date event by event. Pure. */
import { OUTSIDE } from "../../../files/record/version.ts";
import type { IssueClaim } from "../../../gate/claims/claim.ts";
import type { ListedIssue } from "../../../gate/documents/list.ts";
import type { HistoryItem } from "../../../gate/history/history.ts";
import type { Status } from "../../../gate/view/status.ts";
import type { BatchEvent, WatchEvent } from "../../../gate/watch/events.ts";
import type { Problem } from "../../../rules/report.ts";

type PlacedProblem = Problem & { readonly path: string };

/** A change of a document, as far as one knows who made it. */
export interface SeenChange {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly operation: string;
  readonly path: string;
  readonly author: string;
}

export interface WatchModel {
  readonly root: string;
  readonly state: Status | undefined;
  /** Of the active issue's work file and others, the batch, the state. */
  readonly problems: readonly PlacedProblem[];
  readonly batch: BatchEvent | undefined;
  /** The branch that is checked out. */
  readonly branch: string | undefined;
  /** Newest first. */
  readonly changes: readonly SeenChange[];
  /** Open ones besides the active one, newest first. */
  readonly issues: readonly ListedIssue[];
  /** Those that hold, of all worktrees. */
  readonly claims: readonly IssueClaim[];
  /** What people should know of the watch itself; the newest one. */
  readonly notice: string | undefined;
  readonly polling: boolean;
}

export const EMPTY: WatchModel = {
  root: "",
  state: undefined,
  problems: [],
  batch: undefined,
  branch: undefined,
  changes: [],
  issues: [],
  claims: [],
  notice: undefined,
  polling: false,
};

/** The model after an event. */
export function afterEvent(model: WatchModel, event: WatchEvent): WatchModel {
  switch (event.event) {
    case "ready": {
      const notice = event.reason === undefined ? undefined : `Polling, because ${event.reason}`;
      return { ...model, root: event.root, polling: event.polling, notice };
    }
    case "state":
    case "work": {
      const own = event.problems.map((problem) => ({ ...problem, path: event.path }));
      const others = model.problems.filter(({ path }) => path !== event.path);
      if (event.event === "work") return { ...model, problems: [...others, ...own] };
      return { ...model, state: event, problems: [...own, ...others] };
    }
    case "batch":
      return { ...model, batch: event.exists ? event : undefined };
    case "problem":
      if (event.path === model.state?.path || isKnown(model, event)) return model;
      return { ...model, problems: [...model.problems, event] };
    case "resolved":
      return { ...model, problems: model.problems.filter((problem) => !isSame(problem, event)) };
    case "error":
      return { ...model, notice: event.message };
    default:
      return model;
  }
}

function isKnown({ problems }: WatchModel, problem: PlacedProblem): boolean {
  return problems.some((known) => isSame(known, problem) && known.line === problem.line);
}

function isSame(one: PlacedProblem, other: PlacedProblem): boolean {
  return one.path === other.path && one.rule === other.rule && one.message === other.message;
}

/** As many changes as are ever shown. */
export const CHANGES = 40;

/** Changes that the gate knows of, with those that it only saw: files that stood as none of its operations left them. */
export function mergeChanges(entries: readonly HistoryItem[], seen: readonly SeenChange[]): SeenChange[] {
  // What others wrote is a version once the gate meets it, which is later than when it was seen.
  const own = entries.filter(({ operation }) => operation !== OUTSIDE);
  const known = own.map(({ timestamp, operation, path, actor }) => ({
    time: Date.parse(timestamp),
    operation,
    path,
    author: actor ?? "command line",
  }));
  return [...known, ...seen].sort((one, other) => other.time - one.time).slice(0, CHANGES);
}
