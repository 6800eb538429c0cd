/** Set Active Work: another issue, or the one that was left. */
import { GateError } from "../../base/errors.ts";
import { type Freshness, formatTime } from "../../base/time.ts";
import { bringBack, pauseWork, withoutRecent } from "../../changes/pause.ts";
import { isIssue } from "../../changes/recent.ts";
import { type ActiveInput, keepsApart, resumeActive, setActive } from "../../changes/set-active.ts";
import { insertSubsections, updateProgress } from "../../changes/update-progress.ts";
import { type StateDocument, stateFrom } from "../../document/state.ts";
import { issueOf } from "../../document/work.ts";
import { branchOf, findCheckout } from "../../files/git/checkout.ts";
import { isDefaultBranch } from "../../files/git/default-branch.ts";
import { issueAddress } from "../../files/git/issue-address.ts";
import { exists } from "../../files/read/read.ts";
import type { Version } from "../../files/record/version.ts";
import { writeDocument } from "../../pipeline/processor.ts";
import type { Edit } from "../../text/edit.ts";
import { sourceOf } from "../../text/source.ts";
import { requireCall } from "../call.ts";
import { transactClaimed } from "../claims/start.ts";
import { requireFree } from "../claims/take.ts";
import { missingWork, newState } from "../commit/new-documents.ts";
import { rememberIssue } from "../commit/session-issue.ts";
import type { Transaction } from "../commit/transaction.ts";
import { archivePath, type Gate, STATE_PATH, type WriteOptions, workPath } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { fetchIssue } from "../view/github-issue.ts";
import { versionAhead } from "../view/newer.ts";
import { activeNumber, damageOf, isForeignHere, isLeftAlone, readState, readWork, requireSound } from "../view/read.ts";
import { withHooks } from "../workflow/hooks.ts";
import { notesBeside, type Taken, takeFrom } from "./start-from.ts";
import { type CleanInput, cleanInput, START_SHAPE, type StartInput } from "./start-input.ts";
import { type KnownIssue, type Opened, openWork, warnOfTitle } from "./start-work.ts";

/** What `start` came to. */
export interface Start {
  readonly success: true;
  readonly message: string;
  readonly stateFileUpdated: string;
  /** Whether another issue was active and is now in Recent Work. */
  readonly previousWorkArchived: boolean;
  /** The issue that was active before, which is paused now; absent where there was none with a number. */
  readonly previousIssue?: number;
  /** Size of the state file in bytes. */
  readonly fileSize: number | undefined;
  readonly workFile: string;
  readonly workFileCreated: boolean;
  /** How far what the work file says can be trusted. */
  readonly workFileFreshness: Freshness | undefined;
  /** Whether the issue was the active one already. */
  readonly resumed: boolean;
  /** The issue had been paused, and its progress, next steps, questions, branch and Started are back; absent otherwise. */
  readonly planRestored?: true;
  /** The file of another tool that it was begun with, which stays as it is; absent otherwise. */
  readonly takenFrom?: string;
  /** The issue had been finished: its work file is back from the archive, with what was recorded when it ended; absent otherwise. */
  readonly reopened?: true;
  readonly revision: string | undefined;
}

/**
 * Makes an issue the active work and opens its work file; the issue that is active already
 * is resumed. Without a title it is taken from the work file, then from `gh`;
 * `INVALID_ARGUMENT` where neither knows. The issue is claimed for this worktree: rejects
 * with `CLAIMED` where another one has it.
 *
 * ```ts
 * const { value } = await start(gate, { issue: 1234, title: "Add rate limiting", branch: "feature/limits" });
 * value.resumed; // false
 * ```
 */
export async function start(gate: Gate, input: StartInput, options: WriteOptions = {}): Promise<Outcome<Start>> {
  requireCall("start", { gate, input, options }, START_SHAPE);
  return await withHooks(gate, "start", { input, options }, () => startOnce(gate, input, options));
}

