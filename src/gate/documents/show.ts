/** Show: one issue with all that is recorded of it, be it active, open, paused or archived. */
import { GateError } from "../../base/errors.ts";
import { isUnresolved } from "../../document/conflict.ts";
import { timeOf } from "../../document/content.ts";
import { pausedPlan } from "../../document/paused.ts";
import { issueOf, updateTimeOf, type WorkDocument } from "../../document/work.ts";
import {
  nextActions,
  progressIn,
  questionsIn,
  statusOfWork,
  type WorkContent,
  workContentOf,
} from "../../document/work-content.ts";
import { exists } from "../../files/read/read.ts";
import { type Problem, problemsOf } from "../../rules/report.ts";
import { requireCall } from "../call.ts";
import { archivePath, type Gate, STATE_PATH, workPath } from "../gate.ts";
import { treeFor } from "../proof/tree.ts";
import { readableIn, readWork, type WorkSnapshot } from "../view/read.ts";
import { type StateView, type Status, status, statusOf } from "../view/status.ts";
import { type StateSummary, summaryOf } from "../view/summary.ts";
import { reconstructHint } from "./suggestions.ts";

/** One issue: what `status` says of the active one, and what its work file says besides. */
export interface Shown extends Omit<Status, "problems">, WorkContent {
  readonly problems: readonly ShownProblem[];
  /** `paused` where the work file holds a paused plan, else what its Status says. */
  readonly status: string | undefined;
  /** Whether it is the active one. */
  readonly active: boolean;
  /** How many older entries the log has; absent where all are there. */
  readonly olderLog?: number;
}

/** What is wrong with the file that the answer names, or with another one, whose `path` stands there then. */
export interface ShownProblem extends Problem {
  readonly path?: string;
}

/** Older entries of the log are for who reads the file. */
const MOST_LOG = 10;

/**
 * Shows an issue, the active one by default: its plan as `status` does, and the description,
 * decisions, learnings, tests, files and the newest ten entries of the log of its work file.
 * The plan of a paused issue is its paused plan, that of any other what its work file says of
 * it. Reads only, and what is damaged is shown as far as it can be read. Rejects with
 * `NO_ACTIVE_WORK` where none is named and none is active, and with `NOT_FOUND`.
 *
 * ```ts
 * const { description, decisions } = await show(gate, 1234);
 * ```
 */
export async function show(gate: Gate, issue?: number): Promise<Shown> {
  const input: { readonly issue?: number } = issue === undefined ? {} : { issue };
  requireCall("show", { gate, input }, { issue: "issue?" });
  const current = await status(gate);
  const number = issue ?? current.issueNumber ?? (await refuseIdle(gate, current));
  const active = current.issueNumber === number;
  const work = await readIssue(gate, number);
  if (!active && !work.exists) throw missing(number);
  const ofWork = problemsOf(work.document?.text ?? "", work.diagnostics);
  const plan = active ? current : await statusOf(gate, viewOf(gate, number, work), work.path, { counts: "exact" });
  const document = readableIn(work);
  // Of two sides of a conflict nobody knows which one holds.
  const known = document !== undefined && !isUnresolved(document) ? document : undefined;
  const { log, files, ...content } = workContentOf(known, await treeFor(gate, known));
  return {
    ...plan,
    issueNumber: number,
    valid: plan.valid && !ofWork.some(({ severity }) => severity === "error"),
    problems: active ? [...plan.problems, ...ofWork.map((problem) => ({ ...problem, path: work.path }))] : ofWork,
    ...content,
    log: log.slice(0, MOST_LOG),
    files,
    status: document && statusOfWork(document, active),
    active,
    ...(log.length > MOST_LOG && { olderLog: log.length - MOST_LOG }),
  };
}

async function refuseIdle(gate: Gate, { exists: isThere, valid }: Status): Promise<never> {
  const reason = !isThere ? `${STATE_PATH} does not exist` : valid ? "no issue is active" : `${STATE_PATH} is damaged`;
  throw new GateError("NO_ACTIVE_WORK", `Cannot show the active work: ${reason}`, {
    path: STATE_PATH,
    hint: `${await reconstructHint(gate)} \`gate show N\` shows any issue, \`gate list --all\` lists them.`,
  });
}

function missing(issue: number): GateError {
  return new GateError("NOT_FOUND", `Cannot show #${issue}: it is not active and has no work file, archived or not`, {
    path: workPath(issue),
    hint: "Run `gate list --all` to see the issues that are there.",
  });
}

/** The work file of an issue, else its archived one. */
async function readIssue(gate: Gate, issue: number): Promise<WorkSnapshot> {
  const work = await readWork(gate, workPath(issue));
  if (work.exists) return work;
  const archived = await readWork(gate, archivePath(issue));
  return archived.exists ? archived : work;
}

/** A work file as the view of an issue that is not active. */
function viewOf(gate: Gate, issue: number, work: WorkSnapshot): StateView {
  const { document, diagnostics, revision, path } = work;
  const readable = readableIn(work);
  const isArchived = path === archivePath(issue);
  return {
    exists: true,
    problems: problemsOf(document?.text ?? "", diagnostics),
    revision,
    summary: readable && summaryOfWork(readable),
    workFile: isArchived ? "archived" : exists(gate.project, archivePath(issue)) ? "both" : "present",
  };
}

/** What stood under Active Work when the issue was paused, or what the work file says in its place. */
function summaryOfWork(document: WorkDocument): StateSummary {
  const plan = pausedPlan(document);
  const said = plan && summaryOf(plan);
  const updated = updateTimeOf(document) ?? document.completed;
  return {
    head: { active: said?.head.active ?? {}, ...(updated && { lastUpdated: updated }) },
    content: {
      issueNumber: undefined,
      issueTitle: issueOf(document)?.title,
      branch: plan?.active.branch?.value.value || undefined,
      started: timeOf(plan?.active.started ?? document.started),
      lastUpdated: timeOf(updated),
      progressItems: said?.content.progressItems ?? progressIn(document),
      nextSteps: said?.content.nextSteps ?? nextActions(document),
      openQuestions: said?.content.openQuestions ?? questionsIn(document),
      ...{ recentWork: [], blockers: undefined, context: [] },
    },
  };
}
