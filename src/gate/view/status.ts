/** Get Active Work: what is being worked on, how fresh that is, and what is wrong with the file that says so. */
import { relative, sep } from "node:path";
import { type Freshness, freshnessOf, hoursSince, isFuture } from "../../base/time.ts";
import type { StateContent } from "../../document/content.ts";
import { findCheckout } from "../../files/git/checkout.ts";
import type { Problem } from "../../rules/report.ts";
import type { Facts } from "../../rules/rule.ts";
import { requireCall } from "../call.ts";
import { type Gate, STATE_PATH } from "../gate.ts";
import { type ElsewhereView, viewElsewhere } from "./elsewhere.ts";
import { load, mayHaveRecords } from "./facts.ts";
import { type GitStatus, type GitStatusOptions, gitStatusOf } from "./git-status.ts";
import { isGuarding } from "./guard.ts";
import type { GuardedProblem } from "./guarded-problems.ts";
import type { DamagedRecord } from "./records.ts";
import { type StateView, viewCached } from "./state-cached.ts";
import type { StateSummary } from "./summary.ts";

export type { StateView } from "./state-cached.ts";

/** The active work; everything about it is absent while the project is idle or its state file is not valid. */
export interface Status extends StateContent, ElsewhereView {
  /** Whether the state file is there. */
  readonly exists: boolean;
  /** Whether it has no errors. */
  readonly valid: boolean;
  readonly freshness: Freshness | undefined;
  /** Rounded down. */
  readonly hoursSinceUpdate: number | undefined;
  readonly problems: readonly Problem[];
  /** The digest of the file's bytes. */
  readonly revision: string | undefined;
  readonly path: string;
  /** The project's folder in the repository; absent where it is all of it. */
  readonly project?: string;
  /** Where the work file of the active issue is; `both` with an earlier archive beside it. */
  readonly workFile: Facts["activeWorkFile"];
  /** Batches, stores and runs of the project that cannot be read; absent where all can. */
  readonly damagedRecords?: readonly DamagedRecord[];
  /** What is wrong with guarded files and their list; absent where nothing is. */
  readonly guardedProblems?: readonly GuardedProblem[];
  /** What git says of the active work; absent without git. */
  readonly git: GitStatus | undefined;
}

/**
 * The active work, how fresh it is, and what is wrong with the state file. Reads only. A
 * file that is missing, damaged or somebody else's is an answer, not an error: `exists`,
 * `valid` and `problems` say which. `git` says what happened in the checkout since the
 * last save.
 */
export async function status(gate: Gate, options: GitStatusOptions = { counts: "exact" }): Promise<Status> {
  requireCall("status", { gate, input: options }, { counts: ["exact", "cheap", "none"] });
  return await statusOf(gate, await viewState(gate), STATE_PATH, options);
}

/** Whether there is a state file of the gate's format; where there is none, what other tools keep is shown. */
export function hasOwnState({ exists, problems }: Pick<Status, "exists" | "problems">): boolean {
  return exists && !problems.some(({ rule }) => rule === "foreign-format");
}

/** The state file, from what is cached of it or from its text. */
export async function viewState(gate: Gate): Promise<StateView> {
  const file = load(gate, STATE_PATH);
  return (await viewCached(gate, file)) ?? (await (await import("./state-parsed.ts")).view(gate, file));
}

/** What a document says of an issue, as `status` gives it: the state file, or the work file of an issue that is not active. */
export async function statusOf(gate: Gate, view: StateView, path: string, options: GitStatusOptions): Promise<Status> {
  const { exists, problems, summary, workFile } = view;
  const valid = exists && !problems.some(({ severity }) => severity === "error");
  const damaged = await damagedRecords(gate);
  const guarded = isGuarding(gate) ? await (await import("./guarded-problems.ts")).guardedProblems(gate) : [];
  const isUnresolved = problems.some(({ rule }) => rule === "conflict-marker");
  return {
    exists,
    valid,
    ...contentOf(isUnresolved ? withoutItems(summary) : summary, gate.clock(), valid),
    problems,
    get revision() {
      return view.revision;
    },
    path,
    ...projectIn(gate),
    workFile,
    ...(damaged.length > 0 && { damagedRecords: damaged }),
    ...(guarded.length > 0 && { guardedProblems: guarded }),
    git: await gitStatusOf(gate, summary, options),
    ...(await viewElsewhere(gate, options.counts === "exact")),
  };
}

/** A package with a state of its own is told from the repository that it is in. */
function projectIn({ project: { root } }: Gate): Pick<Status, "project"> {
  const files = findCheckout(root)?.files;
  return files === undefined || files === root ? {} : { project: relative(files, root).split(sep).join("/") };
}

/** Looking at records is loaded only where there are some. */
async function damagedRecords(gate: Gate): Promise<readonly DamagedRecord[]> {
  return mayHaveRecords(gate) ? (await import("./records.ts")).damagedRecords(gate) : [];
}

/** Of two sides of a conflict nobody knows which one holds. */
function withoutItems(summary: StateSummary | undefined): StateSummary | undefined {
  if (summary === undefined) return undefined;
  const none = {
    progressItems: [],
    nextSteps: [],
    openQuestions: [],
    recentWork: [],
    blockers: undefined,
    context: [],
  };
  return { ...summary, content: { ...summary.content, ...none } };
}

/** A damaged document is read as far as it is safe: what it says twice, or of the future, is not repeated. */
function contentOf(
  summary: StateSummary | undefined,
  now: number,
  valid: boolean,
): StateSummary["content"] & Pick<Status, Timely> {
  const {
    progressItems = [],
    nextSteps = [],
    openQuestions = [],
    recentWork = [],
    blockers,
    context = [],
  } = summary?.content ?? {};
  const updated = summary?.head.lastUpdated;
  const reading =
    updated?.reading && updated.others.length === 0 && (valid || !isFuture(updated.reading, now))
      ? updated.reading
      : undefined;
  return {
    issueNumber: summary?.content.issueNumber,
    issueTitle: summary?.content.issueTitle,
    branch: summary?.content.branch,
    started: summary?.content.started,
    lastUpdated: summary?.content.lastUpdated,
    freshness: reading && freshnessOf(reading, now),
    hoursSinceUpdate: reading && hoursSince(reading, now),
    progressItems,
    nextSteps,
    openQuestions,
    recentWork,
    blockers,
    context,
  };
}

type Timely = "freshness" | "hoursSinceUpdate";
