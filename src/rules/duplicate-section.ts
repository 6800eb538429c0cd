import type { Section } from "../syntax/outline.ts";
import { sectionsOf } from "./known.ts";
import { quote } from "./quote.ts";
import type { Rule, Severity } from "./rule.ts";

export const duplicateSection: Rule = {
  id: "duplicate-section",
  severity: "error",
  description: "A section of the format must be there only once",
  check({ document, report }) {
    const reportSecond = ({ heading }: Section, severity: Severity, title: string) =>
      report(heading!, `Unexpected second ${quote(title)}, expected only one`, { severity });
    for (const { title, depth, required, part } of sectionsOf(document)) {
      for (const section of part?.others ?? []) {
        reportSecond(section, required ? "error" : "warning", `${"#".repeat(depth)} ${title}`);
      }
    }
    // Further down `## Issue #12` may be the user's; two titles are two documents in one file.
    if (document.kind !== "work" || document.header?.value.section.depth !== 1) return;
    for (const { section } of document.header.others) {
      if (section.depth === 1) reportSecond(section, "error", `# ${section.title}`);
    }
  },
};
