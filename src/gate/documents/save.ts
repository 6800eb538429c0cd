/** Update Progress: the lists of the state file, and a log entry in the work file. */
import { GateError } from "../../base/errors.ts";
import { formatTime } from "../../base/time.ts";
import { updatePaused } from "../../changes/pause.ts";
import { regressionsOf } from "../../changes/regression.ts";
import { progressLine, updateProgress } from "../../changes/update-progress.ts";
import { updateWork, type WorkUpdate } from "../../changes/update-work.ts";
import { pausedPlan, readPlan } from "../../document/paused.ts";
import type { StateDocument } from "../../document/state.ts";
import type { WorkDocument } from "../../document/work.ts";
import { exists } from "../../files/read/read.ts";
import { encodeLine } from "../../syntax/escape.ts";
import { requireCall } from "../call.ts";
import { renewClaim } from "../claims/take.ts";
import { missingWork } from "../commit/new-documents.ts";
import { rememberIssue, sessionIssue } from "../commit/session-issue.ts";
import { type Transaction, transact } from "../commit/transaction.ts";
import { archivePath, type Gate, STATE_PATH, type WriteOptions, workPath } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import {
  activeNumber,
  damageOf,
  isForeignHere,
  isLeftAlone,
  readState,
  requireSound,
  type WorkSnapshot,
} from "../view/read.ts";
import { withHooks } from "../workflow/hooks.ts";
import { cleanInput, SAVE_SHAPE, type SaveInput } from "./save-input.ts";

export type { SaveInput } from "./save-input.ts";

/** What `save` came to. */
export interface Save {
  readonly success: true;
  readonly message: string;
  /** How many progress items were given. */
  readonly itemsUpdated: number;
  /** The new Last Updated. */
  readonly timestamp: string;
  /** The issue it was, where that is not the active one; absent otherwise. */
  readonly issueNumber?: number;
  /** The session works on that issue, and another one has become the active one since; absent otherwise. */
  readonly activeIssueChanged?: true;
  /** The path of the work file if it was written. */
  readonly workFileUpdated: string | undefined;
  readonly revision: string | undefined;
}

/**
 * Records where the active work stands. The lists for the state file replace those that
 * are there, an absent list stays; the rest is added to the work file. Rejects with
 * `NO_ACTIVE_WORK`, its hint naming what could be resumed, and with `INVALID_ARGUMENT` for
 * text with control characters. Completed items, or most of a list, that are no longer
 * there afterwards are named in `warnings`.
 *
 * ```ts
 * await save(gate, { nextSteps: ["Review"], log: ["Tests are green"] }, { ifMatch: revision });
 * ```
 */
export async function save(gate: Gate, input: SaveInput, options: WriteOptions = {}): Promise<Outcome<Save>> {
  requireCall("save", { gate, input, options }, SAVE_SHAPE);
  return await withHooks(gate, "save", { input, options }, () => saveOnce(gate, input, options));
}

async function saveOnce(gate: Gate, input: SaveInput, options: WriteOptions): Promise<Outcome<Save>> {
  const clean = cleanInput(input);
  if (input.offline) return await saveOffline(gate, clean, options);
  const outcome = await transact(gate, "save", options, async (transaction) => {
    const state = await transaction.readState();
    requireSound(state);
    const active = state.document && activeNumber(state.document);
    const meant = input.issue ?? sessionIssue(gate);
    const { revision } = state;
    if (meant !== undefined && meant !== active) {
      await savePaused(transaction, { issue: meant, active, isNamed: input.issue !== undefined }, clean);
      return { issue: { number: meant, id: String(meant) }, isOther: true, now: transaction.now, revision };
    }
    const issue = await requireActive(gate, state.document, "save");
    const document = state.document!;
    for (const loss of regressionsOf(document, clean)) transaction.warn(loss);
    if (issue.number !== undefined) await log(transaction, gate, { document, issue: issue.number, input: clean });
    else if (needsWorkFile(clean)) throw noWorkFile(issue.id);
    transaction.write(state, { document, edits: updateProgress(document, clean, transaction.now) });
    return { issue, isOther: false, now: transaction.now, revision };
  });
  const { issue, isOther, now, revision } = outcome.value;
  const others = options.dryRun ? [] : await keepIssue(gate, issue.number);
  const work = outcome.written.find(({ path }) => path !== STATE_PATH);
  const state = outcome.written.find(({ path }) => path === STATE_PATH);
  const result = resultOf(clean, issue.number ?? issue.id, now);
  return {
    ...outcome,
    warnings: [...outcome.warnings, ...others],
    value: {
      ...result,
      ...(isOther && { message: `${result.message}, which is not the active one`, issueNumber: issue.number! }),
      ...(isOther && input.issue === undefined && { activeIssueChanged: true as const }),
      workFileUpdated: work?.path,
      revision: state?.revision ?? revision,
    },
  };
}

