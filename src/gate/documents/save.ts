/** Update Progress: the lists of the state file, and a log entry in the work file. */
import { GateError } from "../../base/errors.ts";
import { formatTime } from "../../base/time.ts";
import { addedBy, changesOf } from "../../changes/amendment.ts";
import { hasFreeText, updateFreeText } from "../../changes/free-text.ts";
import { updatePaused } from "../../changes/pause.ts";
import { regressionsOf } from "../../changes/regression.ts";
import { applyChanges, touch } from "../../changes/update-progress.ts";
import { updateWork } from "../../changes/update-work.ts";
import { type OpenQuestion, type ProgressStatusItem, planOf } from "../../document/content.ts";
import { pausedPlan, readPlan } from "../../document/paused.ts";
import type { StateDocument } from "../../document/state.ts";
import { requireCall } from "../call.ts";
import { renewClaim } from "../claims/take.ts";
import { rememberIssue, sessionIssue } from "../commit/session-issue.ts";
import { type Transaction, transact } from "../commit/transaction.ts";
import { type Gate, STATE_PATH, type WriteOptions, workPath } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import {
  type AnyDocument,
  activeNumber,
  readState,
  requireSound,
  type StateSnapshot,
  type WorkSnapshot,
} from "../view/read.ts";
import { withHooks } from "../workflow/hooks.ts";
import { cleanInput, SAVE_SHAPE, type SaveInput } from "./save-input.ts";
import {
  logSave,
  needsWorkFile,
  noWorkFile,
  offlineUpdateOf,
  progressLines,
  updateOf,
  warnReplaced,
} from "./save-work.ts";

export type { SaveInput } from "./save-input.ts";

/** What `save` came to. */
export interface Save {
  readonly success: true;
  readonly message: string;
  /** How many progress items were given, and how many words of items to drop. */
  readonly itemsUpdated: number;
  /** The new Last Updated. */
  readonly timestamp: string;
  /** The path of the work file if it was written. */
  readonly workFileUpdated: string | undefined;
  /** The issue it was; `undefined` for an id that is no number. */
  readonly issueNumber: number | undefined;
  /** The lists of the issue as they stand now; empty where they could not be read, with `offline`. */
  readonly progressItems: readonly ProgressStatusItem[];
  readonly nextSteps: readonly string[];
  readonly openQuestions: readonly OpenQuestion[];
  /** The progress items that were not there before. */
  readonly added: readonly string[];
  /** Whether the session works on that issue, and another one has become the active one since. */
  readonly activeIssueChanged: boolean;
  readonly revision: string | undefined;
}

/**
 * Records where the active work stands. Items and questions are found by their words and
 * changed, in their place; others are added, and what is not named stays. The rest is added
 * to the work file. Rejects with `NO_ACTIVE_WORK`, its hint naming what could be resumed, and
 * with `INVALID_ARGUMENT` for text with control characters and for words that could mean
 * several items, with `NOT_FOUND` for those of an item to drop that is not there. Completed
 * items, or most of a list, that are no longer there afterwards are named in `warnings`.
 *
 * ```ts
 * await save(gate, { progress: [{ status: "completed", text: "Tests" }] }, { ifMatch: revision });
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
      const { plan, added } = await savePaused(
        transaction,
        { issue: meant, active, isNamed: input.issue !== undefined },
        clean,
      );
      if (hasFreeText(clean)) writeFreeText(transaction, state, clean);
      return {
        issue: { number: meant, id: String(meant) },
        isOther: true,
        now: transaction.now,
        revision,
        plan,
        added,
      };
    }
    const issue = await requireActive(gate, state.document, "save");
    const document = state.document!;
    const changes = changesOf(document, clean);
    for (const loss of regressionsOf(document, changes)) transaction.warn(loss);
    const progress = progressLines(document, changes);
    if (issue.number !== undefined) {
      await logSave(transaction, gate, { document, issue: issue.number, input: clean, progress });
    } else if (needsWorkFile(clean)) throw noWorkFile(issue.id);
    const edits = [...applyChanges(document, changes, transaction.now), ...updateFreeText(document, clean)];
    transaction.write(state, { document, edits });
    return { issue, isOther: false, now: transaction.now, revision, plan: document, added: addedBy(document, changes) };
  });
  const { issue, isOther, now, revision, added } = outcome.value;
  const others = options.dryRun ? [] : await keepIssue(gate, issue.number);
  const work = outcome.written.find(({ path }) => path !== STATE_PATH);
  const state = outcome.written.find(({ path }) => path === STATE_PATH);
  const plan = planAfter((isOther ? work : state)?.document) ?? outcome.value.plan;
  return {
    ...outcome,
    warnings: [...outcome.warnings, ...others],
    value: {
      success: true,
      message: `Progress updated for issue #${issue.number ?? issue.id}${isOther ? ", which is not the active one" : ""}`,
      itemsUpdated: countOf(clean),
      timestamp: formatTime(now),
      workFileUpdated: work?.path,
      issueNumber: issue.number,
      ...planOf(plan),
      activeIssueChanged: isOther && input.issue === undefined,
      added,
      revision: state?.revision ?? revision,
    },
  };
}

/** What holds the lists of the issue after the save. */
function planAfter(document: AnyDocument | undefined): StateDocument | undefined {
  return document?.kind === "work" ? pausedPlan(document) : document;
}

/** Blockers and context belong to the project, whichever issue is meant. */
function writeFreeText(transaction: Transaction, state: StateSnapshot, input: SaveInput): void {
  const { document } = state;
  if (!document) {
    throw new GateError("NOT_FOUND", `Cannot save blockers and context: ${STATE_PATH} does not exist`, {
      path: STATE_PATH,
      hint: "`gate init` makes it.",
    });
  }
  transaction.write(state, {
    document,
    edits: [...touch(document, transaction.now), ...updateFreeText(document, input)],
  });
}

/** What is saved of an issue that is not the active one goes into its work file, the lists into its plan. */
async function savePaused(transaction: Transaction, meant: Meant, input: SaveInput): Promise<SavedPlan> {
  const work = await transaction.readWork(workPath(meant.issue));
  if (!work.exists || work.document?.status === "completed") throw notOpen(work, meant);
  requireSound(work);
  const document = work.document!;
  const before = pausedPlan(document) ?? readPlan("");
  const changes = changesOf(before, input);
  for (const loss of regressionsOf(before, changes)) transaction.warn(loss);
  const update = updateOf(input, progressLines(before, changes));
  warnReplaced(transaction, document, update);
  transaction.write(work, { document, edits: updatePaused(document, { before, changes, update }, transaction.now) });
  return { plan: before, added: addedBy(before, changes) };
}

/** The plan as it was, and what came to it. */
interface SavedPlan {
  readonly plan: StateDocument;
  readonly added: readonly string[];
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
  const update = offlineUpdateOf(input);
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
    warnReplaced(transaction, document, update);
    transaction.write(work, { document, edits: updateWork(document, update, transaction.now) });
    return transaction.now;
  });
  const others = options.dryRun ? [] : await keepIssue(gate, issue);
  const work = outcome.written[0];
  return {
    ...outcome,
    warnings: [...outcome.warnings, ...others],
    value: {
      success: true,
      message: `Progress updated for issue #${issue}`,
      itemsUpdated: countOf(input),
      timestamp: formatTime(outcome.value),
      workFileUpdated: work?.path,
      issueNumber: issue,
      ...planOf(readPlan("")),
      activeIssueChanged: false,
      added: [],
      revision: undefined,
    },
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

function countOf({ progress = [], drop = [] }: SaveInput): number {
  return progress.length + drop.length;
}
