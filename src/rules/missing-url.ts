import type { WorkDocument } from "../document/work.ts";
import { titlePlaceOf } from "./places.ts";
import type { Rule } from "./rule.ts";

/** A local-only work file has none. */
export const missingUrl: Rule<WorkDocument> = {
  id: "missing-url",
  severity: "warning",
  description: "A work file should link its issue",
  check({ document, report }) {
    if (document.fields["GitHub"]) return;
    report(titlePlaceOf(document), "Missing field `**GitHub:**`, expected the URL of the issue");
  },
};
