import { issueOf, type WorkDocument } from "../document/work.ts";
import { FILE_START, issuesOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

export const issueMismatch: Rule<WorkDocument> = {
  id: "issue-mismatch",
  severity: "error",
  description: "The name of a work file must be the number in its heading",
  check({ document, facts: { fileIssue }, report }) {
    if (fileIssue === undefined) return;
    const [place = FILE_START] = issuesOf(document);
    const issue = issueOf(document);
    if (fileIssue === null) {
      const expected = issue ? `\`${issue.number}.md\`` : "the issue number and `.md`";
      report(place, `Unexpected file name that is not a number, expected ${expected}`);
    } else if (issue && issue.number !== fileIssue) {
      const found = quote(`#${issue.number}`);
      report(place, `Unexpected issue ${found} in \`${fileIssue}.md\`, expected \`#${fileIssue}\``);
    }
  },
};
