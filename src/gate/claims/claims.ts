/** Claims by themselves: who has which issue, claiming one without starting it, giving it up. */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { listClaimRefs, readClaimTexts } from "../../files/git/claim-refs.ts";
import { commonPlace } from "../../files/git/common.ts";
import { type ClaimFiles, recordIn } from "../../files/record/claim-file.ts";
import { requireCall } from "../call.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import type { ClaimInput, IssueClaim } from "./claim.ts";
import { readSetting, requireRemote } from "./config.ts";
import { releaseClaim } from "./end.ts";
import { viewOf } from "./holder.ts";
import { keeping, requireFree, takeClaim } from "./take.ts";

/** Who works on what. */
export interface Claims {
  /** By issue number. */
  readonly claims: readonly IssueClaim[];
  /** Why the remote was not asked, where it should have been. */
  readonly warnings: readonly string[];
}

/**
 * The claims of all worktrees of the repository and, where a remote is given or set for this
 * clone, of other clones. Reads only; without git there are none.
 */
export async function listClaims(gate: Gate, input: { readonly remote?: string } = {}): Promise<Claims> {
  requireCall("listClaims", { gate, input }, { remote: "text?" });
  const remote = input.remote === undefined ? await readSetting(gate, "claims.remote") : requireRemote(input.remote);
  const warnings: string[] = [];
  const claims = await localClaims(gate);
  if (remote !== undefined) warnings.push(...(await addRemote(gate, remote, claims)));
  return { claims: [...claims.values()].sort((one, other) => one.issueNumber - other.issueNumber), warnings };
}

/** The claims of all worktrees by their issues, with what was seen of other clones; no remote is asked. */
export async function localClaims(gate: Gate): Promise<Map<number, IssueClaim>> {
  const claims = new Map<number, IssueClaim>();
  await keeping(gate, false, async (files) => {
    const time = gate.clock();
    for (const [issue, found] of files.all()) {
      if (found.record?.state === "held") claims.set(issue, viewOf(files, issue, found, time));
    }
    return true;
  });
  return claims;
}

/** Adds what the remote shows of other clones; it knows better than what was seen of them here. */
async function addRemote(gate: Gate, name: string, claims: Map<number, IssueClaim>): Promise<readonly string[]> {
  const remote = { root: gate.project.root, remote: name };
  const refs = await listClaimRefs(remote, "*");
  if (typeof refs === "string") return [`${printable(name)} could not be asked: ${printable(refs)}`];
  const texts = await readClaimTexts(remote, refs);
  if (typeof texts === "string") return [`${printable(name)} could not be asked: ${printable(texts)}`];
  const time = gate.clock();
  await keeping(gate, true, async (files) => {
    for (const [issue, { remote: shown }] of claims) {
      if (shown === name && isElsewhere(files, issue) && !refs.has(issue)) claims.delete(issue);
    }
    for (const [issue, commit] of refs) {
      const record = recordIn(texts.get(commit) ?? "");
      if (record?.holder.clone === files.clone) continue;
      if (record?.state !== "held") {
        if (isElsewhere(files, issue)) claims.delete(issue);
        continue;
      }
      const shown = { ...record, remote: { name, commit, pushed: record.renewed } };
      claims.set(issue, viewOf(files, issue, { number: 0, record: shown, written: record.renewed }, time));
    }
    return true;
  });
  return [];
}

function isElsewhere(files: ClaimFiles, issue: number): boolean {
  return files.read(issue).record?.holder.clone !== files.clone;
}

/** What claiming an issue came to. */
export interface Claimed {
  readonly success: true;
  readonly message: string;
  readonly claim: IssueClaim;
}

/**
 * Claims an issue for this worktree without making it active, or renews its claim. Rejects
 * with `CLAIMED` where another worktree or clone has it, and with `NOT_FOUND` without git.
 */
export async function claimIssue(gate: Gate, input: ClaimInput, options: WriteOptions = {}): Promise<Outcome<Claimed>> {
  const shape = { issue: "issue", lease: "number?", remote: "text?", takeOver: "flag?" } as const;
  requireCall("claimIssue", { gate, input, options }, shape);
  const { dryRun = false } = options;
  if (commonPlace(gate.project) === undefined) throw withoutRepository(input.issue);
  const remote = input.remote === undefined ? {} : { remote: requireRemote(input.remote) };
  const { issue } = input;
  if (dryRun) await requireFree(gate, input, "claim");
  const { claim, warnings } = dryRun ? { warnings: [] } : await takeClaim(gate, { ...input, ...remote }, "claim");
  const view = claim && (await keeping(gate, false, async (files) => viewOf(files, issue, claim, files.time())));
  if (!view && !dryRun) {
    throw new GateError("IO", `Cannot claim #${issue}: nothing can be written to the folder of git`, {
      hint: "Check who owns it, and whether the disk is full.",
    });
  }
  const message = view ? `#${issue} is claimed until ${view.until}` : `#${issue} can be claimed`;
  return outcomeOf({ success: true, message, claim: view! }, warnings);
}

/** What giving a claim up came to. */
export interface Released {
  readonly success: true;
  readonly message: string;
  /** `false` where this worktree had no claim. */
  readonly changed: boolean;
}

/** Gives up the claim of this worktree on an issue. That it has none is fine; `CLAIMED` where another one has it. */
export async function releaseIssue(
  gate: Gate,
  input: { readonly issue: number; readonly remote?: string },
  options: WriteOptions = {},
): Promise<Outcome<Released>> {
  requireCall("releaseIssue", { gate, input, options }, { issue: "issue", remote: "text?" });
  const { issue, remote } = input;
  const { dryRun = false } = options;
  const named = remote === undefined ? undefined : requireRemote(remote);
  const { changed, warnings } = await releaseClaim(gate, issue, { remote: named, dryRun });
  const message = changed ? `#${issue} is free again` : `This worktree has no claim on #${issue}`;
  return outcomeOf({ success: true, message, changed }, warnings);
}

function withoutRepository(issue: number): GateError {
  return new GateError("NOT_FOUND", `Cannot claim #${issue}: the project is in no git repository`, {
    hint: "Claims are for the worktrees and clones of a repository; without git there is nobody to tell.",
  });
}

/** Claims are no documents: nothing of them is shown as a change. */
function outcomeOf<T>(value: T, warnings: readonly string[]): Outcome<T> {
  return { value, written: [], moved: [], removed: [], backups: [], entries: [], warnings };
}
