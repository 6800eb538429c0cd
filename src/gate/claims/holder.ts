/**
 * Who holds a claim, whether it still counts, and how it is told.
 * Model: `proof/claims.pml`.
 */
import { hostname, userInfo } from "node:os";
import { basename } from "node:path";
import { GateError } from "../../base/errors.ts";
import { graceOf } from "../../base/lease.ts";
import { printable } from "../../base/line.ts";
import { formatTime } from "../../base/time.ts";
import { knowsCheckout } from "../../files/git/common.ts";
import type { ClaimFiles, ClaimHolder, ClaimRecord, FoundClaim } from "../../files/record/claim-file.ts";
import type { IssueClaim } from "./claim.ts";

/** This worktree, as a holder. */
export function ownHolder({ clone, place }: ClaimFiles): ClaimHolder {
  return { clone, checkout: place.name, name: `${userName()}@${hostname()}`, folder: place.files };
}

/** A user without an entry in the system's list has no name there. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env["USER"] ?? "somebody";
  }
}

/** Whether a record is of this worktree. */
export function isOwn({ clone, place }: ClaimFiles, record: ClaimRecord | undefined): boolean {
  return record?.holder.clone === clone && record.holder.checkout === place.name;
}

/**
 * Whether a claim still counts. The lease runs from when the record came here, by the
 * clock of the file system: `time`. A record of another clone may be older than that: its
 * holder's clock may be wrong, but nobody else can say when it was renewed.
 */
export function isLive(files: ClaimFiles, { record, written }: FoundClaim, time: number): boolean {
  if (record?.state !== "held" || time - written >= record.lease) return false;
  if (record.holder.clone === files.clone) return knowsCheckout(files.place, record.holder.checkout);
  return time < endOf(record) + graceOf(record.lease);
}

function endOf({ renewed, lease }: ClaimRecord): number {
  return renewed + lease;
}

/** The claim as surfaces give it. */
export function viewOf(files: ClaimFiles, issueNumber: number, found: FoundClaim, time: number): IssueClaim {
  const record = found.record!;
  const { clone, checkout, name, folder } = record.holder;
  const end = clone === files.clone ? found.written + record.lease : endOf(record);
  const live = isLive(files, found, time);
  return {
    issueNumber,
    holder: `${name}:${clone.slice(0, 8)}/${checkout}`,
    worktree: folder,
    branch: record.branch,
    session: record.sessions.at(-1)?.id,
    since: formatTime(record.since),
    // That of a worktree that is gone is over before its lease is.
    until: formatTime(live ? end : Math.min(end, time)),
    live,
    remote: record.remote?.name,
  };
}

/** What other clones are told: of the folder no more than its name. */
export function textOf(record: ClaimRecord): string {
  const { remote, ...rest } = record;
  const holder = { ...record.holder, folder: basename(record.holder.folder) };
  return JSON.stringify({ ...rest, holder });
}

/** Who has it, where and until when, in words. */
export function sentenceOf({ holder, worktree, branch, session, since, until, remote }: IssueClaim): string {
  const who = holder.replace(/:[^:]*$/, "");
  const where = `${worktree}${branch === undefined ? "" : ` on branch ${branch}`}`;
  const with_ = session === undefined ? "" : `, session ${session}`;
  const seen = remote === undefined ? "" : `, seen on ${remote}`;
  return printable(`${who} has claimed it in ${where}${with_} since ${since} until ${until}${seen}`);
}

/** The error of one who wants what another one holds. */
export function claimed(act: string, claim: IssueClaim): GateError {
  const { issueNumber: issue } = claim;
  return new GateError("CLAIMED", `Cannot ${act} #${issue}: ${sentenceOf(claim)}`, {
    hint: `Work on another issue, or take it over: gate start ${issue} --take-over`,
  });
}

/** The record of another worktree that is still there, or of another clone, which did not let the issue go. */
export function otherRecord(files: ClaimFiles, { record }: FoundClaim): ClaimRecord | undefined {
  if (record === undefined || record.state === "released" || isOwn(files, record)) return undefined;
  const isGone = record.holder.clone === files.clone && !knowsCheckout(files.place, record.holder.checkout);
  return isGone ? undefined : record;
}

/** What another one did with the issue since this worktree had it, in words. */
export function sinceOf({ state, holder, renewed, lease }: ClaimRecord): string {
  const did = {
    finished: `has finished it in ${holder.folder} at ${formatTime(renewed)}`,
    held: `had claimed it in ${holder.folder} until ${formatTime(renewed + lease)}`,
    ended: `had claimed it in ${holder.folder}, and has finished it or let it go`,
    released: `let it go at ${formatTime(renewed)}`,
  };
  return printable(`${holder.name} ${did[state]}`);
}

/** What is known of who took a claim over and has ended since: no more than that it is not this worktree's. */
export function endedRecord({ remote, ...record }: ClaimRecord): ClaimRecord {
  const holder = { clone: "", checkout: "", name: "somebody", folder: `a clone of ${remote?.name ?? "the remote"}` };
  return { ...record, holder, state: "ended" };
}

/** What is asked for, of an issue that another one has or had. */
interface Refused {
  readonly act: string;
  readonly issue: number;
  readonly found: FoundClaim;
  readonly time: number;
}

/** The error of one who wants what another one holds, or has had since it was his. */
export function refusal(files: ClaimFiles, { act, issue, found, time }: Refused): GateError {
  if (isLive(files, found, time)) return claimed(act, viewOf(files, issue, found, time));
  return new GateError("CLAIMED", `Cannot ${act} #${issue}: ${sinceOf(found.record!)}`, {
    hint: `If there is more to do, claim it again: gate start ${issue}`,
  });
}
