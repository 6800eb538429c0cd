/**
 * Taking the claim of an issue, and holding on to it.
 * Models: `proof/claims.pml`, `proof/remote.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { formatTime } from "../../base/time.ts";
import { branchOf, findCheckout } from "../../files/git/checkout.ts";
import { commonPlace } from "../../files/git/common.ts";
import { type ClaimFiles, type ClaimRecord, type FoundClaim, openClaims } from "../../files/record/claim-file.ts";
import type { Gate } from "../gate.ts";
import type { ClaimInput } from "./claim.ts";
import { readSetting } from "./config.ts";
import { claimed, isLive, isOwn, otherRecord, ownHolder, refusal, sentenceOf, sinceOf, viewOf } from "./holder.ts";
import { isOutdated, shareClaim } from "./remote.ts";

/** What taking a claim came to. */
export interface Taken {
  /** Absent where the project has no repository, or its claims cannot be written. */
  readonly claim?: FoundClaim;
  /** Whether it was not this worktree's before. */
  readonly isNew: boolean;
  readonly warnings: readonly string[];
}

const LEASE = 8 * 3_600_000;
const LONGEST_LEASE = 30 * 86_400_000;
/** Beyond that the disk plays tricks. */
const MOST_TRIES = 200;
const MOST_SESSIONS = 8;
/** Which part of a lease may go by before other clones are told that it was renewed. */
const TOLD_AFTER = 1 / 4;

/**
 * Claims an issue for this worktree, or renews its claim. `CLAIMED` where another one has
 * it. A project whose claims cannot be kept goes on without.
 */
export async function takeClaim(gate: Gate, input: ClaimInput, act = "start"): Promise<Taken> {
  requireLease(input.lease);
  const kept = await keeping(gate, true, async (files) => await new Taking(gate, files, input, act).take());
  if (kept) return kept;
  const unkept = `#${input.issue} is not claimed, because nothing can be written to the folder of git`;
  return { isNew: false, warnings: commonPlace(gate.project) === undefined ? [] : [unkept] };
}

/** Throws `CLAIMED` where another worktree has the issue; writes nothing. */
export async function requireFree(gate: Gate, { issue, takeOver }: ClaimInput, act = "start"): Promise<void> {
  if (takeOver) return;
  const other = await otherClaim(gate, issue);
  if (other) throw claimed(act, other);
}

/** The live claim of another worktree on an issue, as far as this clone knows. */
export async function otherClaim(gate: Gate, issue: number) {
  return await keeping(gate, false, async (files) => {
    const found = files.read(issue);
    const time = gate.clock();
    return isOwn(files, found.record) || !isLive(files, found, time) ? undefined : viewOf(files, issue, found, time);
  });
}

/** Renews the claim on what was just saved, or takes it where nobody had it since; says who has. */
export async function renewClaim(gate: Gate, issue: number): Promise<readonly string[]> {
  const renewed = await keeping(gate, true, async (files) => {
    const seen = files.read(issue);
    const other = otherRecord(files, seen);
    const refusedBefore = (words: string) =>
      `\`gate done\` will be refused here before \`gate start ${issue}${words}\``;
    const words = isLive(files, seen, gate.clock()) ? " --take-over" : "";
    if (other) return [`#${issue}: ${sinceOf(other)}; ${refusedBefore(words)}`];
    try {
      return (await new Taking(gate, files, { issue }, "save").take()).warnings;
    } catch (error) {
      if (!(error instanceof GateError && error.code === "CLAIMED")) throw error;
      return [`${error.message.replace(/^Cannot save /, "")}; ${refusedBefore(" --take-over")}`];
    }
  });
  return renewed?.map(printable) ?? [];
}

/** Does something with the claims of a repository; `undefined` without one, and where they cannot be kept. */
export async function keeping<T>(
  { project }: Gate,
  make: boolean,
  use: (files: ClaimFiles) => Promise<T>,
): Promise<T | undefined> {
  let files: ClaimFiles | undefined;
  try {
    files = openClaims(project, { make });
    return files && (await use(files));
  } catch (error) {
    const isOurs = error instanceof GateError && error.code !== "IO" && error.code !== "UNSAFE_PATH";
    if (isOurs || !(error instanceof Error && "code" in error)) throw error;
    return undefined;
  } finally {
    files?.close();
  }
}

/** One attempt to have an issue. */
class Taking {
  readonly #gate: Gate;
  readonly #files: ClaimFiles;
  readonly #input: ClaimInput;
  readonly #act: string;
  readonly #warnings: string[] = [];

  constructor(gate: Gate, files: ClaimFiles, input: ClaimInput, act: string) {
    this.#gate = gate;
    this.#files = files;
    this.#input = input;
    this.#act = act;
  }