function resultOf(input: SaveInput, issue: number | string, now: number) {
  const message = `Progress updated for issue #${issue}`;
  return { success: true, message, itemsUpdated: countOf(input), timestamp: formatTime(now) } as const;
}

/** What is saved of an issue that is not the active one goes into its work file, the lists into its plan. */
async function savePaused(transaction: Transaction, meant: Meant, input: SaveInput): Promise<void> {
  const work = await transaction.readWork(workPath(meant.issue));
  if (!work.exists || work.document?.status === "completed") throw notOpen(work, meant);
  requireSound(work);
  const document = work.document!;
  for (const loss of regressionsOf(pausedPlan(document) ?? readPlan(""), input)) transaction.warn(loss);
  const edits = updatePaused(document, { plan: input, update: updateOf(input, false) }, transaction.now);
  transaction.write(work, { document, edits });
}

/** An issue that is not the active one: somebody has named it, or the session works on it. */
interface Meant {
  readonly issue: number;
  readonly active: number | undefined;
  readonly isNamed: boolean;
}

function notOpen({ path, exists: isThere }: WorkSnapshot, { issue, active, isNamed }: Meant): GateError {
  const whose = isNamed ? "" : ", which this session works on";
  const reason = isThere ? "it is completed" : `it is not active, and ${path} does not exist`;
  const other = active === undefined ? "" : ` \`gate save --issue ${active} …\` records for the active one.`;
  return new GateError("NOT_FOUND", `Cannot save to #${issue}${whose}: ${reason}`, {
    path,
    hint: `\`gate start ${issue}\` opens it${isThere ? " again" : ", be it new or archived"}.${other}`,
  });
}

async function saveOffline(gate: Gate, input: SaveInput, options: WriteOptions): Promise<Outcome<Save>> {
  const { document } = await readState(gate);
  const issue = input.issue ?? sessionIssue(gate) ?? (document && activeNumber(document));
  if (issue === undefined) {
    throw new GateError("NO_ACTIVE_WORK", "Cannot save offline: the state file does not say which issue is active", {
      path: STATE_PATH,
      hint: "Name the issue: gate save --offline --issue N …",
    });
  }
  const outcome = await transact(gate, "save --offline", options, async (transaction) => {
    const work = await transaction.readWork(workPath(issue));
    if (!work.exists) {
      throw new GateError("NOT_FOUND", `Cannot save offline: ${work.path} does not exist`, {
        path: work.path,
        hint: "Name an issue that has a work file with --issue, or mend the state file first.",
      });
    }
    requireSound(work);
    const document = work.document!;
    transaction.write(work, { document, edits: updateWork(document, updateOf(input, true), transaction.now) });
    return transaction.now;
  });
  const others = options.dryRun ? [] : await keepIssue(gate, issue);
  const work = outcome.written[0];
  return {
    ...outcome,
    warnings: [...outcome.warnings, ...others],
    value: { ...resultOf(input, issue, outcome.value), workFileUpdated: work?.path, revision: undefined },
  };
}

