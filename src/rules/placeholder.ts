import { isPlaceholder } from "../document/values.ts";
import type { Field } from "../syntax/fields.ts";
import { quote } from "./quote.ts";
import type { AnyDocument, Rule } from "./rule.ts";

const ADDRESS = /^<[a-z][a-z\d+.-]{1,31}:[^\s<>]{1,2000}>$/i;

export const placeholder: Rule = {
  id: "placeholder",
  severity: "warning",
  description: "A field must not hold a stand-in that somebody forgot to fill",
  check({ document, report }) {
    for (const { raw, valueSpan } of fieldsOf(document)) {
      if (!isPlaceholder(raw) || ADDRESS.test(raw)) continue;
      report(valueSpan, `Unexpected placeholder ${quote(raw)}, expected a value`);
    }
  },
};

function fieldsOf(document: AnyDocument): readonly Field[] {
  if (document.kind === "work") return Object.values(document.fields).map(({ value }) => value);
  const { lastUpdated, active, recentWork } = document;
  return [
    ...(lastUpdated ? [lastUpdated.field] : []),
    // `unknown` reads as none, a link such as `[12]` as an issue: what is read is not forgotten.
    ...(active.issueField && active.issue?.kind === "placeholder" ? [active.issueField.value] : []),
    ...(active.branch ? [active.branch.value] : []),
    ...(active.started ? [active.started.field] : []),
    ...recentWork.filter(({ reading }) => reading.issue.kind === "placeholder").map(({ field }) => field),
  ];
}
