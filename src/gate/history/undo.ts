/**
 * Undo, redo and restore: a document gets the bytes of another of its versions, as a
 * version of its own.
 *
 * What is put back is put back byte for byte, damaged or not: it stood there once, and
 * undoing a repair must be possible. For the same reason the document may be damaged or
 * gone now; this is a way out of damage. Only what the gate never wrote is left alone.
 * Model: `proof/undo.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { formatTime } from "../../base/time.ts";
import { isForeign } from "../../document/ours.ts";
import { activeIssue, type StateDocument } from "../../document/state.ts";
import type { WorkDocument } from "../../document/work.ts";
import { exists } from "../../files/read/read.ts";
import type { Version } from "../../files/record/version.ts";
import { hasVersions, listVersions, readVersion } from "../../files/record/versions.ts";
import { BATCH_PATH } from "../batch/place.ts";
import { requireCall } from "../call.ts";
import { releaseClaim } from "../claims/end.ts";
import { renewClaim } from "../claims/take.ts";
import { type Transaction, transact } from "../commit/transaction.ts";
import { requireMatch } from "../commit/validate.ts";
import { archivePath, type Gate, STATE_PATH, type WriteOptions, workPath } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { isForGuard } from "../view/guard.ts";
import {
  activeNumber,
  readState,
  readWork,
  requireSound,
  type StateSnapshot,
  type WorkSnapshot,
} from "../view/read.ts";
import { type Companions, companionsOf, newestElsewhere, takeAlong } from "./companions.ts";
import { type Change, findEntry, type HistoryItem, itemOf, requireDocument, twoDocuments } from "./history.ts";
import { REDO, RESTORE, UNDO } from "./timeline.ts";
import { type Aim, type Plan, planOf } from "./undo-plan.ts";

/** What is undone. */
export interface UndoInput {
  /** Go back behind this version, whatever its document; without it behind the one that the document holds. */
  readonly id?: string;
  /** The issue whose work file is meant; the state document by default. */
  readonly issue?: number;
  /** The document that is meant, relative to the project, such as a guarded file; with an id the one it is of. */
  readonly path?: string;
  /** Go forward again over what was undone last. */
  readonly redo?: boolean;
}

/** What is put back. */
export interface RestoreInput {
  /** The version, whatever its document; without it the newest of `path` that was written. */
  readonly id?: string;
  /** The document, relative to the project; it may be left away where there is an id. */
  readonly path?: string;
}

/** What `undo` and `restore` came to. */
export interface Undo {
  readonly success: true;
  readonly message: string;
  /** The version that it made; absent in a dry run. */
  readonly entry: Change | undefined;
  /** The version that the document held; absent where it held none. */
  readonly before: string | undefined;
  /** The versions that were gone back behind or, with `redo`, forward over; newest first. */
  readonly entries: readonly HistoryItem[];
  readonly path: string;
  /** The work files that went along, because the same commands had changed them. */
  readonly also: readonly string[];
  /** The digest of the document's bytes; absent where it is removed. */
  readonly revision: string | undefined;
  /** Whether the document is gone, because it was not there then. */
  readonly removed: boolean;
}

/**
 * Puts a document back to the version that the one it holds was made from, or behind the
 * one of an id; with `redo` forward again. Byte for byte, damaged or not: `warnings` say
 * so. Rejects with `NOT_FOUND` where nothing is left to undo or redo, and with
 * `FOREIGN_FORMAT` for a document that the gate never wrote.
 *
 * ```ts
 * const { value } = await undo(gate);
 * value.entries; // what is undone
 * await undo(gate, { redo: true });
 * ```
 */
export async function undo(gate: Gate, input: UndoInput = {}, options: WriteOptions = {}): Promise<Outcome<Undo>> {
  requireCall("undo", { gate, input, options }, { id: "text?", issue: "issue?", path: "text?", redo: "flag?" });
  const { id, issue, path, redo = false } = input;
  if (id !== undefined && redo) {
    throw new GateError("INVALID_ARGUMENT", "Cannot redo one version: going forward has one way only", {
      hint: "Redo without an id, or put a version back with `gate restore ID`.",
    });
  }
  if ((id ?? path) !== undefined && issue !== undefined) throw twoDocuments("undo");
  const verb = redo ? "redo" : UNDO;
  const operation = redo ? REDO : UNDO;
  if (id === undefined) {
    const named =
      path === undefined ? (issue === undefined ? STATE_PATH : workPath(issue)) : await requireDocument(gate, path);
    return await go(gate, { path: named, id, verb, operation }, options);
  }
  const version = findEntry(gate, id, path);
  return await go(gate, { path: version.path, id: version.id, verb, operation }, options);
}

