/** What a save puts into the work file of its issue. */
import { GateError } from "../../base/errors.ts";
import { goneFrom, type ListChanges } from "../../changes/amendment.ts";
import { progressLine } from "../../changes/update-progress.ts";
import { updateWork, type WorkUpdate } from "../../changes/update-work.ts";
import type { StateDocument } from "../../document/state.ts";
import { bodyOfSection, type WorkDocument } from "../../document/work.ts";
import { DROPPED } from "../../document/work-content.ts";
import { exists } from "../../files/read/read.ts";
import { encodeLine } from "../../syntax/escape.ts";
import { makeText } from "../../syntax/make.ts";
import { missingWork } from "../commit/new-documents.ts";
import type { Transaction } from "../commit/transaction.ts";
import { archivePath, type Gate, STATE_PATH, workPath } from "../gate.ts";
import { damageOf, isForeignHere, isLeftAlone, requireSound, type WorkSnapshot } from "../view/read.ts";
import type { SaveInput } from "./save-input.ts";

/** What is saved, by whose issue it is about. */
interface Logged {
  readonly document: StateDocument;
  readonly issue: number;
  readonly input: SaveInput;
  /** Lines for the log about what becomes of the progress. */
  readonly progress: readonly string[];
}

/** The work file takes the log entry; a missing one is made, a damaged one is left unless something would be lost. */
export async function logSave(transaction: Transaction, gate: Gate, logged: Logged): Promise<void> {
  const { document, issue, input, progress } = logged;
  const update = updateOf(input, progress);
  if (isEmpty(update)) return;
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
  warnReplaced(transaction, document, update);
  transaction.write(work, { document, edits: updateWork(document, update, transaction.now) });
}

/** Names the texts of a work file that give way to others. */
export function warnReplaced(transaction: Transaction, document: WorkDocument, update: WorkUpdate): void {
  for (const name of ["description", "approach"] as const) {
    const before = bodyOfSection(document, name).trim();
    const after = update[name];
    if (after === undefined || before === "" || before === makeText(after)) continue;
    transaction.warn(`The ${name} that was there is replaced; gate undo brings it back`);
  }
}

/** Whether something is given that has no place but the work file. */
export function needsWorkFile(input: SaveInput): boolean {
  return !isEmpty(updateOf(input, []));
}

function isEmpty(update: WorkUpdate): boolean {
  return Object.values(update).every((given) => Array.isArray(given) && given.length === 0);
}

export function noWorkFile(id: string): GateError {
  return new GateError("NOT_FOUND", `Cannot save: #${id} has no number, so no work file takes what is to be logged`, {
    path: STATE_PATH,
    hint: "Give progress, next steps and questions alone, which the state file takes.",
  });
}

/** The lines for the log about what becomes of the progress; an open item that goes is not done. */
export function progressLines(document: StateDocument, { progress }: ListChanges): readonly string[] {
  const said = "whole" in progress ? progress.whole : [...progress.changed.values(), ...progress.added];
  const open = goneFrom(document, progress).filter(({ reading }) => reading.status !== "completed");
  return [...said.map(progressLine), ...open.map(({ reading }) => `${DROPPED}${progressLine(reading)}`)];
}

/** What goes into the work file, with these lines of its log about progress. */
export function updateOf(input: SaveInput, progress: readonly string[]): WorkUpdate {
  const { description, approach } = input;
  return {
    log: [...(input.log ?? []).map(encodeLine), ...progress],
    decisions: input.decisions ?? [],
    learnings: input.learnings ?? [],
    files: input.files ?? [],
    tests: input.tests ?? [],
    nextActions: [],
    ...(description !== undefined && { description }),
    ...(approach !== undefined && { approach }),
  };
}

/** All of it for the work file alone, whose log is the only place for what the state file would take. */
export function offlineUpdateOf(input: SaveInput): WorkUpdate {
  const { progress = [], nextSteps = [], addNext = [], openQuestions = [], blockers = [], context = [] } = input;
  const { drop, replace, clear, unblock } = input;
  const refused = Object.entries({ drop, replace, clear, unblock }).find(([, given]) => given);
  if (refused) {
    throw new GateError(
      "INVALID_ARGUMENT",
      `Cannot save offline: ${refused[0]} changes the state file, which is left alone`,
    );
  }
  const said = (label: string, texts: readonly string[]) => texts.map((text) => encodeLine(`${label}: ${text}`));
  return updateOf(input, [
    ...progress.map(progressLine),
    ...said("Next", [...nextSteps, ...addNext]),
    ...openQuestions.map(({ question, decision }) =>
      encodeLine(`Open question: ${question}${decision === undefined ? "" : ` → ${decision}`}`),
    ),
    ...said("Blocker", blockers),
    ...said("Context", context),
  ]);
}
