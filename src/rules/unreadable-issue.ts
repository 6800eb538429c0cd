import { issuesOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

export const unreadableIssue: Rule = {
  id: "unreadable-issue",
  severity: "error",
  description: "The issue must be named by number, or said to be none",
  check({ document, report }) {
    for (const place of issuesOf(document)) {
      const { role, reading, raw } = place;
      if (role === "recent" || reading.kind !== "unreadable") continue;
      const expected = role === "header" ? "`# Issue #N: title`" : "`#N - title` or `none`";
      report(place, `Unexpected issue ${quote(raw)}, expected ${expected}`);
    }
  },
};

/** What is past says nothing about the active work. */
export const unreadableRecent: Rule = {
  id: "unreadable-recent",
  severity: "warning",
  description: "A line of Recent Work must name its issue",
  check({ document, report }) {
    for (const place of issuesOf(document)) {
      const { role, reading, raw } = place;
      if (role !== "recent" || (reading.kind !== "unreadable" && reading.kind !== "empty")) continue;
      const found = reading.kind === "empty" ? "Missing issue" : `Unexpected issue ${quote(raw)}`;
      report(place, `${found}, expected \`#N - title (Completed YYYY-MM-DD)\``);
    }
  },
};