/**
 * Puts the bytes of a version back, whether or not undoing would lead there. Byte for byte,
 * damaged or not. Rejects with `NOT_FOUND` for an id that is none, or whose bytes the
 * document holds already.
 *
 * ```ts
 * await restore(gate, { id: entries[3].id });
 * ```
 */
export async function restore(gate: Gate, input: RestoreInput, options: WriteOptions = {}): Promise<Outcome<Undo>> {
  requireCall("restore", { gate, input, options }, { id: "text?", path: "text?" });
  const { id, path } = input;
  const version = id === undefined ? await newestFor(gate, path) : findEntry(gate, id, path);
  return await go(gate, { path: version.path, id: version.id, verb: RESTORE, operation: RESTORE }, options);
}

/** What a document is to be brought back to where no version is named. */
async function newestFor(gate: Gate, path: string | undefined): Promise<Version> {
  if (path === undefined) {
    throw new GateError("INVALID_ARGUMENT", "Cannot restore: neither a version nor a document is named", {
      hint: "Give the id of a version, which `gate history` lists, or --path PATH for the newest of a document.",
    });
  }
  const versions = listVersions(gate.project, await requireDocument(gate, path));
  const newest = versions.find(({ written, revision }) => written && revision !== undefined);
  if (newest) return newest;
  throw new GateError("NOT_FOUND", `Cannot restore ${path}: it has no history`, {
    path,
    hint: "Run `gate history` to see which documents have one.",
  });
}

async function go(gate: Gate, aim: Aim, options: WriteOptions): Promise<Outcome<Undo>> {
  const { path, operation } = aim;
  if (path === BATCH_PATH || isForGuard(path)) return await goInRecord(gate, aim, options);
  // Where nothing is remembered no lock is taken, because that would make a folder.
  if (!hasVersions(gate.project, path)) {
    makePlan(gate, path === STATE_PATH ? await readState(gate) : await readWork(gate, path), aim);
  }
  const outcome = await transact(gate, operation, options, async (transaction) => {
    const snapshot = path === STATE_PATH ? await transaction.readState() : await transaction.readWork(path);
    if (path !== STATE_PATH) requireMatch(snapshot, options);
    const plan = makePlan(gate, snapshot, aim);
    for (const warning of plan.warnings) transaction.warn(warning);
    if (path === STATE_PATH && aim.id === undefined && aim.verb === UNDO) warnOfElsewhere(transaction, gate, plan);
    // First the work files: what leaves the state file is there by then.
    const along: Companions = path === STATE_PATH ? companionsOf(gate, plan, aim.verb) : new Map();
    const also = await takeAlong(transaction, gate, along);
    transaction.restore(snapshot, plan.content, plan.restores);
    const active = plan.content && (await warnOf(transaction, path, plan.content));
    if (active !== undefined && !along.has(workPath(active))) warnOfArchived(transaction, gate, active);
    const left = path === STATE_PATH ? activeIn(snapshot.document) : undefined;
    return { plan, left, also, now: transaction.now };
  });
  const { plan, left, also, now } = outcome.value;
  const warnings = path === STATE_PATH && !options.dryRun ? await moveClaim(gate, left) : [];
  const value = { ...resultOf(plan, aim, doneBy(gate, outcome, path, now)), also };
  return { ...outcome, warnings: [...outcome.warnings, ...warnings], value };
}

/** The claim of this worktree goes with the issue that is active now. */
async function moveClaim(gate: Gate, left: number | undefined): Promise<readonly string[]> {
  const active = activeIn((await readState(gate)).document);
  if (active === left) return [];
  const released = left === undefined ? undefined : await releaseClaim(gate, left, { quiet: true });
  const taken = active === undefined ? [] : await renewClaim(gate, active);
  return [...(released?.warnings ?? []), ...taken];
}

function activeIn(document: StateDocument | WorkDocument | undefined): number | undefined {
  return document?.kind === "state" ? activeIssue(document)?.number : undefined;
}

