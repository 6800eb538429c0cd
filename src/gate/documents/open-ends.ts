/** What is not done of work that is finished: who reads `done` believes it. */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { endsOf, type OpenEnds } from "../../document/open-ends.ts";
import type { StateDocument } from "../../document/state.ts";
import type { WorkDocument } from "../../document/work.ts";
import { sessionIssue } from "../commit/session-issue.ts";
import type { Transaction } from "../commit/transaction.ts";
import { archivePath, type Gate, STATE_PATH, workPath } from "../gate.ts";
import { treeFor } from "../proof/tree.ts";
import { activeNumber, readableIn, readState, readWork, type StateSnapshot } from "../view/read.ts";

/** An issue that is to be finished. */
interface Ending {
  readonly state: StateSnapshot;
  /** What stands or, of a paused one, stood under Active Work. */
  readonly plan: StateDocument;
  readonly issue: number | undefined;
  /** The digest of the project's files now. */
  readonly tree: string | undefined;
  readonly reason?: string;
}

/** The files to compare the runs of an issue with, the active one by default; found out before a lock is taken. */
export async function treeOfIssue(gate: Gate, issue: number | undefined): Promise<string | undefined> {
  const { document } = await readState(gate);
  const meant = issue ?? sessionIssue(gate) ?? (document && activeNumber(document));
  return meant === undefined ? undefined : await treeFor(gate, readableIn(await readWork(gate, workPath(meant))));
}

/** Names what is left of an issue in warnings. `INCOMPLETE` where the project asks for it, and no reason is given. */
export async function openEnds(
  transaction: Transaction,
  { state, plan, issue, tree, reason }: Ending,
): Promise<OpenEnds> {
  const work = issue === undefined ? undefined : await workOf(transaction, issue);
  const left = endsOf(plan, work, tree);
  const required = requirementOf(state.document);
  const missing = required === undefined ? [] : missingFor(left, required !== "items");
  // Who finishes it once more has been asked already.
  if (missing.length > 0 && reason === undefined && work?.status !== "completed") {
    throw new GateError("INCOMPLETE", `Cannot finish #${issue ?? ""}: ${missing.join(". ")}`, {
      path: STATE_PATH,
      hint:
        `${STATE_PATH} asks for it: done_requires is ${printable(String(required))}. ` +
        "Do what is missing, or say why not: gate done --reason '…'",
    });
  }
  const { openItems, openQuestions, droppedItems: dropped, proof } = left;
  const warnings = [
    told(openItems, ["progress item is still open", "progress items are still open"]),
    told(openQuestions, ["question is still open", "questions are still open"]),
    told(dropped, DROPPED),
    told(proof.stale, [
      "completed item is no longer proven, because files changed",
      "completed items are no longer proven, because files changed",
    ]),
  ];
  for (const warning of warnings.flat()) transaction.warn(warning);
  return left;
}

const DROPPED = ["item was dropped and never completed", "items were dropped and never completed"] as const;

/** What the state's frontmatter asks for before work is done: `items`, or else proof of them as well; `undefined` for nothing. */
export function requirementOf(document: StateDocument | undefined): unknown {
  const required = document?.frontmatter?.doneRequires;
  return required === null || required === false ? undefined : required;
}

/** What a project misses that asks for all items, or for proof of them as well. */
function missingFor({ openItems, droppedItems: dropped, proof }: OpenEnds, asksForProof: boolean): readonly string[] {
  return [
    ...told(openItems, ["progress item is open", "progress items are open"]),
    ...told(dropped, DROPPED),
    ...(asksForProof
      ? told(proof.stale, ["completed item is no longer proven", "completed items are no longer proven"])
      : []),
    ...(asksForProof ? told(proof.unproven, ["completed item is not proven", "completed items are not proven"]) : []),
  ];
}

function told(texts: readonly string[], [one, many]: readonly [one: string, many: string]): readonly string[] {
  return texts.length === 0 ? [] : [`${texts.length} ${texts.length === 1 ? one : many}: ${texts.join("; ")}`];
}

/** The work file as it is before it is finished; the move of an interrupted `done` is behind us. */
async function workOf(transaction: Transaction, issue: number): Promise<WorkDocument | undefined> {
  const work = await transaction.readWork(workPath(issue));
  return readableIn(work.exists ? work : await transaction.readWork(archivePath(issue)));
}
