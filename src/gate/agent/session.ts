/**
 * What is done and remembered in the course of an agent's session: a mark in the
 * history before its context is compacted, a line in the log at its end, and which
 * things it was told already.
 *
 * All of it is a service that may be refused at any time without harm. Nothing is
 * written in a project that does not use the gate.
 */
import { formatTime, freshnessOf } from "../../base/time.ts";
import { activeIssue, type StateDocument } from "../../document/state.ts";
import { checkedOutBranch } from "../../files/git/checkout.ts";
import { ensureGateFolder } from "../../files/guard/folders.ts";
import { acquireLock } from "../../files/lock/lock.ts";
import { readNote, writeNote } from "../../files/record/session-note.ts";
import { storeFound, storeVersion } from "../../files/record/store-version.ts";
import type { Version } from "../../files/record/version.ts";
import { listVersions, newestVersion } from "../../files/record/versions.ts";
import { hasErrors } from "../../rules/check.ts";
import { askOutside } from "../../text/outside.ts";
import { meetVersion } from "../commit/meet.ts";
import { audit } from "../commit/post-write.ts";
import { rememberIssue, sessionIssue } from "../commit/session-issue.ts";
import { type Gate, STATE_PATH } from "../gate.ts";
import { COMPACT } from "../history/timeline.ts";
import { fillCache } from "../view/cache-fill.ts";
import { hasChanged, savedAt } from "../view/git-status.ts";
import { versionAhead } from "../view/newer.ts";
import { outsideOf, tracedOf } from "../view/origin.ts";
import { isOurs } from "../view/ownership.ts";
import { readState, type StateSnapshot } from "../view/read.ts";
import { usesGate } from "../view/uses-gate.ts";

const REMIND_AFTER = 30 * 60_000;

/**
 * Puts a mark into the history of the state file: how it stood when the agent's
 * context was compacted. Nothing where it stands as at the last mark.
 */
export async function markCompaction(gate: Gate): Promise<boolean> {
  if (!isOurs(await readState(gate))) return false;
  const { project } = gate;
  ensureGateFolder(project);
  const lock = await acquireLock(project, STATE_PATH, { timeoutMs: gate.lockTimeout, command: `gate ${COMPACT}` });
  try {
    const { bytes, revision } = await readState(gate);
    if (bytes === undefined || revision === undefined) return false;
    const newest = newestVersion(project, STATE_PATH);
    if (newest?.operation === COMPACT && newest.revision === revision) return false;
    const now = gate.clock();
    const about = { timestamp: now, actor: gate.actor, branch: checkedOutBranch(project.root) };
    const outside = outsideOf(gate, STATE_PATH, bytes);
    const restores = storeFound(project, STATE_PATH, bytes, { ...about, met: outside });
    const mark = { ...about, operation: COMPACT, bytes, restores, outside };
    const stored = storeVersion(project, STATE_PATH, bytes, mark);
    stored.confirm();
    const entry = stored.id;
    audit(gate, COMPACT, now, { path: STATE_PATH, entry, revision });
    await fillCache(gate);
    return true;
  } finally {
    lock.release();
  }
}

/** Notes in the log that a session has ended. */
export async function noteSessionEnd(gate: Gate, reason: string | undefined): Promise<boolean> {
  if (!(await usesGate(gate))) return false;
  await meetVersion(gate, STATE_PATH);
  audit(gate, "session-end", gate.clock(), reason === undefined ? {} : { reason });
  await fillCache(gate);
  return true;
}

/** How the state stands, as far as an agent should be told when it changes. */
export type Condition = "fine" | "stale" | "damaged";

/** What somebody else has done to the state file. */
export type Damage = "damaged" | "gone";

/**
 * Whether the state file was damaged or removed since somebody looked last, once for
 * each time: scripts are not looked into before they run. What it holds is kept first.
 */
export async function damageFor(gate: Gate, session: string): Promise<Damage | undefined> {
  const snapshot = await readState(gate);
  const isGone = !snapshot.exists && versionAhead(gate, STATE_PATH, undefined) !== undefined;
  if (!isGone && !isOurs(snapshot)) return undefined;
  const damage = isGone ? "gone" : hasErrors(snapshot.diagnostics) ? "damaged" : undefined;
  const note = readNote(gate.project, session, "hooks");
  const known = note?.["damage"];
  if (damage === known) return undefined;
  if (damage === "damaged") await meetVersion(gate, STATE_PATH);
  // Who cannot remember having said it would say it again and again.
  const isNoted = writeNote(gate.project, session, "hooks", { ...note, damage });
  return isNoted ? damage : undefined;
}

