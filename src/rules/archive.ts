/** A work file against the folder it lies in. */
import type { WorkDocument } from "../document/work.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";
import { meantStatus } from "./status.ts";

export const archivedStatus: Rule<WorkDocument> = {
  id: "archived-status",
  severity: "warning",
  description: "Archived work must be completed",
  check({ document, facts: { archived }, report }) {
    const status = document.fields["Status"]?.value;
    if (archived !== true || !status || meantStatus(document) === "completed") return;
    report(status.valueSpan, `Unexpected status ${quote(status.raw)} in the archive, expected \`completed\``);
  },
};