async function startOnce(gate: Gate, input: StartInput, options: WriteOptions): Promise<Outcome<Start>> {
  const clean = cleanInput(gate, input);
  const url = addressHere(gate, input.issue);
  const taken = clean.from === undefined ? undefined : await takeFrom(gate, clean.issue, clean.from);
  const known = { ...(url !== undefined && { url }), ...(await titleOf(gate, clean, taken)) };
  const operation = { name: "start", words: `start ${input.issue}`, claim: clean };
  const outcome = await transactClaimed(gate, operation, options, async (transaction) => {
    const state = await transaction.readState();
    requireSound(state);
    // A missing state file is made, a damaged or foreign one is not touched.
    const document = state.document ?? (await newState(transaction.now));
    const resumed = activeNumber(document) === input.issue;
    const isOther = document.active.issue?.kind === "issue" && !resumed;
    // The work files first: what the state file names or lets go of must be there already.
    if (isOther) await retirePrevious(transaction, document);
    if (!resumed && keepsApart(document)) transaction.warn(APART);
    if (!state.exists) await warnOfNew(gate, transaction, taken);
    const opened = await openWork(transaction, clean, known, resumed ? document : undefined);
    const { plan, close, facts, created, freshness } = opened;
    const back = plan !== undefined;
    const lists = mayTake(transaction, clean, taken, resumed || back || facts !== undefined) ? taken : undefined;
    const title = clean.title ?? (resumed ? undefined : known.title);
    if (resumed) {
      const given = {
        ...(title !== undefined && { title }),
        ...(clean.branch !== undefined && { branch: clean.branch }),
      };
      const next = changed(document, resumeActive(document, given, transaction.now));
      transaction.write(state, { document: plan ? changed(next, bringBack(next, plan)) : next });
    } else
      transaction.write(state, {
        document: begun(gate, document, { clean, title, opened, taken: lists }, transaction.now),
      });
    // A plan leaves its work file once the state file has it.
    close?.();
    const named = title ?? (document.active.issue?.kind === "issue" ? document.active.issue.issue.title : "");
    const previous = isOther ? activeNumber(document) : undefined;
    return { resumed, isOther, previous, title: named, state, back, facts, created, freshness, lists };
  });
  const { resumed, isOther, previous, title, state, back, facts, created, freshness, lists } = outcome.value;
  if (!options.dryRun) rememberIssue(gate, input.issue);
  const written = outcome.written.find(({ path }) => path === STATE_PATH);
  const value: Start = {
    success: true,
    message: `Active work set to #${input.issue}${title === "" ? "" : ` - ${title}`}`,
    stateFileUpdated: STATE_PATH,
    previousWorkArchived: isOther,
    ...(previous !== undefined && { previousIssue: previous }),
    fileSize: written?.size ?? state.bytes?.length,
    workFile: workPath(input.issue),
    workFileCreated: created,
    workFileFreshness: freshness,
    resumed,
    ...(back && { planRestored: true as const }),
    ...(facts && { reopened: true as const }),
    ...(lists && { takenFrom: lists.path }),
    revision: written?.revision ?? state.revision,
  };
  return { ...outcome, value };
}

/** What there is to say where the state file is made: that somebody took it away, or what it is made beside. */
async function warnOfNew(gate: Gate, transaction: Transaction, taken: Taken | undefined): Promise<void> {
  const lost = versionAhead(gate, STATE_PATH, undefined);
  if (lost) transaction.warn(lostState(lost));
  if (!taken) for (const note of await notesBeside(gate)) transaction.warn(note);
}

/** Whether an issue begins with what another tool keeps: not one that has a plan of its own. */
function mayTake(transaction: Transaction, { issue }: CleanInput, taken: Taken | undefined, hasPlan: boolean): boolean {
  if (taken === undefined) return false;
  if (hasPlan) transaction.warn(`Nothing of ${taken.path} was taken: #${issue} has a plan of its own`);
  else transaction.cite(taken.path, taken.text);
  return !hasPlan;
}

interface Beginning {
  readonly clean: CleanInput;
  readonly title: string | undefined;
  readonly opened: Opened;
  readonly taken: Taken | undefined;
}

/** The state file with the issue active that its work file is opened for. */
function begun(
  gate: Gate,
  document: StateDocument,
  { clean, title = "", opened, taken }: Beginning,
  now: number,
): StateDocument {
  const { plan, facts } = opened;
  const started = clean.started ?? opened.started;
  // A plan that is brought back says itself which branch it had, if any.
  const branch = clean.branch ?? (plan ? undefined : branchHere(gate));
  const said = { ...(branch !== undefined && { branch }), ...(started !== undefined && { started }) };
  const next = activated(document, { number: clean.issue, title, plan, ...said }, now);
  // What was finished comes back with what it had when it ended.
  const lists = facts ?? taken?.lists;
  return lists === undefined ? next : changed(next, updateProgress(next, lists, now));
}

/** The state file with another issue active: what it was left with is back, and it is recent work no more. */
export function activated(document: StateDocument, input: ActiveInput, now: number): StateDocument {
  const rid = changed(document, withoutRecent(document, input.number));
  const set = changed(rid, setActive(rid, input, now));
  const back = input.plan === undefined ? set : changed(set, bringBack(set, input.plan));
  // Who edits by hand finds the places for what there is to say.
  const isBare = !back.known.progress && !back.known.nextSteps;
  return isBare ? changed(back, insertSubsections(back, PLACES)) : back;
}

const PLACES = [
  { name: "progress", lines: [] },
  { name: "nextSteps", lines: [] },
] as const;

