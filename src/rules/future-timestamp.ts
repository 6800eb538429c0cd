import { formatTime, isFuture, type TimeReading } from "../base/time.ts";
import type { StateHead } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import { writtenTimes } from "./places.ts";
import { quote } from "./quote.ts";
import type { Facts, Rule } from "./rule.ts";

/** A state file written by a machine whose clock is ahead would never go stale. */
export const futureTimestamp: Rule<StateHead | WorkDocument> = {
  id: "future-timestamp",
  severity: "error",
  description: "A timestamp must not lie in the future",
  check({ document, facts, report }) {
    for (const [span, raw, reading, severity] of writtenTimes(document)) {
      if (!isFuture(reading, facts.now)) continue;
      const found = `Unexpected timestamp ${quote(raw)} in the future`;
      const expected = `expected at most \`${formatTime(facts.now)}\``;
      report(span, `${found}, ${expected}`, { severity: isExplained(reading, facts) ? "warning" : severity });
    }
  },
};

/** Clocks are set, and people write what theirs on the wall says: then the text is no less true. */
function isExplained(reading: TimeReading, { now, isOwn, localTime }: Facts): boolean {
  if (isOwn || reading.kind === "impossible") return isOwn === true;
  const instant = reading.isLocal && localTime?.(reading.instant);
  return typeof instant === "number" && !isFuture({ kind: "other", instant }, now);
}
