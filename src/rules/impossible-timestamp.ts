import { parseTime } from "../base/time.ts";
import type { Span } from "../text/edit.ts";
import { timesOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { AnyDocument, Rule } from "./rule.ts";

export const impossibleTimestamp: Rule = {
  id: "impossible-timestamp",
  severity: "error",
  description: "A timestamp must name a moment that the calendar holds",
  check({ document, report }) {
    const messageOf = (value: string) => `Unexpected timestamp ${quote(value)}, expected a date and time that exist`;
    for (const { time } of timesOf(document)) {
      if (time.reading?.kind === "impossible") report(time.field.valueSpan, messageOf(time.field.raw));
    }
    for (const [span, value] of othersIn(document)) report(span, messageOf(value), { severity: "warning" });
  },
};

/** What is past says nothing about the active work. */
function* othersIn(document: AnyDocument): Generator<readonly [Span, value: string]> {
  if (document.kind === "state") {
    for (const { field, reading } of document.recentWork) {
      if (reading.dateReading?.kind === "impossible") yield [field.valueSpan, reading.date!];
    }
    return;
  }
  for (const { section, title } of document.log) {
    if (parseTime(title)?.kind === "impossible") yield [section.heading!.content, title];
  }
}
