/**
 * The end of a claim: the issue is finished, or given up.
 * Models: `proof/claims.pml`, `proof/remote.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { pushClaim } from "../../files/git/claim-refs.ts";
import type { ClaimFiles, ClaimRecord, FoundClaim } from "../../files/record/claim-file.ts";
import type { Gate } from "../gate.ts";
import { readSetting } from "./config.ts";
import { claimed, endedRecord, isLive, isOwn, otherRecord, ownHolder, refusal, viewOf } from "./holder.ts";
import { endClaim, lookAtRemote } from "./remote.ts";
import { keeping } from "./take.ts";

const MOST_TRIES = 200;

/** A claim that is ended. */
interface Ending {
  readonly gate: Gate;
  readonly files: ClaimFiles;
  readonly issue: number;
}

/** Throws `CLAIMED` where another worktree holds or has finished the issue, as far as this clone knows; writes nothing. */
export async function requireOwn(gate: Gate, issue: number): Promise<void> {
  await keeping(gate, false, async (files) => refuseOther(files, issue, files.read(issue), gate.clock()));
}

/**
 * Says that the issue is finished by this worktree, in the moment before that is written:
 * of all who try, one succeeds. `CLAIMED` for the others. Repeating it changes nothing.
 */
export async function finishClaim(gate: Gate, issue: number): Promise<void> {
  await keeping(gate, true, async (files) => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const seen = files.read(issue);
      refuseOther(files, issue, seen, gate.clock());
      const own = isOwn(files, seen.record) ? seen.record : undefined;
      if (own?.state === "finished" && own.remote === undefined) return;
      const claim = files.follow(
        issue,
        seen,
        finishedRecord(gate, files, own?.state === "released" ? withoutRemote(own) : own),
      );
      if (claim === undefined) continue;
      return await finishShared({ gate, files, issue }, claim);
    }
    throw new GateError("CONFLICT", `Cannot finish #${issue}: its claim changes all the time`, { hint: "Try again." });
  });
}

/** How a claim is given up. */
interface Release {
  /** That another one has the issue is nobody's error. */
  readonly quiet?: boolean;
  /** Where it is taken off, besides the remote that is known to show it. */
  readonly remote?: string | undefined;
  readonly dryRun?: boolean;
}

/** Gives a claim up; `changed` is `false` where this worktree has none. `CLAIMED` where another one has the issue. */
export async function releaseClaim(
  gate: Gate,
  issue: number,
  { quiet = false, remote, dryRun = false }: Release = {},
): Promise<{ readonly changed: boolean; readonly warnings: readonly string[] }> {
  const nothing = { changed: false, warnings: [] };
  const released = await keeping(gate, false, async (files) => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const seen = files.read(issue);
      const isOwnRecord = isOwn(files, seen.record);
      // What a remote did not take the last time is taken off now.
      const isShown = isOwnRecord && seen.record?.remote !== undefined;
      if (seen.record === undefined || (seen.record.state !== "held" && !isShown)) return nothing;
      if (!isOwnRecord) {
        const time = gate.clock();
        if (!quiet && isLive(files, seen, time)) throw claimed("release", viewOf(files, issue, seen, time));
        return nothing;
      }
      if (dryRun) return { changed: true, warnings: [] };
      const { remote: shown, untold: _, ...rest } = seen.record;
      const released = { ...rest, state: "released", renewed: gate.clock() } as const;
      const claim = files.follow(issue, seen, { ...released, ...(shown && { remote: shown }) });
      if (claim === undefined) continue;
      const name = remote ?? shown?.name;
      const reason = name === undefined ? undefined : await takeOff(gate, files, issue, name);
      if (reason === undefined) {
        if (shown) files.follow(issue, claim, released);
        return { changed: true, warnings: [] };
      }
      const until = `${printable(name!)} still shows it until its lease ends: ${printable(reason)}`;
      return { changed: true, warnings: [`The claim of #${issue} is given up here; ${until}`] };
    }
    return nothing;
  });
  return released ?? nothing;
}

/** Removes what a remote shows of this clone; the reason in words where it does not answer. */
async function takeOff({ project }: Gate, files: ClaimFiles, issue: number, name: string): Promise<string | undefined> {
  const remote = { root: project.root, remote: name };
  const seen = await lookAtRemote(remote, issue);
  if (typeof seen === "string") return seen;
  if (seen.commit === undefined || seen.record?.holder.clone !== files.clone) return undefined;
  const pushed = await pushClaim(remote, issue, seen.commit, undefined);
  return pushed.kind === "done" ? undefined : pushed.reason;
}

/** Who has had the issue since has the say: this worktree has to claim it again before it can finish it. */
function refuseOther(files: ClaimFiles, issue: number, seen: FoundClaim, time: number): void {
  if (otherRecord(files, seen)) throw refusal(files, { act: "finish", issue, found: seen, time });
}

/** What was given up is finished as if no remote had ever shown it. */
function withoutRemote({ remote: _, ...record }: ClaimRecord): ClaimRecord {
  return record;
}

function finishedRecord(gate: Gate, files: ClaimFiles, own: ClaimRecord | undefined): ClaimRecord {
  const now = gate.clock();
  const blank = { sessions: [], since: now, lease: 1 };
  return { ...blank, ...own, holder: ownHolder(files), state: "finished", renewed: now };
}

/** Has the remote agree where it shows the claim, or may show another clone's. */
async function finishShared(ending: Ending, claim: FoundClaim): Promise<void> {
  const { gate, files, issue } = ending;
  const { remote: shown, ...record } = claim.record!;
  if (shown === undefined) return await askOthers(ending, claim);
  const remote = { root: gate.project.root, remote: shown.name };
  const other = await orElse(
    () => endClaim(files, remote, issue, claim.record!),
    () => files.follow(issue, claim, { ...claim.record!, state: "held" }),
  );
  if (other) throw lost(ending, claim, other.record);
  files.follow(issue, claim, record);
}

/** A claim that no remote shows may still be another clone's on the one that is set. */
async function askOthers(ending: Ending, claim: FoundClaim): Promise<void> {
  const { gate, files, issue } = ending;
  const name = await readSetting(gate, "claims.remote");
  if (name === undefined) return;
  const seen = await lookAtRemote({ root: gate.project.root, remote: name }, issue);
  // A claim that was made without the remote is finished without it.
  if (typeof seen === "string" || seen.record === undefined || seen.record.holder.clone === files.clone) return;
  throw lost(ending, claim, seen.record);
}

/** Puts what is known of the claim now in the place of this worktree's, and says who has it. */
function lost({ gate, files, issue }: Ending, claim: FoundClaim, other?: ClaimRecord): GateError {
  const record = other ?? endedRecord(claim.record!);
  const found = { ...(files.follow(issue, claim, record) ?? claim), record };
  return refusal(files, { act: "finish", issue, found, time: gate.clock() });
}

async function orElse<T>(act: () => Promise<T>, otherwise: () => void): Promise<T> {
  try {
    return await act();
  } catch (error) {
    otherwise();
    throw error;
  }
}
