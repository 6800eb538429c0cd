import { formatTime, isFuture, parseTime } from "../base/time.ts";
import type { StateHead } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import { timesOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

/** A state file written by a machine whose clock is ahead would never go stale. */
export const futureTimestamp: Rule<StateHead | WorkDocument> = {
  id: "future-timestamp",
  severity: "error",
  description: "A timestamp must not lie in the future",
  check({ document, facts: { now }, report }) {
    const message = (value: string) =>
      `Unexpected timestamp ${quote(value)} in the future, expected at most \`${formatTime(now)}\``;
    for (const { time, severity } of timesOf(document)) {
      if (!time.reading || !isFuture(time.reading, now)) continue;
      report(time.field.valueSpan, message(time.field.raw), { severity });
    }
    if (document.kind !== "work") return;
    for (const { section, title } of document.log) {
      const reading = parseTime(title);
      if (!reading || !isFuture(reading, now)) continue;
      report(section.heading!.content, message(title), { severity: "warning" });
    }
  },
};
