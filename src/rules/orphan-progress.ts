import { orphansOf, type StateDocument } from "../document/state.ts";
import type { Rule } from "./rule.ts";

/** What belongs to no issue would become that of the next one, which it never was. */
export const orphanProgress: Rule<StateDocument> = {
  id: "orphan-progress",
  severity: "warning",
  description: "Progress and next steps must belong to an active issue",
  check({ document, report }) {
    const [first] = orphansOf(document);
    if (first === undefined) return;
    report(
      first.textSpan,
      "Unexpected items without an active issue, expected `**Current Issue:** #N - Title` above: `gate start` keeps them apart under `Recovered`",
    );
  },
};
