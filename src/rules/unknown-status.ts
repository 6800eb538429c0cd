import { isPlaceholder } from "../document/values.ts";
import type { WorkDocument } from "../document/work.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";
import { meantStatus } from "./status.ts";

export const unknownStatus: Rule<WorkDocument> = {
  id: "unknown-status",
  severity: "warning",
  description: "The status must be `in_progress` or `completed`",
  check({ document, report }) {
    const field = document.fields["Status"]?.value;
    if (!field || field.raw === "" || isPlaceholder(field.raw)) return;
    if (field.raw === "in_progress" || field.raw === "completed") return;
    const { start, end } = field.valueSpan;
    const meant = meantStatus(document);
    report(field.valueSpan, `Unexpected status ${quote(field.raw)}, expected \`in_progress\` or \`completed\``, {
      expected: meant ? [meant] : ["in_progress", "completed"],
      ...(meant && { fix: [{ start, end, text: meant }] }),
    });
  },
};
