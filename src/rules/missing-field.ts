import { titlePlaceOf } from "./places.ts";
import type { AnyDocument, Rule, Severity } from "./rule.ts";
import { meantStatus } from "./status.ts";

export const missingField: Rule = {
  id: "missing-field",
  severity: "error",
  description: "Every required field must be there",
  check({ document, report }) {
    const place = titlePlaceOf(document);
    for (const [name, severity] of missingIn(document)) {
      report(place, `Missing field \`**${name}:**\`, expected below the title`, { severity });
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
