import type { WorkDocument } from "../document/work.ts";
import type { Rule } from "./rule.ts";

export const missingHeader: Rule<WorkDocument> = {
  id: "missing-header",
  severity: "error",
  description: "A work file must have the heading `# Issue #N: title`",
  check({ document, report }) {
    if (document.header) return;
    report({ start: 0, end: 0, message: "Missing heading `# Issue #N: title`, expected at the top" });
  },
};