/** The session works on the issue from now on, and this worktree's claim on it begins anew; who else has one is told. */
async function keepIssue(gate: Gate, issue: number | undefined): Promise<readonly string[]> {
  if (issue === undefined) return [];
  rememberIssue(gate, issue);
  return await renewClaim(gate, issue);
}

/** The active issue, or `NO_ACTIVE_WORK` with what could be resumed. */
export async function requireActive(
  gate: Gate,
  document: StateDocument | undefined,
  operation: string,
): Promise<{ number?: number; id: string; title: string }> {
  const issue = document?.active.issue;
  if (issue?.kind === "issue") return issue.issue;
  const { reconstructHint } = await import("./suggestions.ts");
  throw new GateError(
    "NO_ACTIVE_WORK",
    `Cannot ${operation}: ${document ? "no issue is active" : `${STATE_PATH} does not exist`}`,
    {
      path: STATE_PATH,
      hint: await reconstructHint(gate),
    },
  );
}

/** What is saved, by whose issue it is about. */
interface Logged {
  readonly document: StateDocument;
  readonly issue: number;
  readonly input: SaveInput;
}

/** The work file takes the log entry; a missing one is made, a damaged one is left unless something would be lost. */
async function log(transaction: Transaction, gate: Gate, { document, issue, input }: Logged): Promise<void> {
  const update = updateOf(input, false);
  if (Object.values(update).every((list) => list.length === 0)) return;
  const work = await transaction.readWork(workPath(issue));
  const mustKeep = needsWorkFile(input);
  if (work.exists) {
    if (isLeftAlone(work)) {
      const isForeign = isForeignHere(work);
      if (mustKeep && !isForeign) requireSound(work);
      transaction.warn(
        `${damageOf(work)}${isForeign && mustKeep ? "; it does not take the log entry and what else goes into work files" : ""}`,
      );
      return;
    }
    writeLog(transaction, work, work.document!, update);
    return;
  }
  if (exists(gate.project, archivePath(issue))) {
    if (mustKeep) {
      throw new GateError("NOT_FOUND", `Cannot save: the work file of #${issue} is archived already`, {
        path: archivePath(issue),
        hint: `Run \`gate done\` to finish what was interrupted, or \`gate start ${issue}\` to open the issue again.`,
      });
    }
    transaction.warn(
      `The work file of #${issue} is archived already; run \`gate done\` to finish what was interrupted`,
    );
    return;
  }
  writeLog(transaction, work, await missingWork(document, issue, transaction.now), update);
}

function writeLog(transaction: Transaction, work: WorkSnapshot, document: WorkDocument, update: WorkUpdate): void {
  transaction.write(work, { document, edits: updateWork(document, update, transaction.now) });
}

/** Whether something is given that has no place but the work file. */
function needsWorkFile(input: SaveInput): boolean {
  return Object.values(updateOf({ ...input, progress: [] }, false)).some((list) => list.length > 0);
}

function noWorkFile(id: string): GateError {
  return new GateError("NOT_FOUND", `Cannot save: #${id} has no number, so no work file takes what is to be logged`, {
    path: STATE_PATH,
    hint: "Give progress, next steps and questions alone, which the state file takes.",
  });
}

/** Offline, next steps and open questions have no other place than the log. */
function updateOf(input: SaveInput, offline: boolean): WorkUpdate {
  const steps = offline ? (input.nextSteps ?? []).map((text) => `Next: ${encodeLine(text)}`) : [];
  const questions = offline
    ? (input.openQuestions ?? []).map(({ question, decision }) =>
        encodeLine(`Open question: ${question}${decision === undefined ? "" : ` → ${decision}`}`),
      )
    : [];
  return {
    log: [...(input.log ?? []).map(encodeLine), ...(input.progress ?? []).map(progressLine), ...steps, ...questions],
    decisions: input.decisions ?? [],
    learnings: input.learnings ?? [],
    files: input.files ?? [],
    tests: input.tests ?? [],
    nextActions: [],
  };
}

function countOf(input: SaveInput): number {
  return input.progress?.length ?? 0;
}
