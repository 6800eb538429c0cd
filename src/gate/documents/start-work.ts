/** The work file of an issue that is started: made, taken as it is, opened again, or brought back from the archive. */
import { type Freshness, freshnessOf, isFuture } from "../../base/time.ts";
import { reopenWork } from "../../changes/complete-work.ts";
import type { ProgressUpdate } from "../../changes/inputs.ts";
import { holdsPlan, withoutPlan } from "../../changes/pause.ts";
import { retitleWork } from "../../changes/retitle.ts";
import { pausedPlan } from "../../document/paused.ts";
import { activeLists, type StateDocument } from "../../document/state.ts";
import { issueOf, updateTimeOf } from "../../document/work.ts";
import { questionsIn } from "../../document/work-content.ts";
import { writeDocument } from "../../pipeline/processor.ts";
import { makeText } from "../../syntax/make.ts";
import { encode } from "../../text/source.ts";
import { missingWork, newWork } from "../commit/new-documents.ts";
import type { Transaction } from "../commit/transaction.ts";
import { archivePath, workPath } from "../gate.ts";
import { damageOf, isLeftAlone, type WorkSnapshot } from "../view/read.ts";
import type { CleanInput } from "./start-input.ts";
import { factsOf } from "./suggestions.ts";

/** What is known of an issue that nobody said. */
export interface KnownIssue {
  readonly title?: string;
  readonly url?: string;
  /** The document that says the title. */
  readonly source?: string;
}

/** The work file of an issue that is started. */
export interface Opened {
  readonly created: boolean;
  readonly freshness: Freshness | undefined;
  /** What it was paused with; `close` takes that out of the work file. */
  readonly plan?: StateDocument | undefined;
  readonly close?: (() => void) | undefined;
  /** What was open when it was finished, and when it had been started. */
  readonly facts?: ProgressUpdate;
  readonly started?: number;
}

/** Makes the work file if it is not there. One that is there stays as it is, unless it says that the work is completed. */
export async function openWork(
  transaction: Transaction,
  input: CleanInput,
  known: KnownIssue,
  resumed: StateDocument | undefined,
): Promise<Opened> {
  const { now } = transaction;
  if (known.source !== undefined) transaction.cite(known.source);
  const snapshot = await transaction.readWork(workPath(input.issue));
  if (snapshot.exists) {
    const { document } = snapshot;
    const isUsable = !isLeftAlone(snapshot) && document !== undefined;
    if (!isUsable) transaction.warn(damageOf(snapshot));
    const found = isUsable ? pausedPlan(document) : undefined;
    // Of an issue that is active already somebody has lost the lists, or a start was interrupted; else it is another plan.
    const isTaken = found !== undefined && (!resumed || Object.values(activeLists(resumed)).flat().length === 0);
    const isOther = found !== undefined && !isTaken && !holdsPlan(resumed!, found);
    if (isOther)
      transaction.warn(`${snapshot.path} has a paused plan with items that the state file has not; it stays there`);
    const reopened = isUsable && document.status === "completed" ? reopenWork(document, now) : [];
    if (isUsable && resumed && input.title === undefined) warnOfTitle(transaction, snapshot, resumed);
    const retitled = isUsable && input.title !== undefined ? retitleWork(document, input.title) : [];
    const edits = [...retitled, ...reopened, ...(isUsable && !isOther ? withoutPlan(document) : [])];
    const plan = isTaken ? found : undefined;
    const close = edits.length === 0 ? undefined : () => transaction.write(snapshot, { document: document!, edits });
    if (plan === undefined) close?.();
    warnOfUnused(transaction, snapshot, input);
    return { created: false, freshness: freshnessOfWork(snapshot, now), plan, ...(plan && { close }) };
  }
  const archived = await transaction.readWork(archivePath(input.issue));
  if (!isLeftAlone(archived) && archived.document && issueOf(archived.document)?.number === input.issue) {
    warnOfUnused(transaction, archived, input);
    return reopen(transaction, { snapshot, archived, title: input.title });
  }
  const url = input.url ?? known.url;
  const about = {
    ...(url !== undefined && { url }),
    ...(input.description !== undefined && { description: input.description }),
  };
  if (resumed && input.title === undefined) {
    transaction.write(snapshot, { document: await missingWork(resumed, input.issue, now, about) });
    return { created: true, freshness: "recent" };
  }
  const title = input.title ?? known.title ?? "";
  const document = await newWork({ number: input.issue, title, started: input.started ?? now, ...about }, now);
  transaction.write(snapshot, { document });
  return { created: true, freshness: "recent" };
}

interface Reopening {
  /** The work file, which is not there. */
  readonly snapshot: WorkSnapshot;
  readonly archived: WorkSnapshot;
  readonly title: string | undefined;
}

/**
 * An issue that was finished goes on with its file from the archive, where that stays as it
 * was, and with what was open when it ended.
 */
function reopen(transaction: Transaction, { snapshot, archived, title }: Reopening): Opened {
  const document = archived.document!;
  const isCompleted = document.status === "completed";
  const edits = [
    ...(title === undefined ? [] : retitleWork(document, title)),
    ...(isCompleted ? reopenWork(document, transaction.now) : []),
  ];
  transaction.put(snapshot, encode(document.source, writeDocument(document, edits)));
  const openQuestions = questionsIn(document).map(({ question, decision }) => ({
    question,
    ...(decision !== undefined && { decision }),
  }));
  const facts = { ...factsOf(document), openQuestions };
  const started = document.started?.reading;
  const began = started && started.kind !== "impossible" ? { started: started.instant } : {};
  return { created: false, freshness: freshnessOfWork(archived, transaction.now), facts, ...began };
}

/** A work file that is there is not rewritten; that it does not say what was given for a new one must be known. */
function warnOfUnused(transaction: Transaction, { path, document }: WorkSnapshot, input: CleanInput): void {
  const { url, description } = input;
  const hasAddress = url === undefined || document?.fields["GitHub"]?.value.value === url;
  const hasText = description === undefined || document?.text.replace(/\r\n?/g, "\n").includes(makeText(description));
  if (hasAddress && hasText) return;
  const what = hasText ? "the address" : hasAddress ? "the description" : "the address and the description";
  transaction.warn(`${path} was there already and does not take ${what}; add by hand what it should say`);
}

function freshnessOfWork({ document }: WorkSnapshot, now: number): Freshness | undefined {
  const reading = document && updateTimeOf(document)?.reading;
  return reading && !isFuture(reading, now) ? freshnessOf(reading, now) : undefined;
}

/** An issue comes back from a pause under the title of its work file; which of two is the right one only a person knows. */
export function warnOfTitle(transaction: Transaction, { path, document }: WorkSnapshot, state: StateDocument): void {
  const { issue } = state.active;
  const here = document && issueOf(document)?.title;
  if (!here || issue?.kind !== "issue" || issue.issue.title === "" || issue.issue.title === here) return;
  const both = `\`gate start ${issue.issue.id} --title T\` sets both`;
  transaction.warn(`${path} has the title "${here}", the state file "${issue.issue.title}"; ${both}`);
}
