import type { StateDocument } from "../document/state.ts";
import type { Rule } from "./rule.ts";

const MAX_RECENT = 3;

export const tooManyRecent: Rule<StateDocument> = {
  id: "too-many-recent",
  severity: "warning",
  description: `Recent Work must have at most ${MAX_RECENT} lines`,
  check({ document: { recentWork }, report }) {
    const extra = recentWork[MAX_RECENT]?.field;
    if (!extra) return;
    report(extra, `Unexpected ${recentWork.length} lines of Recent Work, expected at most ${MAX_RECENT}`);
  },
};
