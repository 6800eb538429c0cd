/**
 * Undo and redo: put back what a change replaced, as a change that can be undone.
 *
 * What is put back is put back byte for byte, damaged or not: it stood there once,
 * and undoing a repair must be possible. For the same reason the document may be
 * damaged or gone now; undoing is a way out of damage. Only what the gate never
 * wrote is left alone.
 */

import { GateError } from "../../base/errors.ts";
import { isSameBytes } from "../../base/same.ts";
import { formatTime } from "../../base/time.ts";
import { isForeign } from "../../document/ours.ts";
import type { Project } from "../../files/guard/project.ts";
import { exists } from "../../files/read/read.ts";
import { hasHistory } from "../../files/record/history.ts";
import type { HistoryEntry } from "../../files/record/history-entry.ts";
import { BATCH_PATH } from "../batch/place.ts";
import { type Transaction, transact } from "../commit/transaction.ts";
import { requireMatch } from "../commit/validate.ts";
import { archivePath, type Gate, STATE_PATH, type WriteOptions, workPath } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import {
  activeNumber,
  readState,
  readWork,
  requireSound,
  type StateSnapshot,
  type WorkSnapshot,
} from "../view/read.ts";
import { type Change, endOf, findEntry, type HistoryItem, itemOf, twoDocuments } from "./history.ts";
import { type Content, contentOf, nameOf, REDO, readTimeline, type Timeline, UNDO, without } from "./timeline.ts";

/** What is undone. */
export interface UndoInput {
  /** Go back behind this change, whatever its document; without it behind the newest one not yet undone. */
  readonly id?: string;
  /** The issue whose work file is meant; the state document by default. */
  readonly issue?: number;
  /** Go forward again over what was undone last. */
  readonly redo?: boolean;
}

/** What `undo` came to. */
export interface Undo {
  readonly success: true;
  readonly message: string;
  /** The change that undoing was; absent in a dry run. */
  readonly entry: Change | undefined;
  /** The changes that are undone or, with `redo`, made again; newest first. */
  readonly entries: readonly HistoryItem[];
  readonly path: string;
  /** The digest of the document's bytes; absent where it is removed. */
  readonly revision: string | undefined;
  /** Whether the document is gone, because it was not there before the change. */
  readonly removed: boolean;
}

/**
 * Puts a document back to what it was before the newest change not yet undone, or before
 * the one of an id; with `redo` forward again. Byte for byte, damaged or not: `warnings`
 * say so. Rejects with `NOT_FOUND` where nothing is left to undo or redo, and with
 * `FOREIGN_FORMAT` for a document that the gate never wrote.
 *
 * ```ts
 * const { value } = await undo(gate);
 * value.entries; // what is undone
 * await undo(gate, { redo: true });
 * ```
 */
export async function undo(gate: Gate, input: UndoInput = {}, options: WriteOptions = {}): Promise<Outcome<Undo>> {
  const { redo = false } = input;
  const operation = redo ? REDO : UNDO;
  const aim = aimOf(gate, input);
  const { path } = aim;
  if (path === BATCH_PATH) return await undoBatch(gate, findEntry(gate, aim.id!), options);
  // Where nothing is remembered no lock is taken, because that would make a folder.
  if (!hasHistory(gate.project, path)) {
    makePlan(gate, path === STATE_PATH ? await readState(gate) : await readWork(gate, path), aim);
  }
  const outcome = await transact(gate, operation, options, async (transaction) => {
    const snapshot = path === STATE_PATH ? await transaction.readState() : await transaction.readWork(path);
    if (path !== STATE_PATH) requireMatch(snapshot, options);
    const plan = makePlan(gate, snapshot, aim);
    transaction.restore(snapshot, plan.content, plan.target.id);
    if (plan.content) await warnOf(transaction, gate, path, plan.content);
    return { ...plan, size: snapshot.bytes?.length ?? 0, now: transaction.now };
  });
  const { target, entries, content, overtaken, size, now } = outcome.value;
  const [id] = outcome.entries;
  const outside = overtaken === undefined ? [] : [outsideWarning(overtaken, id)];
  const value: Undo = {
    success: true,
    message: messageOf(redo, target, entries),
    entry: id === undefined ? undefined : { id, operation, timestamp: formatTime(now), path, size },
    entries: entries.map((entry) => itemOf(entry, !redo)),
    path,
    revision: outcome.written[0]?.revision,
    removed: content === undefined,
  };
  return { ...outcome, value, warnings: [...outside, ...outcome.warnings] };
}

