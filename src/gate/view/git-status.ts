/**
 * The recorded state against the checkout it is about: is the branch the one that
 * is checked out, is it still there, what happened since the last save.
 *
 * All of it is read from git's own files. Only `counts: "exact"` may start git,
 * once, and only where the log of HEAD leaves the number of commits open.
 */
import type { StateDocument } from "../../document/state.ts";
import { branchOf, type Checkout, findCheckout } from "../../files/git/checkout.ts";
import { type BranchStanding, movesSince, standingOf } from "../../files/git/refs.ts";
import { withoutRemark } from "../../syntax/fields.ts";
import type { Gate } from "../gate.ts";
import type { StateSummary } from "./summary.ts";

/** What git says of the active work. What is not known is `undefined`. */
export interface GitStatus {
  /** The branch that is checked out. */
  readonly branch: string | undefined;
  /** The recorded branch against it. */
  readonly recordedBranch: BranchStanding | undefined;
  /** The commits since the last save. */
  readonly commits: number | undefined;
  /** The files that changed since the last save. */
  readonly changedFiles: number | undefined;
}

/** How much `status` finds out from git. */
export interface GitStatusOptions {
  /** `cheap` starts no process, `exact` may start git, `none` counts nothing. */
  readonly counts: "exact" | "cheap" | "none";
}

/** Milliseconds for looking at files. */
const WITHIN = 20;

/** `undefined` without git, and while no issue is active. */
export async function gitStatusOf(
  gate: Gate,
  summary: StateSummary | undefined,
  { counts }: GitStatusOptions,
): Promise<GitStatus | undefined> {
  if (summary?.content.issueTitle === undefined) return undefined;
  const checkout = findCheckout(gate.project.root);
  if (!checkout) return undefined;
  const branch = branchOf(checkout.git);
  const recorded = recordedBranch(summary.head);
  const since = savedAt(summary.head);
  const isCounted = counts !== "none" && since !== undefined;
  return {
    branch,
    recordedBranch: recorded === "" ? undefined : standingOf(checkout, recorded, branch),
    commits: isCounted ? await commitsSince(checkout, since, counts === "exact") : undefined,
    changedFiles: isCounted ? await changesSince(checkout, since) : undefined,
  };
}

/** Whether anything was committed or changed since a moment, as far as the files of git and their times say. */
export async function hasChanged(gate: Gate, since: number): Promise<boolean> {
  const checkout = findCheckout(gate.project.root);
  if (!checkout) return false;
  const moves = movesSince(checkout, since);
  if (moves && (moves.commits > 0 || moves.unclear)) return true;
  const { countChanged } = await import("../../files/git/changed-files.ts");
  return (countChanged(checkout, since, { within: 10 * WITHIN, atMost: 1 }) ?? 0) > 0;
}

/** The branch that a state document records; empty without one. */
export function recordedBranch({ active }: Pick<StateDocument, "active">): string {
  return withoutRemark(active.branch?.value.value ?? "");
}

/** The instant of the last save; a day without a time is none. */
export function savedAt({ lastUpdated }: Pick<StateDocument, "lastUpdated">): number | undefined {
  const reading = lastUpdated?.others.length === 0 ? lastUpdated.reading : undefined;
  return reading?.kind === "exact" || reading?.kind === "other" ? reading.instant : undefined;
}

async function commitsSince(checkout: Checkout, since: number, exact: boolean): Promise<number | undefined> {
  const moves = movesSince(checkout, since);
  if (moves && !moves.unclear) return moves.commits;
  if (!exact) return undefined;
  const { countCommits } = await import("../../files/git/commits.ts");
  return await countCommits(checkout, since);
}

async function changesSince(checkout: Checkout, since: number): Promise<number | undefined> {
  const { countChanged } = await import("../../files/git/changed-files.ts");
  return countChanged(checkout, since, { within: WITHIN });
}
