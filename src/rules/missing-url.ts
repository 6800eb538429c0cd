import type { WorkDocument } from "../document/work.ts";
import { titlePlaceOf } from "./places.ts";
import type { Rule } from "./rule.ts";

/** A local-only work file has none; the gate writes the field into a new one where it knows the URL. */
export const missingUrl: Rule<WorkDocument> = {
  id: "missing-url",
  severity: "warning",
  description: "A work file that the gate did not make should link its issue",
  check({ document, facts, report }) {
    if (document.fields["GitHub"] || (facts.hasHistory && mayBeLocal(document))) return;
    report(titlePlaceOf(document), "Missing field `**GitHub:**`, expected the URL of the issue");
  },
};

/** Whether the document has the form in which the gate makes one whose URL it does not know. */
export function mayBeLocal({ fields, frontmatter }: WorkDocument): boolean {
  return !fields["GitHub"] && frontmatter?.schemaVersion !== undefined;
}