/** Records have no timeline: what is undone there is the one entry that is named. */
async function undoBatch(gate: Gate, target: HistoryEntry, options: WriteOptions): Promise<Outcome<Undo>> {
  const { undoRecord } = await import("./undo-record.ts");
  const outcome = await undoRecord(gate, target, options);
  const { size, now, removed } = outcome.value;
  const { path } = target;
  const [id] = outcome.entries;
  const value: Undo = {
    success: true,
    message: messageOf(false, target, []),
    entry: id === undefined ? undefined : { id, operation: UNDO, timestamp: formatTime(now), path, size },
    entries: [],
    path,
    revision: outcome.written[0]?.revision,
    removed,
  };
  return { ...outcome, value };
}

/** What is asked for: which document, and how far to go in it. */
interface Aim {
  readonly path: string;
  readonly redo: boolean;
  /** The id of the entry to go back behind. */
  readonly id: string | undefined;
}

function aimOf(gate: Gate, { id, issue, redo = false }: UndoInput): Aim {
  if (id !== undefined && redo) {
    throw new GateError("INVALID_ARGUMENT", "Cannot redo one change: going forward has one way only", {
      hint: "Redo without an id, or undo the `undo` itself by its id.",
    });
  }
  if (id !== undefined && issue !== undefined) throw twoDocuments("undo");
  if (id === undefined) return { path: issue === undefined ? STATE_PATH : workPath(issue), redo, id };
  const entry = findEntry(gate, id);
  return { path: entry.path, redo, id: entry.id };
}

interface Plan {
  /** The entry whose bytes are put back. */
  readonly target: HistoryEntry;
  readonly content: Content;
  /** The changes that are undone or made again, newest first. */
  readonly entries: readonly HistoryEntry[];
  /** The newest change, where others have changed the document since. */
  readonly overtaken: HistoryEntry | undefined;
}

function makePlan({ project }: Gate, snapshot: StateSnapshot | WorkSnapshot, aim: Aim): Plan {
  const timeline = readTimeline(project, aim.path, { content: snapshot.bytes });
  const { done, last, doneBefore } = timeline;
  requireOurs(snapshot, last);
  const target = targetOf(project, timeline, snapshot.bytes, aim);
  const then = doneBefore(target.id);
  return {
    target,
    content: contentOf(project, target),
    entries: aim.redo ? without(then, done) : without(done, then),
    overtaken: snapshot.exists && last?.revision !== snapshot.revision ? last : undefined,
  };
}

const LEFT_ALONE: ReadonlySet<string> = new Set(["foreign-format", "unsupported-version"]);

/** Refuses what cannot be read, what a newer gate wrote, and what the gate never wrote. */
function requireOurs(snapshot: StateSnapshot | WorkSnapshot, last: HistoryEntry | undefined): void {
  const { path, bytes, document, diagnostics } = snapshot;
  if (!snapshot.exists) return;
  if (!bytes || diagnostics.some(({ rule }) => LEFT_ALONE.has(rule))) requireSound(snapshot);
  // What came to stand here after the gate had removed the document has no past with it.
  const isNew = last !== undefined && last.revision === undefined;
  if (!isNew || document?.kind !== "state" || !isForeign(document)) return;
  throw new GateError("FOREIGN_FORMAT", `Cannot undo in ${path}: another program or a person made it anew`, {
    path,
    hint: "Move the file out of the way first; nothing was written.",
  });
}

