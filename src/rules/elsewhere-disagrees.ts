/** Another tool says that something else is worked on, and said it later. Only `check` looks for that. */
import { formatTime, instantOf } from "../base/time.ts";
import type { StateDocument } from "../document/state.ts";
import { activeIssueOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

const DAY = 86_400_000;

export const elsewhereDisagrees: Rule<StateDocument> = {
  id: "elsewhere-disagrees",
  severity: "warning",
  description: "Another tool must not have other work in hand that was changed more than a day later",
  check({ document, facts: { elsewhere = [] }, report }) {
    const active = activeIssueOf(document);
    const updated = instantOf(document.lastUpdated?.reading);
    if (!active || updated === undefined) return;
    const { issue } = document.active;
    const own = new Set(wordsOf(issue?.kind === "issue" ? issue.issue.title : ""));
    for (const { path, title, changed } of elsewhere) {
      if (changed - updated <= DAY || wordsOf(title).some((word) => own.has(word))) continue;
      report(
        active.span,
        `Unexpected other work in ${quote(path)}, changed at \`${formatTime(changed)}\`: ${quote(title)}`,
      );
    }
  },
};

/** Words of four letters and more; shorter ones are shared by chance. */
function wordsOf(title: string): readonly string[] {
  return title.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
}
