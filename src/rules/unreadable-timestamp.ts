import { isPlaceholder } from "../document/values.ts";
import { timesOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

export const unreadableTimestamp: Rule = {
  id: "unreadable-timestamp",
  severity: "error",
  description: "A timestamp must have the form of a time",
  check({ document, report }) {
    for (const { time, severity } of timesOf(document)) {
      const { raw, valueSpan } = time.field;
      if (time.reading || raw === "" || isPlaceholder(raw)) continue;
      report(valueSpan, `Unexpected timestamp ${quote(raw)}, expected \`YYYY-MM-DDTHH:MM:SSZ\``, { severity });
    }
  },
};