  async take(): Promise<Taken> {
    const { issue } = this.#input;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const before = this.#files.read(issue);
      if (this.#isFresh(before)) return { claim: before, isNew: false, warnings: [] };
      if (!(await this.#mayTake(before))) continue;
      const claim = this.#files.follow(issue, before, this.#recordAfter(before));
      if (claim === undefined) continue;
      this.#tellOf(before);
      const isNew = !(isOwn(this.#files, before.record) && before.record?.state === "held");
      return { claim: await this.#share(claim, before), isNew, warnings: this.#warnings };
    }
    throw new GateError("CONFLICT", `Cannot ${this.#act} #${issue}: its claim changes all the time`, {
      hint: "Try again.",
    });
  }

  /** A save in the same second, by the same session, has nothing to add. */
  #isFresh({ record, written }: FoundClaim): boolean {
    if (this.#act !== "save" || record?.state !== "held" || !isOwn(this.#files, record)) return false;
    const known = record.sessions.find(({ id }) => id === this.#gate.session);
    const isTold = this.#gate.session === undefined || known?.knows === record.sessions.length;
    return isTold && Math.abs(this.#gate.clock() - written) < 1000;
  }

  /** Whether the claim found may be taken; `false` where it is known better now, and has to be looked at again. */
  async #mayTake(before: FoundClaim): Promise<boolean> {
    const { record } = before;
    const { issue, takeOver } = this.#input;
    if (takeOver || record?.state !== "held" || isOwn(this.#files, record)) return true;
    const time = this.#files.time();
    if (!isLive(this.#files, before, time)) return true;
    if (await isOutdated(this.#gate, this.#files, issue, before)) return false;
    throw claimed(this.#act, viewOf(this.#files, issue, before, time));
  }

  #recordAfter({ record }: FoundClaim): ClaimRecord {
    const { project, session } = this.#gate;
    const own = record && isOwn(this.#files, record) ? record : undefined;
    const held = own?.state === "held" ? own : undefined;
    const checkout = findCheckout(project.root);
    const branch = checkout && branchOf(checkout.git);
    const now = this.#gate.clock();
    return {
      state: "held",
      holder: ownHolder(this.#files),
      ...(branch !== undefined && { branch }),
      sessions: session === undefined ? (held?.sessions ?? []) : this.#join(held?.sessions ?? [], session),
      since: held?.since ?? now,
      renewed: now,
      lease: this.#input.lease ?? held?.lease ?? LEASE,
      ...(own?.remote && { remote: own.remote }),
      ...(own?.untold && { untold: own.untold }),
    };
  }

  /** Adds the session to those that work on the issue here, and tells it of the others, once. */
  #join(sessions: ClaimRecord["sessions"], session: string): ClaimRecord["sessions"] {
    const others = sessions.filter(({ id }) => id !== session).slice(1 - MOST_SESSIONS);
    const knows = sessions.find(({ id }) => id === session)?.knows ?? 0;
    if (others.length > 0 && knows < others.length + 1) {
      const names = others.map(({ id }) => printable(id)).join(", ");
      this.#warnings.push(`#${this.#input.issue} is worked on in this checkout by another session too: ${names}`);
    }
    return [...others, { id: session, knows: others.length + 1 }];
  }

  /** Says whose claim it was, where that is not this worktree's. */
  #tellOf(before: FoundClaim): void {
    const { record } = before;
    if (record === undefined || record.state === "released" || isOwn(this.#files, record)) return;
    const { issue } = this.#input;
    const claim = viewOf(this.#files, issue, before, this.#gate.clock());
    const isHeld = record.state === "held";
    const told = isHeld
      ? `The claim of #${issue} is taken over: ${sentenceOf(claim)}`
      : `#${issue}: ${sinceOf(record)}`;
    if (!this.#warnings.includes(told)) this.#warnings.push(told);
  }

  /** Agrees with the other clones, where there is a remote to do so. */
  async #share(claim: FoundClaim, before: FoundClaim): Promise<FoundClaim> {
    const record = claim.record!;
    const { issue, takeOver = false } = this.#input;
    const isSave = this.#act === "save";
    const tried = record.remote?.pushed ?? record.untold?.tried;
    // A save asks nobody whom the claim was not meant for.
    if (isSave && (tried === undefined || record.renewed - tried <= record.lease * TOLD_AFTER)) return claim;
    const meant = this.#input.remote ?? record.remote?.name ?? record.untold?.name;
    const name = meant ?? (await readSetting(this.#gate, "claims.remote"));
    if (name === undefined) return claim;
    const files = this.#files;
    const remote = { root: this.#gate.project.root, remote: name };
    const shared = await shareClaim({ files, remote, issue, record, before, takeOver, isSave });
    if (shared.kind === "refused") {
      const holds = record.remote
        ? `other clones see it until ${formatTime(record.remote.pushed + record.lease)}`
        : "it holds in this clone alone";
      this.#warnings.push(
        `The claim of #${issue} could not be shown on ${printable(name)}, so ${holds}: ${printable(shared.reason)}`,
      );
      if (record.remote) return claim;
      return files.follow(issue, claim, { ...record, untold: { name, tried: record.renewed } }) ?? claim;
    }
    if (shared.kind === "lost") {
      const found = { ...(files.follow(issue, claim, shared.record) ?? claim), record: shared.record };
      throw refusal(files, { act: this.#act, issue, found, time: this.#gate.clock() });
    }
    if (shared.before) this.#tellOf({ number: 0, record: shared.before, written: shared.before.renewed });
    const { untold: _, ...told } = record;
    const seen = { name, commit: shared.commit, pushed: record.renewed };
    // Another worktree of this clone may have taken it over meanwhile; then the remote's record is its to replace.
    return files.follow(issue, claim, { ...told, remote: seen }) ?? claim;
  }
}

function requireLease(lease: number | undefined): void {
  if (lease === undefined || (Number.isSafeInteger(lease) && lease > 0 && lease <= LONGEST_LEASE)) return;
  throw new GateError("INVALID_ARGUMENT", "Cannot claim an issue: a lease is longer than nothing and at most 30 days", {
    hint: "Give a duration, for example --lease 8h",
  });
}
