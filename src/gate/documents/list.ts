/** List: the issues of a project, one line each. */
import { type Freshness, freshnessOf, isFuture } from "../../base/time.ts";
import { countOf, type Progress } from "../../document/work-content.ts";
import { glanceAt } from "../../document/work-glance.ts";
import { decode } from "../../text/source.ts";
import { requireCall } from "../call.ts";
import type { IssueClaim } from "../claims/claim.ts";
import { localClaims } from "../claims/claims.ts";
import { ARCHIVE_FOLDER, type Gate, STATE_PATH, WORK_FOLDER } from "../gate.ts";
import { eachDocument } from "../view/each-document.ts";
import type { ElsewhereView } from "../view/elsewhere.ts";
import { type Status, status } from "../view/status.ts";
import { findWork, isLong, type SkippedFile } from "../view/work-files.ts";

/** The kinds of issues that can be listed. */
export const LISTED = ["open", "paused", "done", "all"] as const;

/** Which issues `list` lists. */
export interface ListInput {
  /** `open` ones, the default, are not finished; those that are paused are among them. */
  readonly which?: (typeof LISTED)[number];
}

/** An issue in a list. */
export interface ListedIssue {
  readonly issueNumber: number;
  readonly title: string;
  /** `in_progress`, `paused` or `completed`; another word as it stands in the work file. */
  readonly status: string | undefined;
  readonly active: boolean;
  /** How many items of the plan are completed; absent where there are none. */
  readonly progress: Progress | undefined;
  readonly branch: string | undefined;
  readonly started: string | undefined;
  readonly lastUpdated: string | undefined;
  readonly freshness: Freshness | undefined;
  /** Who works on it, as far as this clone knows. */
  readonly claim: IssueClaim | undefined;
  /** Where it is recorded: its work file, archived or not, or the state file where it has none. */
  readonly path: string;
}

/** The issues of a project. */
export interface IssueList extends ElsewhereView {
  /** The active one first, then the newest. */
  readonly issues: readonly ListedIssue[];
  /** Files that name no issue or cannot be read, and why. */
  readonly skipped: readonly SkippedFile[];
}

/**
 * Lists the issues of a project, open ones by default. Reads only. An issue that has several
 * files stands there once: as the work file says, else the newest archived one.
 *
 * ```ts
 * const { issues } = await list(gate, { which: "paused" });
 * ```
 */
export async function list(gate: Gate, input: ListInput = {}): Promise<IssueList> {
  requireCall("list", { gate, input }, { which: ["open", "paused", "done", "all", undefined] });
  const { which = "open" } = input;
  const now = gate.clock();
  const active = await status(gate, { counts: "none" });
  const claims = await localClaims(gate);
  const folders = which === "done" || which === "all" ? [WORK_FOLDER, ARCHIVE_FOLDER] : [WORK_FOLDER];
  const { rows, skipped } = readRows(gate, folders, now);
  const { issueNumber } = active;
  if (issueNumber !== undefined) rows.set(issueNumber, activeRow(active, rows.get(issueNumber)));
  const issues = [...rows.values()]
    .filter(({ issue }) => isListed(issue, which))
    .sort((one, other) => Number(other.issue.active) - Number(one.issue.active) || newestFirst(one, other))
    .map(({ issue }) => ({ ...issue, claim: claims.get(issue.issueNumber) }));
  const { elsewhere, elsewhereProblems } = active;
  return { issues, skipped, elsewhere, ...(elsewhereProblems && { elsewhereProblems }) };
}

/**
 * The newest issues that are neither finished nor the active one, without their claims. Of
 * many work files only the heads are read until the newest are found, for views that look
 * again and again.
 */
export async function newestOpen(gate: Gate, most: number, active: number | undefined): Promise<ListedIssue[]> {
  const now = gate.clock();
  const rows = isLong(gate, WORK_FOLDER)
    ? (await findWork(gate, WORK_FOLDER, most + 1, ({ path, document }) => rowOf(path, document.text, now))).found
    : [...readRows(gate, [WORK_FOLDER], now).rows.values()].sort(newestFirst);
  return rows
    .flatMap((row) => (row && row.issue.issueNumber !== active && isListed(row.issue, "open") ? [row.issue] : []))
    .slice(0, most);
}

/** The issues of folders by their numbers. */
function readRows(gate: Gate, folders: readonly string[], now: number) {
  const rows = new Map<number, Row>();
  const skipped: SkippedFile[] = [];
  for (const document of eachDocument(gate, folders, skipped)) {
    const row = rowOf(document.path, decode(document.bytes).text, now);
    if (row === undefined) {
      skipped.push({ file: document.path, reason: "it names no issue number" });
      continue;
    }
    const { issueNumber } = row.issue;
    const known = rows.get(issueNumber);
    if (known === undefined || (isArchived(known.issue) && known.instant < row.instant)) rows.set(issueNumber, row);
  }
  return { rows, skipped };
}

function newestFirst(one: Row, other: Row): number {
  return other.instant - one.instant || other.issue.issueNumber - one.issue.issueNumber;
}

/** An issue with the moment that puts it in its place. */
interface Row {
  readonly issue: ListedIssue;
  readonly instant: number;
}

function rowOf(path: string, text: string, now: number): Row | undefined {
  const glance = glanceAt(text);
  if (glance === undefined) return undefined;
  const { number, title, status, isPaused, progress, branch, started, lastUpdated, updated } = glance;
  const isKnown = updated !== undefined && updated.kind !== "impossible" && !isFuture(updated, now);
  return {
    issue: {
      issueNumber: number,
      title,
      status: isPaused ? "paused" : status,
      active: false,
      ...{ progress, branch, started, lastUpdated },
      freshness: updated && freshnessOf(updated, now),
      claim: undefined,
      path,
    },
    instant: isKnown ? updated.instant : -1,
  };
}

/** What is active stands in the state file. */
function activeRow(state: Status, known: Row | undefined): Row {
  const { issueNumber, issueTitle, progressItems, branch, started, lastUpdated, freshness } = state;
  const status = known?.issue.status;
  return {
    issue: {
      issueNumber: issueNumber!,
      title: issueTitle ?? "",
      status: status === undefined || status === "paused" ? "in_progress" : status,
      active: true,
      progress: countOf(progressItems),
      ...{ branch, started, lastUpdated, freshness, claim: undefined },
      path: known?.issue.path ?? STATE_PATH,
    },
    instant: known?.instant ?? -1,
  };
}

function isListed({ status, active }: ListedIssue, which: NonNullable<ListInput["which"]>): boolean {
  if (which === "all") return true;
  if (which === "paused") return status === "paused";
  const isDone = status === "completed";
  return which === "done" ? isDone : active || !isDone;
}

function isArchived({ path }: ListedIssue): boolean {
  return path.startsWith(`${ARCHIVE_FOLDER}/`);
}