/** The entry to go back behind, or the undo to go forward over; one that would change nothing is passed over. */
function targetOf(
  project: Project,
  { entries, done, redo: undone }: Timeline,
  now: Content,
  { path, redo, id }: Aim,
): HistoryEntry {
  const changes = (entry: HistoryEntry) => !isSameBytes(contentOf(project, entry), now);
  if (id !== undefined) {
    const named = entries.find((entry) => entry.id === id);
    if (named && changes(named)) return named;
    const reason = named ? `it is as it was before ${nameOf(named)} already` : `entry ${id} is gone`;
    throw nothing(path, redo, reason, "Run `gate history` to see all changes.");
  }
  for (let each = redo ? undone : done; each; each = each.below) if (changes(each.entry)) return each.entry;
  const [reason, hint] = entries.length === 0 ? NO_HISTORY : redo ? NOTHING_UNDONE : NOTHING_LEFT;
  throw nothing(path, redo, reason, hint);
}

const NO_HISTORY = ["it has no history", "Run `gate history` to see which documents have one."] as const;
const NOTHING_UNDONE = [
  "nothing is undone",
  "Run `gate history` to see all changes; one that was made after undoing ends what can be redone.",
] as const;
const NOTHING_LEFT = [
  "no change is left",
  "Go forward again with --redo, or run `gate history` to see all changes.",
] as const;

function nothing(path: string, redo: boolean, reason: string, hint: string): GateError {
  return new GateError("NOT_FOUND", `Cannot ${redo ? "redo" : "undo"} in ${path}: ${reason}`, { path, hint });
}

/** What is put back is not checked, but who puts it back should know what it is. */
async function warnOf(transaction: Transaction, gate: Gate, path: string, content: Uint8Array): Promise<void> {
  const { document, messages } = await transaction.judge(path, content);
  const error = messages.find(({ severity }) => severity === "error");
  const fault =
    document.source.invalidAt === undefined ? error && `${error.rule}: ${error.message}` : "it is not UTF-8";
  if (document.kind !== "state") {
    if (fault) transaction.warn(`${path} is damaged, as it was then (${fault}); see \`gate check ${path}\``);
    return;
  }
  if (isForeign(document)) {
    transaction.warn(`${path} is again what it was before the gate took it over; \`gate undo --redo\` goes forward`);
  } else if (fault) {
    transaction.warn(
      `${path} is damaged, as it was then (${fault}); \`gate check\` shows all of it, \`gate recover\` mends it`,
    );
  }
  const issue = activeNumber(document);
  if (issue === undefined || exists(gate.project, workPath(issue))) return;
  if (!exists(gate.project, archivePath(issue))) return;
  transaction.warn(
    `#${issue} is active again, but its work file is in the archive: \`gate undo --work ${issue}\` puts it back ` +
      `as it was, \`gate start ${issue}\` begins a new one`,
  );
}

/** What others wrote since the gate's newest change goes away with that change, and is not lost. */
function outsideWarning(last: HistoryEntry, id: string | undefined): string {
  const kept =
    id === undefined ? "the history would keep that" : `that is kept as ${id}: \`gate diff ${endOf(id)}\` shows it`;
  return `${last.path} was changed outside the gate after the ${nameOf(last)}; ${kept}`;
}

function messageOf(redo: boolean, target: HistoryEntry, entries: readonly HistoryEntry[]): string {
  const { path } = target;
  const [newest] = entries;
  const oldest = entries.at(-1);
  if (!newest || !oldest) return `Put ${path} back to what it was before ${nameOf(target)}`;
  const verb = redo ? "Redid" : "Undid";
  if (entries.length === 1) return `${verb} ${nameOf(newest)} in ${path}`;
  return `${verb} ${entries.length} changes in ${path}, ${redo ? "up to" : "back to before"} ${nameOf(redo ? newest : oldest)}`;
}
