import { issuesOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

export const nonNumericIssue: Rule = {
  id: "non-numeric-issue",
  severity: "warning",
  description: "An issue id must be a number",
  check({ document, report }) {
    for (const place of issuesOf(document)) {
      const { reading } = place;
      if (reading.kind !== "issue" || reading.issue.number !== undefined) continue;
      report(place, `Unexpected issue id ${quote(reading.issue.id)}, expected a number`);
    }
  },
};
