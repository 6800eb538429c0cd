/** Parts of a state and a batch that several views show in the same words. */
import { GLYPHS } from "../../document/glyphs.ts";
import type { BatchReport } from "../../gate/batch/status.ts";
import type { Status } from "../../gate/view/status.ts";
import type { Problem } from "../../rules/report.ts";
import { shown } from "../style.ts";

/** The colour of each freshness. */
export const FRESHNESS_COLORS = { recent: "green", moderate: "yellow", stale: "red" } as const;

/** Such as `#7 Add rate limiting`, or as much of it as is known. */
export function nameOf({ issueNumber, issueTitle }: Partial<Pick<Status, "issueNumber" | "issueTitle">>): string {
  return [issueNumber === undefined ? "" : `#${issueNumber}`, issueTitle].filter(Boolean).join(" ");
}

/** An item of a progress list in a line. */
export function progressLine({ status, text, percentage }: Status["progressItems"][number]): string {
  return `  ${GLYPHS[status]} ${shown(text)}${percentage === undefined ? "" : ` (${percentage}% done)`}`;
}

/** The problems that no other line tells: that of the branch stands behind its name. */
export function untoldProblems<P extends Problem>(
  problems: readonly P[],
  { git, issueTitle }: Pick<Status, "git" | "issueTitle">,
): readonly P[] {
  const isTold = git?.recordedBranch !== undefined && issueTitle !== undefined;
  return isTold ? problems.filter(({ rule }) => rule !== "branch-mismatch") : problems;
}

/** How many progress items are completed. */
export function completedIn({ progressItems }: Pick<Status, "progressItems">): number {
  return progressItems.filter(({ status }) => status === "completed").length;
}

const MINUTES = { d: 1440, h: 60, m: 1 } as const;

/** The age of an instant in few columns, such as `2h`. */
export function shortAge(instant: number, now: number): string {
  const minutes = Math.floor((now - instant) / 60_000);
  const unit = minutes >= 2 * MINUTES.d ? "d" : minutes >= MINUTES.h ? "h" : "m";
  return `${Math.floor(minutes / MINUTES[unit])}${unit}`;
}

/** The lines of the blockers; none for what the format's examples write where nothing is blocked. */
export function blockersIn({ blockers = "" }: Pick<Status, "blockers">): readonly string[] {
  return /^(?:none(?: currently)?\.?)?$/i.test(blockers.trim()) ? [] : blockers.split("\n");
}

/** Such as `3 of 10 completed, 1 failed`. */
export function countsOf(batch: Partial<BatchReport>): string {
  const { totalFeatures = 0, completed = 0, failed = 0, skipped = 0 } = batch;
  return [
    `${completed} of ${totalFeatures} completed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(", ");
}
