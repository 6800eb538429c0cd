import { formatTime, parseTime, type TimeReading } from "../base/time.ts";
import { writtenTimes } from "./places.ts";
import { quote } from "./quote.ts";
import type { Facts, Rule } from "./rule.ts";

type Moment = Exclude<TimeReading, { readonly kind: "impossible" }>;

const expected = "expected `YYYY-MM-DDTHH:MM:SSZ`";

export const irregularTimestamp: Rule = {
  id: "irregular-timestamp",
  severity: "warning",
  description: "A timestamp must be spelled `YYYY-MM-DDTHH:MM:SSZ`",
  check({ document, facts: { localTime }, report }) {
    for (const [span, value, reading] of writtenTimes(document)) {
      // A remark behind the time would be lost.
      const isAlone = !/(?:-->|\)(?<!\((?:UTC|GMT|Z)\)))$/i.test(value);
      const mended = reading.kind === "other" && isAlone ? exactForm(reading, localTime) : undefined;
      // A zone that only has a name means several offsets, so the time of day is there but not certain.
      if (reading.kind !== "other" && !(reading.kind === "date" && value.includes(":"))) continue;
      const mend = mended ? { expected: [mended], fix: [{ start: span.start, end: span.end, text: mended }] } : {};
      report(span, `Unexpected spelling of a timestamp ${quote(value)}, ${expected}`, mend);
    }
  },
};

/** A date is no reason to invent a time, so there is no fix. */
export const dateOnly: Rule = {
  id: "date-only",
  severity: "warning",
  description: "A timestamp must say the time of day",
  check({ document, report }) {
    for (const [span, value, reading] of writtenTimes(document)) {
      if (reading.kind !== "date" || value.includes(":")) continue;
      report(span, `Unexpected date without a time ${quote(value)}, ${expected}`);
    }
  },
};

/** The exact form, unless it would name another moment, as a year of five digits does, or a time whose zone nobody knows. */
function exactForm(given: Moment, localTime: Facts["localTime"]): string | undefined {
  const instant = given.isLocal ? localTime?.(given.instant) : given.instant;
  if (instant === undefined) return undefined;
  const written = formatTime(instant);
  const reading = parseTime(written);
  return reading?.kind === "exact" && Math.abs(reading.instant - instant) < 1000 ? written : undefined;
}
