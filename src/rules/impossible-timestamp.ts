import { parseTime } from "../base/time.ts";
import { timesOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { AnyDocument, Finding, Rule } from "./rule.ts";

export const impossibleTimestamp: Rule = {
  id: "impossible-timestamp",
  severity: "error",
  description: "A timestamp must name a moment that the calendar holds",
  check({ document, report }) {
    for (const { time } of timesOf(document)) {
      if (time.reading?.kind === "impossible") report(finding(time.field.valueSpan, time.field.raw));
    }
    for (const found of othersIn(document)) report({ ...found, severity: "warning" });
  },
};

/** What is past says nothing about the active work. */
function* othersIn(document: AnyDocument): Generator<Finding> {
  if (document.kind === "state") {
    for (const { field, reading } of document.recentWork) {
      if (reading.dateReading?.kind === "impossible") yield finding(field.valueSpan, reading.date!);
    }
    return;
  }
  for (const { section, title } of document.log) {
    if (parseTime(title)?.kind === "impossible") yield finding(section.heading!.content, title);
  }
}

function finding({ start, end }: { start: number; end: number }, value: string): Finding {
  return { start, end, message: `Unexpected timestamp ${quote(value)}, expected a date and time that exist` };
}