/** What an agent should be told at its next prompt. */
export interface News {
  /** Whether this is the session's first prompt; not said where that cannot be remembered. */
  readonly first?: true;
  /** What the state has turned to since the last prompt; the first time there is nothing to compare with. */
  readonly condition?: Exclude<Condition, "fine">;
  /** The session works on one issue, and somebody has made another one active. */
  readonly other?: { readonly own: number; readonly active: number; readonly title: string; readonly since?: string };
}

/** What has changed for a session since its last prompt, each thing once. The first prompt is where a session begins. */
export async function newsFor(gate: Gate, session: string): Promise<News> {
  const snapshot = await readState(gate);
  if (!isOurs(snapshot)) return {};
  await meetVersion(gate, STATE_PATH);
  const condition = conditionOf(snapshot, gate.clock());
  const note = readNote(gate.project, session, "hooks");
  const active = snapshot.document && activeIssue(snapshot.document);
  const remembered = sessionIssue(gate) ?? active?.number;
  const made = remembered === active?.number ? undefined : madeActive(gate);
  // A server of this very agent may not say whose it is: what it started is then the session's own.
  const own = made?.actor !== undefined && !made.actor.includes(":") ? (active?.number ?? remembered) : remembered;
  const isOther = active?.number !== undefined && own !== undefined && active.number !== own;
  const told = isOther ? active.number : undefined;
  const began = note?.["began"] ?? gate.clock();
  if (own !== undefined) rememberIssue(gate, own);
  const next = { ...note, condition, began, told };
  const isNoted = !isSame(note, next) && writeNote(gate.project, session, "hooks", next);
  if (!isSame(note, next)) await fillCache(gate);
  const isNews = note?.["condition"] !== undefined && note["condition"] !== condition && condition !== "fine";
  const since = isOther && made ? formatTime(made.timestamp) : undefined;
  return {
    ...(isNoted && note?.["began"] === undefined && { first: true }),
    ...(isNews && { condition }),
    ...(isOther &&
      note?.["told"] !== told && {
        other: {
          own,
          active: active.number!,
          title: saidTitle(gate, snapshot, active.title),
          ...(since !== undefined && { since }),
        },
      }),
  };
}

/** The title of the other issue as far as it came through the gate: an agent believes what it is told. */
function saidTitle(gate: Gate, { bytes }: StateSnapshot, title: string): string {
  const isOutside = bytes !== undefined && askOutside(tracedOf(gate, STATE_PATH, bytes))(title) !== undefined;
  return isOutside ? "" : title;
}

function isSame(one: object | undefined, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The version that made the active issue that; `undefined` where the newest ones did not. */
function madeActive({ project }: Gate): Version | undefined {
  return listVersions(project, STATE_PATH, 20).find(({ operation }) => /^(?:start|reconstruct)/.test(operation));
}

/**
 * Whether it is time to remind the agent to save: work is active, it was saved more
 * than half an hour ago, something has changed since and since the session's first
 * prompt, and nobody was reminded in this session. Answering yes counts as the reminder.
 */
export async function mustRemind(gate: Gate, session: string): Promise<StateDocument | undefined> {
  const snapshot = await readState(gate);
  const { document, diagnostics } = snapshot;
  if (!document || hasErrors(diagnostics) || !activeIssue(document)) return undefined;
  const saved = savedAt(document);
  if (saved === undefined || gate.clock() - saved <= REMIND_AFTER) return undefined;
  const note = readNote(gate.project, session, "hooks");
  const began = note?.["began"];
  // Of a session whose beginning nobody saw nobody can say what it has changed.
  if (typeof began !== "number" || note?.["reminded"] === true) return undefined;
  if (!(await hasChanged(gate, Math.max(saved, began)))) return undefined;
  // Who cannot remember having said it would say it again and again.
  if (!writeNote(gate.project, session, "hooks", { ...note, reminded: true })) return undefined;
  await fillCache(gate);
  return document;
}

function conditionOf({ document, diagnostics }: StateSnapshot, now: number): Condition {
  if (hasErrors(diagnostics)) return "damaged";
  const reading = document?.lastUpdated?.reading;
  const isStale = document && activeIssue(document) && reading && freshnessOf(reading, now) === "stale";
  return isStale ? "stale" : "fine";
}
