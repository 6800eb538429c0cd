/** What the facts say about the active issue of the state file. */
import type { StateHead } from "../document/state.ts";
import { withoutRemark } from "../syntax/fields.ts";
import { activeIssueOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { Facts, Rule, RuleContext } from "./rule.ts";

export const missingWorkFile: Rule<StateHead> = {
  id: "missing-work-file",
  severity: "warning",
  description: "The active issue must have a work file",
  check({ document, facts, report }) {
    const active = activeIssueOf(document);
    if (!active || facts.activeWorkFile !== "missing") return;
    const { number, span } = active;
    report(span, `Missing work file of active issue \`#${number}\`, expected \`work/${number}.md\``);
  },
};

export const archivedIssue: Rule<StateHead> = {
  id: "archived-issue",
  severity: "warning",
  description: "The active issue must not be archived",
  check(context) {
    if (isArchived(context.facts)) reportInterruptedDone(context, "archived");
  },
};

export const completedIssue: Rule<StateHead> = {
  id: "completed-issue",
  severity: "warning",
  description: "The active issue must not be completed",
  check(context) {
    const { facts } = context;
    if (facts.activeWorkStatus === "completed" && !isArchived(facts)) reportInterruptedDone(context, "completed");
  },
};

function reportInterruptedDone({ document, report }: RuleContext<StateHead>, found: "archived" | "completed"): void {
  const active = activeIssueOf(document);
  if (!active) return;
  const { number, span } = active;
  const wayOut = `\`gate done\` finishes it, \`gate start ${number}\` resumes`;
  report(span, `Unexpected ${found} issue \`#${number}\`: \`done\` was interrupted, ${wayOut}`);
}

/** Whether the documents show by themselves that `done` was interrupted, and a rule of this file says so. */
export function showsInterruptedDone(document: StateHead, facts: Facts): boolean {
  return activeIssueOf(document) !== undefined && (isArchived(facts) || facts.activeWorkStatus === "completed");
}

/** An issue that was taken up again has its earlier archive beside a work file that goes on. */
function isArchived({ activeWorkFile, activeWorkStatus }: Facts): boolean {
  return activeWorkFile === "archived" || (activeWorkFile === "both" && activeWorkStatus === "completed");
}

/** What a branch is called of which there is none; the one word for it on every surface. */
export const LACKING_BRANCH: { readonly [standing: string]: string } = { gone: "gone", "not-made-yet": "not made yet" };

export const branchMismatch: Rule<StateHead> = {
  id: "branch-mismatch",
  severity: "warning",
  description: "The recorded branch must be the one that is checked out",
  check({ document, facts: { branch, recordedBranch }, report }) {
    const field = document.active.branch?.value;
    if (branch === undefined || !field || field.raw === "" || withoutRemark(field.value) === branch) return;
    if (!activeIssueOf(document)) return;
    const expected = branch === null ? "no branch (the head is detached)" : `${quote(branch)}, which is checked out`;
    const found = `${quote(field.value)}${recordedBranch === undefined ? "" : `, which is ${LACKING_BRANCH[recordedBranch]}`}`;
    const message = `Unexpected branch ${found}, expected ${expected}`;
    report(field.valueSpan, message, branch === null ? {} : { expected: [branch] });
  },
};
