/**
 * The rules that compare a state file with what surrounds it: the clock, other
 * files, the checkout. All others look at the text alone.
 */
import type { StateHead } from "../document/state.ts";
import { archivedIssue, branchMismatch, completedIssue, missingWorkFile } from "./active-work.ts";
import { futureTimestamp } from "./future-timestamp.ts";
import { outdatedTimestamp } from "./outdated-timestamp.ts";
import { rolledBack } from "./rolled-back.ts";
import type { Diagnostic, Facts, Rule } from "./rule.ts";
import { inOrder, runRules } from "./run.ts";
import { unfinishedOperation } from "./unfinished-operation.ts";
import { unmerged } from "./unmerged.ts";

export const FACT_RULES: readonly Rule<StateHead>[] = [
  futureTimestamp,
  outdatedTimestamp,
  missingWorkFile,
  archivedIssue,
  completedIssue,
  branchMismatch,
  unfinishedOperation,
  rolledBack,
  unmerged,
];

/** What is wrong with a state file, which is no one else's, by these facts; see `checkAlone` for the rest. */
export function checkFacts(head: StateHead, facts: Facts): readonly Diagnostic[] {
  return inOrder(runRules(FACT_RULES, head, facts));
}