/** The document as it is after edits, to be changed further. */
function changed(before: StateDocument, edits: readonly Edit[]): StateDocument {
  if (edits.length === 0) return before;
  const { bom, eol } = before.source;
  return stateFrom({ ...sourceOf(writeDocument(before, edits)), bom, eol }, {});
}

/** What is said where items are kept apart. */
export const APART =
  "What stood under Active Work belonged to no numbered issue; it is kept apart under `## Recovered` in the state file";

/** What is said where a state file that somebody took away is made anew. */
function lostState({ id, timestamp }: Version): string {
  const restore = `gate restore ${id.slice(id.lastIndexOf("-") + 1)}`;
  return `${STATE_PATH} was missing and is made anew; \`${restore}\` brings back what it held at ${formatTime(timestamp)}`;
}

/** The checked-out branch, where that is one for an issue. */
function branchHere({ project }: Gate): string | undefined {
  const checkout = findCheckout(project.root);
  const branch = checkout && branchOf(checkout.git);
  return branch === undefined || isDefaultBranch(checkout!, branch) ? undefined : branch;
}

/** Where the issue can be read, by the remote of the checkout. */
function addressHere({ project }: Gate, issue: number): string | undefined {
  const checkout = findCheckout(project.root);
  return checkout && issueAddress(checkout, issue);
}

/** Refuses to displace other work: that is what `start` does, with its items kept in their work file. */
export function requireIdle(document: StateDocument, issue: number): void {
  const { issue: active } = document.active;
  if (active?.kind !== "issue" || active.issue.number === issue) return;
  throw new GateError("INVALID_ARGUMENT", `Cannot reconstruct from #${issue}: #${active.issue.id} is active`, {
    path: STATE_PATH,
    hint: `Run \`gate start ${issue}\` to switch; it keeps what is recorded of #${active.issue.id}.`,
  });
}

/** The title, from where it is nearest: what was given, the work file, its archived form, GitHub. */
async function titleOf(gate: Gate, input: CleanInput, taken: Taken | undefined): Promise<KnownIssue> {
  if (input.title !== undefined) return { title: input.title };
  for (const path of [workPath(input.issue), archivePath(input.issue)]) {
    const { document, diagnostics } = await readWork(gate, path);
    const named = document && !isLeftAlone({ path, exists: true, diagnostics }) ? issueOf(document) : undefined;
    if (named?.number === input.issue && named.title !== "") return { title: named.title, source: path };
  }
  const state = await readState(gate);
  if (state.document && activeNumber(state.document) === input.issue) return {};
  requireNotGone(gate, input.issue);
  const recent = state.document?.recentWork.find(({ reading }) => isIssue(reading.issue, String(input.issue)));
  const named = recent?.reading.issue.kind === "issue" ? recent.reading.issue.issue.title : "";
  if (named !== "") return { title: named, source: STATE_PATH };
  if (taken !== undefined) return { title: taken.title };
  const fetched = await fetchIssue(gate, input.issue);
  if (fetched) return fetched;
  // Who has the issue comes first: with a title the next call would be refused as well.
  await requireFree(gate, input);
  throw new GateError("INVALID_ARGUMENT", `Cannot start #${input.issue}: its title is not known`, {
    hint: `Give it: gate start ${input.issue}${input.takeOver ? " --take-over" : ""} --title "…"`,
  });
}

/** A work file that somebody took away is brought back, not begun anew, unless a title says that it shall be. */
function requireNotGone(gate: Gate, issue: number): void {
  const path = workPath(issue);
  const lost = exists(gate.project, path) ? undefined : versionAhead(gate, path, undefined);
  if (lost === undefined) return;
  const id = lost.id.slice(lost.id.lastIndexOf("-") + 1);
  throw new GateError("INVALID_ARGUMENT", `Cannot start #${issue}: its work file ${path} is missing`, {
    path,
    hint: `\`gate restore ${id}\` brings it back as of ${formatTime(lost.timestamp)}; \`gate start ${issue} --title T\` begins a new one.`,
  });
}

/** What stood under Active Work goes into the work file of the issue it belonged to. */
async function retirePrevious(transaction: Transaction, document: StateDocument): Promise<void> {
  const number = activeNumber(document);
  if (number === undefined) return;
  const snapshot = await transaction.readWork(workPath(number));
  if (isForeignHere(snapshot)) {
    transaction.warn(`${damageOf(snapshot)}; what stood under Active Work is in the history`);
    return;
  }
  requireSound(snapshot);
  warnOfTitle(transaction, snapshot, document);
  const work = snapshot.document ?? (await missingWork(document, number, transaction.now));
  transaction.write(snapshot, { document: work, edits: pauseWork(work, document, transaction.now) });
}
