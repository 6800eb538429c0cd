import { issuesOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

export const severalIssues: Rule = {
  id: "several-issues",
  severity: "warning",
  description: "Only one issue is active at a time",
  check({ document, report }) {
    for (const place of issuesOf(document)) {
      const { role, reading, raw } = place;
      if (role === "recent" || reading.kind !== "issue" || reading.issue.others.length === 0) continue;
      report(place, `Unexpected further issue in ${quote(raw)}, expected only \`#${reading.issue.id}\``);
    }
  },
};
