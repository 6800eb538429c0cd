import { issuesOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

export const severalIssues: Rule = {
  id: "several-issues",
  severity: "warning",
  description: "Only one issue is active at a time",
  check({ document, report }) {
    for (const { role, reading, raw, start, end } of issuesOf(document)) {
      if (role === "recent" || reading.kind !== "issue" || reading.issue.others.length === 0) continue;
      report({
        start,
        end,
        message: `Unexpected further issue in ${quote(raw)}, expected only \`#${reading.issue.id}\``,
      });
    }
  },
};
