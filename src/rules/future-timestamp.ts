import { formatTime, isFuture } from "../base/time.ts";
import type { StateHead } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import { writtenTimes } from "./places.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

/** A state file written by a machine whose clock is ahead would never go stale. */
export const futureTimestamp: Rule<StateHead | WorkDocument> = {
  id: "future-timestamp",
  severity: "error",
  description: "A timestamp must not lie in the future",
  check({ document, facts: { now }, report }) {
    for (const [span, raw, reading, severity] of writtenTimes(document)) {
      if (!isFuture(reading, now)) continue;
      const found = `Unexpected timestamp ${quote(raw)} in the future`;
      report(span, `${found}, expected at most \`${formatTime(now)}\``, { severity });
    }
  },
};
