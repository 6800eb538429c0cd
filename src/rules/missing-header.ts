import type { WorkDocument } from "../document/work.ts";
import { FILE_START } from "./places.ts";
import type { Rule } from "./rule.ts";

export const missingHeader: Rule<WorkDocument> = {
  id: "missing-header",
  severity: "error",
  description: "A work file must have the heading `# Issue #N: title`",
  check({ document, report }) {
    if (document.header) return;
    report(FILE_START, "Missing heading `# Issue #N: title`, expected at the top");
  },
};
