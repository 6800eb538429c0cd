/**
 * Clear Active Work: the work file is completed and archived, then the state file
 * lets go of the issue. In this order, and every step again harmless: a crash
 * between any two is finished by running the operation again.
 */
import { GateError } from "../../base/errors.ts";
import { oneLine } from "../../base/line.ts";
import { formatTime } from "../../base/time.ts";
import { clearActive } from "../../changes/clear-active.ts";
import { completeWork } from "../../changes/complete-work.ts";
import { withoutPlan } from "../../changes/pause.ts";
import { joinEdits } from "../../changes/place.ts";
import { addRecent, countRecent, isIssue } from "../../changes/recent.ts";
import { retire } from "../../changes/retire.ts";
import { touch } from "../../changes/update-progress.ts";
import { updateWork, type WorkUpdate } from "../../changes/update-work.ts";
import type { OpenEnds } from "../../document/open-ends.ts";
import { pausedPlan, readPlan } from "../../document/paused.ts";
import type { StateDocument } from "../../document/state.ts";
import { issueOf, type WorkDocument } from "../../document/work.ts";
import { exists, listFolder, readFile } from "../../files/read/read.ts";
import { writeDocument } from "../../pipeline/processor.ts";
import { encode } from "../../text/source.ts";
import { requireCall } from "../call.ts";
import { finishClaim, requireOwn } from "../claims/end.ts";
import { missingWork } from "../commit/new-documents.ts";
import { rememberIssue, sessionIssue } from "../commit/session-issue.ts";
import { type Transaction, transact } from "../commit/transaction.ts";
import { ARCHIVE_FOLDER, archivePath, type Gate, STATE_PATH, type WriteOptions, workPath } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { activeNumber, damageOf, isForeignHere, requireSound, type StateSnapshot } from "../view/read.ts";
import { withHooks } from "../workflow/hooks.ts";
import { openEnds, treeOfIssue } from "./open-ends.ts";
import { requireActive } from "./save.ts";

/** How the work ended. */
export interface DoneInput {
  /** The issue that is finished; the active one by default. */
  readonly issue?: number;
  /** Why the work ended, for Recent Work. */
  readonly reason?: string;
  /** The address of the pull request, for the work file. */
  readonly pullRequest?: string;
  /** `false` leaves the completed work file where it is. */
  readonly archive?: boolean;
}

/** What `done` came to. */
export interface Done extends OpenEnds {
  readonly success: true;
  readonly message: string;
  readonly archivedIssue: number | undefined;
  /** The session worked on that issue, and another one has become the active one since; absent otherwise. */
  readonly activeIssueChanged?: true;
  /** How many issues Recent Work holds now. */
  readonly recentWorkCount: number;
  /** Where the work file is now, if it was archived. */
  readonly archivedTo: string | undefined;
  readonly revision: string | undefined;
}

/**
 * Clears the active work: the work file is completed and archived, the issue moves to
 * Recent Work. What is still open of it is named in `warnings`. Rejects with
 * `NO_ACTIVE_WORK` where there is none, with `CLAIMED` where another worktree or clone holds
 * the issue or has finished it, and with `INCOMPLETE` where the project asks for more than was
 * done and no reason is given. Interrupted between two steps, it is finished by calling it again.
 *
 * ```ts
 * const { value } = await done(gate, { pullRequest: "https://github.com/o/r/pull/5" });
 * value.archivedTo; // ".claude/archive/1234.md"
 * ```
 */
export async function done(gate: Gate, input: DoneInput = {}, options: WriteOptions = {}): Promise<Outcome<Done>> {
  const shape = { issue: "issue?", reason: "text?", pullRequest: "text?", archive: "flag?" } as const;
  requireCall("done", { gate, input, options }, shape);
  return await withHooks(gate, "done", { input, options }, () => doneOnce(gate, input, options));
}

