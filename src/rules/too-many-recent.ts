import type { StateDocument } from "../document/state.ts";
import type { Rule } from "./rule.ts";

const MOST = 3;

export const tooManyRecent: Rule<StateDocument> = {
  id: "too-many-recent",
  severity: "warning",
  description: `Recent Work must have at most ${MOST} lines`,
  check({ document: { recentWork }, report }) {
    const extra = recentWork[MOST]?.field;
    if (!extra) return;
    const { start, end } = extra;
    report({ start, end, message: `Unexpected ${recentWork.length} lines of Recent Work, expected at most ${MOST}` });
  },
};
