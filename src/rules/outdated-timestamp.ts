import { formatTime } from "../base/time.ts";
import type { StateHead } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";
import { meantStatus } from "./status.ts";

const DAY = 86_400_000;

export const outdatedTimestamp: Rule<StateHead | WorkDocument> = {
  id: "outdated-timestamp",
  severity: "warning",
  description: "Last Updated must move when the file changes",
  check({ document, facts: { modified }, report }) {
    const completed =
      document.kind === "work" && meantStatus(document) === "completed" ? document.completed : undefined;
    const time = document.lastUpdated ?? completed;
    if (modified === undefined || !time?.reading || time.reading.kind === "impossible") return;
    const latest = time.reading.instant + (time.reading.kind === "date" ? DAY : 0);
    if (modified - latest <= DAY) return;
    const { raw, valueSpan } = time.field;
    report(valueSpan, `Unexpected old timestamp ${quote(raw)}, the file was modified at \`${formatTime(modified)}\``);
  },
};