async function doneOnce(gate: Gate, input: DoneInput, options: WriteOptions): Promise<Outcome<Done>> {
  const reason = input.reason === undefined ? {} : { reason: oneLine(input.reason, "the reason") };
  const pullRequest = input.pullRequest === undefined ? undefined : oneLine(input.pullRequest, "the pull request");
  const words = `done${input.issue === undefined ? "" : ` ${input.issue}`}${input.archive === false ? " --no-archive" : ""}`;
  const operation = { name: "done", words };
  const tree = await treeOfIssue(gate, input.issue);
  const outcome = await transact(gate, operation, options, async (transaction) => {
    const state = await transaction.readState();
    requireSound(state);
    const archive = input.archive ?? true;
    const meant = input.issue ?? sessionIssue(gate);
    const claimed = meant ?? (state.document && activeNumber(state.document));
    if (claimed !== undefined) {
      if (options.dryRun) await requireOwn(gate, claimed);
      transaction.before(() => finishClaim(gate, claimed));
    }
    if (meant !== undefined && (!state.document || activeNumber(state.document) !== meant)) {
      const finished = await finishPaused(transaction, gate, {
        ...{ ...reason, issue: meant, pullRequest, archive, state, tree },
      });
      return { ...finished, isChanged: input.issue === undefined };
    }
    const issue = await requireActive(gate, state.document, "finish");
    const document = state.document!;
    if (issue.number === undefined) {
      if (pullRequest !== undefined) throw noPlaceFor(issue.id);
      transaction.warn(NO_NUMBER);
    }
    const left = await openEnds(transaction, { state, plan: document, issue: issue.number, tree, ...reason });
    const archivedTo =
      issue.number === undefined
        ? undefined
        : await finishWork(transaction, gate, {
            ...{ ...reason, document, issue: issue.number, pullRequest },
            archive,
          });
    transaction.write(state, { document, edits: clearActive(document, reason, transaction.now) });
    const id = String(issue.number ?? issue.id);
    const message = `Cleared active work - moved #${id} to Recent Work`;
    const recentWorkCount = countRecent(document, id);
    return { issue, archivedTo, message, recentWorkCount, ...left, isChanged: false };
  });
  const { issue, archivedTo, message, recentWorkCount, isChanged } = outcome.value;
  const { openItems, openQuestions, droppedItems, proof } = outcome.value;
  if (!options.dryRun && sessionIssue(gate) === issue.number) rememberIssue(gate, undefined);
  const value: Done = {
    success: true,
    message,
    archivedIssue: issue.number,
    ...(isChanged && { activeIssueChanged: true as const }),
    recentWorkCount,
    archivedTo,
    ...{ openItems, openQuestions, proof, droppedItems },
    revision: outcome.written.find(({ path }) => path === STATE_PATH)?.revision,
  };
  return { ...outcome, value };
}

/** What is left of finished work, and where it went. */
interface Finished extends OpenEnds, Pick<Done, "archivedTo" | "message" | "recentWorkCount"> {
  readonly issue: { number?: number; id: string };
}

interface FinishPaused extends Omit<Finish, "document"> {
  readonly state: StateSnapshot;
  readonly tree: string | undefined;
}

/** An issue that is not the active one is finished in its work file; the state file hears of it in Recent Work. */
async function finishPaused(
  transaction: Transaction,
  gate: Gate,
  { state, issue, reason, tree, ...rest }: FinishPaused,
): Promise<Finished> {
  const found = await transaction.readWork(workPath(issue));
  // The move of an interrupted `done` is behind us.
  const work = found.exists ? found : await transaction.readWork(archivePath(issue));
  const file = work.document;
  if (!work.exists || file === undefined) {
    throw new GateError("NOT_FOUND", `Cannot finish #${issue}: it is not active, and ${found.path} does not exist`, {
      path: found.path,
      hint: "`gate reconstruct` lists the work files, `gate status` says what is active.",
    });
  }
  requireSound(work);
  const document = pausedPlan(file) ?? readPlan("");
  const because = reason === undefined ? {} : { reason };
  const left = await openEnds(transaction, { state, plan: document, issue, tree, ...because });
  // Who finishes it once more, and says nothing new of it, changes nothing.
  const isAgain =
    !found.exists && file.status === "completed" && reason === undefined && rest.pullRequest === undefined;
  const archivedTo = isAgain
    ? work.path
    : await finishWork(transaction, gate, { document, issue, ...because, ...rest });
  const before = state.document;
  const id = String(issue);
  const isKnown = before?.recentWork.some(
    (each) => isIssue(each.reading.issue, id) && each.reading.status === "completed",
  );
  if (before && !(isAgain && isKnown)) {
    const entry = { id, title: issueOf(file)?.title ?? "", status: "Completed" as const, instant: transaction.now };
    const edits = joinEdits([...touch(before, transaction.now), ...addRecent(before, { ...entry, ...because })]);
    transaction.write(state, { document: before, edits });
  }
  const isDone = isAgain && (isKnown || before === undefined);
  const message = isDone
    ? `#${issue} was finished already`
    : `Finished #${issue}${before === undefined ? "" : " - moved it to Recent Work"}`;
  const recentWorkCount = before ? countRecent(before, id) : 0;
  return { issue: { number: issue, id }, archivedTo, message, recentWorkCount, ...left };
}

