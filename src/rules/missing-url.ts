import type { WorkDocument } from "../document/work.ts";
import type { Rule } from "./rule.ts";

/** A local-only work file has none. */
export const missingUrl: Rule<WorkDocument> = {
  id: "missing-url",
  severity: "warning",
  description: "A work file should link its issue",
  check({ document, report }) {
    if (document.fields["GitHub"]) return;
    const { start, end } = document.header?.value.section.heading ?? { start: 0, end: 0 };
    report({ start, end, message: "Missing field `**GitHub:**`, expected the URL of the issue" });
  },
};
