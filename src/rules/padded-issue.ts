import { issuesOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

const ZEROS = /^(?:issue\s)?#?(0+)(?=[1-9])/i;

export const paddedIssue: Rule = {
  id: "padded-issue",
  severity: "warning",
  description: "An issue number must not have leading zeros",
  check({ document, report }) {
    for (const { reading, raw, start, end } of issuesOf(document)) {
      if (reading.kind !== "issue" || !reading.issue.padded) continue;
      const zeros = ZEROS.exec(raw);
      const last = zeros ? start + zeros[0].length : start;
      const expected = `#${reading.issue.number}`;
      const message = `Unexpected leading zeros in issue ${quote(`#${reading.issue.id}`)}, expected \`${expected}\``;
      const mend = zeros && { fix: [{ start: last - zeros[1]!.length, end: last, text: "" }] };
      report({ start, end }, message, { expected: [expected], ...mend });
    }
  },
};
