/**
 * The claim of an issue, agreed upon with the other clones of a repository.
 * Model: `proof/remote.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { type ClaimRemote, listClaimRefs, pushClaim, readClaimTexts } from "../../files/git/claim-refs.ts";
import { type ClaimFiles, type ClaimRecord, type FoundClaim, recordIn } from "../../files/record/claim-file.ts";
import type { Gate } from "../gate.ts";
import { endedRecord, isLive, isOwn, textOf } from "./holder.ts";

/** How often a push is tried again where another clone was quicker. */
const MOST_TRIES = 20;
/** And where nothing has changed: two pushes at one moment are in each other's way, or nobody may push. */
const MOST_IDLE = 4;
/** How often a remote is asked again that lists a commit and does not hand it out. */
const MOST_LOOKS = 3;

/** What the remote shows of an issue. */
export interface SeenRemote {
  readonly commit: string | undefined;
  /** `undefined` also where the commit says nothing that can be read. */
  readonly record: ClaimRecord | undefined;
}

/** What the remote shows of an issue; the reason in words where it does not answer. */
export async function lookAtRemote(remote: ClaimRemote, issue: number): Promise<SeenRemote | string> {
  for (let looks = 1; ; looks++) {
    const refs = await listClaimRefs(remote, issue);
    if (typeof refs === "string") return refs;
    const commit = refs.get(issue);
    if (commit === undefined) return { commit, record: undefined };
    const texts = await readClaimTexts(remote, refs);
    if (typeof texts === "string") {
      // The ref may be gone since it was listed. What cannot be read is somebody's all the same.
      if (looks < MOST_LOOKS) continue;
      return texts;
    }
    const text = texts.get(commit);
    const record = text === undefined ? undefined : recordIn(text);
    return { commit, record: record && { ...record, remote: { name: remote.remote, commit, pushed: record.renewed } } };
  }
}

/** Whether the remote shows another claim by now than the one that is known of another clone; then that is known here. */
export async function isOutdated(gate: Gate, files: ClaimFiles, issue: number, known: FoundClaim): Promise<boolean> {
  const { record } = known;
  if (record?.remote === undefined || record.holder.clone === files.clone) return false;
  const seen = await lookAtRemote({ root: gate.project.root, remote: record.remote.name }, issue);
  if (typeof seen === "string" || seen.commit === record.remote.commit) return false;
  files.follow(issue, known, seen.record ?? { ...record, state: "ended" });
  return true;
}

/** A claim held here, to be shown on a remote. */
export interface Sharing {
  readonly files: ClaimFiles;
  readonly remote: ClaimRemote;
  readonly issue: number;
  readonly record: ClaimRecord;
  /** What was here before: it says since when another clone's claim is known. */
  readonly before: FoundClaim;
  readonly takeOver: boolean;
  /** A save renews what is shown, and shows what could not be: it takes nothing that another clone has had since. */
  readonly isSave: boolean;
}

/**
 * What came of it: it is shown by this commit, in the place of what another clone showed;
 * another clone holds the issue, or has had it since it was shown last; or the remote does
 * not answer.
 */
export type Shared =
  | { readonly kind: "shown"; readonly commit: string; readonly before: ClaimRecord | undefined }
  | { readonly kind: "lost"; readonly record: ClaimRecord }
  | { readonly kind: "refused"; readonly reason: string };

/** Shows a claim on the remote, unless another clone holds the issue there. */
export async function shareClaim({ files, remote, issue, record, before, takeOver, isSave }: Sharing): Promise<Shared> {
  let expected = record.remote?.name === remote.remote ? record.remote.commit : undefined;
  let other: ClaimRecord | undefined;
  for (let tries = 0, idle = 0; tries < MOST_TRIES; tries++) {
    const pushed = await pushClaim(remote, issue, expected, textOf(record));
    if (pushed.kind === "done") return { kind: "shown", commit: pushed.commit!, before: other };
    const seen = pushed.kind === "failed" ? pushed.reason : await lookAtRemote(remote, issue);
    if (typeof seen === "string") return { kind: "refused", reason: seen };
    if (seen.commit === expected && ++idle === MOST_IDLE) return { kind: "refused", reason: pushed.reason };
    other = seen.record?.holder.clone === files.clone ? undefined : seen.record;
    const isOwn = seen.record !== undefined && other === undefined;
    const isGone = record.remote !== undefined && !isOwn;
    if (isSave ? other || isGone : other && !takeOver && counts(files, other, before)) {
      return { kind: "lost", record: other ?? endedRecord(record) };
    }
    expected = seen.commit;
  }
  return { kind: "refused", reason: "other clones are quicker" };
}

/** Whether a claim seen on a remote counts: its lease runs at the latest from when this clone saw it first. */
function counts(files: ClaimFiles, record: ClaimRecord, before: FoundClaim): boolean {
  const time = files.time();
  const isKnown = before.record?.remote !== undefined && before.record.remote.commit === record.remote?.commit;
  return isLive(files, { number: 0, record, written: isKnown ? before.written : time }, time);
}

/**
 * Shows on the remote that a claim of this worktree has ended, which finds out whether it
 * held to the end: what the remote shows of another one where it did not. The record is
 * replaced, not removed: who is killed after it can tell, and so can those who come late.
 * `BACKEND_UNAVAILABLE` where the remote does not answer.
 */
export async function endClaim(
  files: ClaimFiles,
  remote: ClaimRemote,
  issue: number,
  record: ClaimRecord,
): Promise<SeenRemote | undefined> {
  let expected = record.remote?.commit;
  for (let tries = 0, idle = 0; tries < MOST_TRIES; tries++) {
    const pushed = await pushClaim(remote, issue, expected, textOf(record));
    if (pushed.kind === "done") return undefined;
    const seen = pushed.kind === "failed" ? pushed.reason : await lookAtRemote(remote, issue);
    if (typeof seen === "string") throw unreachable(remote, issue, seen);
    if (seen.commit === expected && ++idle === MOST_IDLE) throw unreachable(remote, issue, pushed.reason);
    // A kill came between the push and the note of it.
    if (seen.commit === undefined || !isOwn(files, seen.record)) return seen;
    expected = seen.commit;
  }
  throw unreachable(remote, issue, "other clones are quicker");
}

function unreachable({ remote }: ClaimRemote, issue: number, reason: string): GateError {
  const why = printable(reason);
  return new GateError("BACKEND_UNAVAILABLE", `Cannot ask ${printable(remote)} about the claim of #${issue}: ${why}`, {
    hint: `Try again when it can be reached. \`gate release ${issue}\` gives the claim up, and then \`gate done ${issue}\` does not ask.`,
  });
}