/** A record goes back by the same chain, on its own write path. */
async function goInRecord(gate: Gate, aim: Aim, options: WriteOptions): Promise<Outcome<Undo>> {
  const { path } = aim;
  // Where nothing is remembered no lock is taken, because that would make a folder.
  if (!hasVersions(gate.project, path)) planOf(gate, aim, undefined);
  const { putBackGuarded, putBackRecord } = await import("./undo-record.ts");
  const putBack = path === BATCH_PATH ? putBackRecord : putBackGuarded;
  const outcome = await putBack(gate, aim, options, (content) => planOf(gate, aim, content));
  const { plan, now } = outcome.value;
  return { ...outcome, value: resultOf(plan, aim, doneBy(gate, outcome, path, now)) };
}

function resultOf({ message, content, passed }: Plan, { path, operation }: Aim, done: Done): Undo {
  const { id, now, revision, before } = done;
  const timestamp = formatTime(now);
  return {
    success: true,
    message,
    entry: id === undefined ? undefined : { id, operation, timestamp, path, size: content?.length ?? 0 },
    before,
    entries: passed.map((version) => itemOf(version, false)),
    path,
    also: [],
    revision,
    removed: content === undefined,
  };
}

function doneBy({ project }: Gate, { entries, written }: Outcome<unknown>, path: string, now: number): Done {
  const newest = listVersions(project, path, 1)[0]?.id;
  const id = entries.find((each) => each === newest);
  const before = id === undefined ? undefined : readVersion(project, id, path).version.from;
  return { before, now, id, revision: written.find((each) => each.path === path)?.revision };
}

interface Done {
  readonly before: string | undefined;
  readonly now: number;
  readonly id: string | undefined;
  readonly revision: string | undefined;
}

function makePlan(gate: Gate, snapshot: StateSnapshot | WorkSnapshot, aim: Aim): Plan {
  return planOf(gate, aim, snapshot.bytes, ({ newest }) => requireOurs(snapshot, newest));
}

const LEFT_ALONE: ReadonlySet<string> = new Set(["foreign-format", "unsupported-version"]);

/** Refuses what cannot be read, what a newer gate wrote, and what the gate never wrote. */
function requireOurs(snapshot: StateSnapshot | WorkSnapshot, newest: Version | undefined): void {
  const { path, bytes, document, diagnostics } = snapshot;
  if (!snapshot.exists) return;
  if (!bytes || diagnostics.some(({ rule }) => LEFT_ALONE.has(rule))) requireSound(snapshot);
  // What came to stand here after the gate had removed the document has no past with it.
  const isNew = newest !== undefined && newest.revision === undefined;
  if (!isNew || document?.kind !== "state" || !isForeign(document)) return;
  throw new GateError("FOREIGN_FORMAT", `Cannot undo in ${path}: another program or a person made it anew`, {
    path,
    hint: "Move the file out of the way first; nothing was written.",
  });
}

/** What is put back is not checked, but who puts it back should know what it is. The issue that is active in it. */
async function warnOf(transaction: Transaction, path: string, content: Uint8Array): Promise<number | undefined> {
  const { document, messages } = await transaction.judge(path, content);
  const error = messages.find(({ severity }) => severity === "error");
  const fault =
    document.source.invalidAt === undefined ? error && `${error.rule}: ${error.message}` : "it is not UTF-8";
  if (document.kind !== "state") {
    if (fault) transaction.warn(`${path} is damaged, as it was then (${fault}); see \`gate check ${path}\``);
    return undefined;
  }
  if (isForeign(document)) {
    transaction.warn(`${path} is again what it was before the gate took it over; \`gate undo --redo\` goes forward`);
  } else if (fault) {
    transaction.warn(
      `${path} is damaged, as it was then (${fault}); \`gate check\` shows all of it, \`gate recover\` mends it`,
    );
  }
  return activeNumber(document);
}

function warnOfElsewhere(transaction: Transaction, gate: Gate, { passed }: Plan): void {
  const newer = newestElsewhere(gate, passed);
  if (newer === undefined) return;
  const issue = /(\d+)\.md$/.exec(newer.path)?.[1] ?? "N";
  transaction.warn(
    `The newest change is another one, ${newer.operation} of ${formatTime(newer.timestamp)} in ${newer.path}, and it ` +
      `stands: \`gate undo --work ${issue}\` takes that back`,
  );
}

function warnOfArchived(transaction: Transaction, gate: Gate, issue: number): void {
  if (exists(gate.project, workPath(issue)) || !exists(gate.project, archivePath(issue))) return;
  transaction.warn(
    `#${issue} is active again, but its work file is in the archive: \`gate undo --work ${issue}\` puts it back ` +
      `as it was, \`gate start ${issue}\` begins a new one`,
  );
}
