import { issuesOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

export const nonNumericIssue: Rule = {
  id: "non-numeric-issue",
  severity: "warning",
  description: "An issue id must be a number",
  check({ document, report }) {
    for (const { reading, start, end } of issuesOf(document)) {
      if (reading.kind !== "issue" || reading.issue.number !== undefined) continue;
      report({ start, end, message: `Unexpected issue id ${quote(reading.issue.id)}, expected a number` });
    }
  },
};