const NO_NUMBER = "The issue has no number, so no work file took what stood under Active Work; it is in the history";

/** What is given is not dropped: without a work file nothing takes the address. */
function noPlaceFor(id: string): GateError {
  return new GateError(
    "INVALID_ARGUMENT",
    `Cannot finish #${id} with a pull request: it has no number, so no work file could take the address`,
    { path: STATE_PATH, hint: "Leave it away, or give the address as the reason." },
  );
}

interface Finish {
  readonly document: StateDocument;
  readonly issue: number;
  readonly reason?: string;
  readonly pullRequest: string | undefined;
  readonly archive: boolean;
}

/** Completes the work file and stages its move; returns where it will be. */
async function finishWork(
  transaction: Transaction,
  gate: Gate,
  { document, issue, reason, pullRequest, archive }: Finish,
): Promise<string | undefined> {
  const update = retire(document, reason === undefined ? "Completed" : `Completed: ${reason}`);
  const input = { update, ...(pullRequest !== undefined && { pullRequest }) };
  const target = archivePath(issue);
  const work = await transaction.readWork(workPath(issue));
  if (!work.exists) {
    // The move of an interrupted `done` is behind us; what was saved since goes after it.
    const archived = await transaction.readWork(target);
    if (archived.exists) {
      requireSound(archived);
      const file = archived.document!;
      const edits = completeWork(file, input, transaction.now);
      if (!isSettled(file, update, pullRequest)) transaction.write(archived, { document: file, edits });
      return target;
    }
    if (update.log.length === 1 && update.nextActions.length === 0 && pullRequest === undefined) {
      transaction.warn(`There is no work file of #${issue}, so nothing was archived`);
      return undefined;
    }
  }
  if (isForeignHere(work)) {
    transaction.warn(`${damageOf(work)}; what stood under Active Work is in the history`);
    return undefined;
  }
  requireSound(work);
  const file = work.document ?? (await missingWork(document, issue, transaction.now));
  const edits = [...completeWork(file, input, transaction.now), ...withoutPlan(file)];
  const unchanged = isSettled(file, update, pullRequest);
  if (!unchanged) transaction.write(work, { document: file, edits });
  if (!archive) return undefined;
  await makeRoom(transaction, gate, issue, unchanged ? work.bytes! : encode(file.source, writeDocument(file, edits)));
  transaction.move(work.path, target);
  return target;
}

/** Whether the file and its newest log entry say all that is to be kept, as after an interrupted `done`. */
function isSettled(file: WorkDocument, update: WorkUpdate, pullRequest: string | undefined): boolean {
  if (pullRequest !== undefined && file.fields["Pull Request"]?.value.value !== pullRequest) return false;
  return file.status === "completed" && updateWork(file, update, 0).every(({ start, end }) => start !== end);
}

/**
 * An earlier archive of the issue keeps its bytes under a name with a time in it.
 * The same bytes at two places are an interrupted move, which moving again finishes.
 */
async function makeRoom(transaction: Transaction, gate: Gate, issue: number, bytes: Uint8Array): Promise<void> {
  const target = archivePath(issue);
  const there = readFile(gate.project, target);
  if (there.kind === "missing" || (there.kind === "file" && Buffer.compare(there.bytes, bytes) === 0)) return;
  await transaction.readWork(target);
  const begun = there.kind === "file" ? earlierArchive(gate, issue, there.bytes) : undefined;
  transaction.move(target, begun ?? freeName(gate, issue, transaction.now));
}

function earlierArchive(gate: Gate, issue: number, bytes: Uint8Array): string | undefined {
  return listFolder(gate.project, ARCHIVE_FOLDER)
    .filter(({ name, kind }) => kind === "file" && name.startsWith(`${issue}.`) && EARLIER.test(name))
    .map(({ name }) => `${ARCHIVE_FOLDER}/${name}`)
    .find((path) => {
      const file = readFile(gate.project, path);
      return file.kind === "file" && Buffer.compare(file.bytes, bytes) === 0;
    });
}

const EARLIER = /^\d+\.\d{8}T\d{6}Z(?:-\d+)?\.md$/;

function freeName(gate: Gate, issue: number, now: number): string {
  const stamp = formatTime(now).replace(/[-:]/g, "");
  let name = `${ARCHIVE_FOLDER}/${issue}.${stamp}.md`;
  for (let count = 2; exists(gate.project, name); count++) name = `${ARCHIVE_FOLDER}/${issue}.${stamp}-${count}.md`;
  return name;
}
