import type { AnyDocument, Rule, Severity } from "./rule.ts";
import { meantStatus } from "./status.ts";

export const missingField: Rule = {
  id: "missing-field",
  severity: "error",
  description: "Every required field must be there",
  check({ document, report }) {
    const title =
      document.kind === "work" ? document.header?.value.section : document.sections.find((it) => it.depth === 1);
    const { start, end } = title?.heading ?? { start: 0, end: 0 };
    for (const [name, severity] of missingIn(document)) {
      report({ start, end, severity, message: `Missing field \`**${name}:**\`, expected below the title` });
    }
  },
};

function* missingIn(document: AnyDocument): Generator<readonly [string, Severity]> {
  if (document.kind === "state") {
    if (!document.lastUpdated) yield ["Last Updated", "error"];
    return;
  }
  const { fields } = document;
  const completed = meantStatus(document) === "completed";
  if (!fields["Status"]) yield ["Status", "error"];
  if (!fields["Started"]) yield ["Started", "error"];
  if (!fields["Last Updated"] && !(completed && fields["Completed"])) yield ["Last Updated", "error"];
  else if (completed && !fields["Completed"]) yield ["Completed", "warning"];
}
