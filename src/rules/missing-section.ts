import type { StateDocument } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import { sectionsOf } from "./known.ts";
import { addSections } from "./new-section.ts";
import type { Rule } from "./rule.ts";

const id = "missing-section";

export const missingStateSection: Rule<StateDocument> = {
  id,
  severity: "error",
  description: "Every section of the format must be there, though it may be empty",
  check({ document, text, report }) {
    const sections = sectionsOf(document).filter(({ required }) => required);
    const edits = addSections(document, sections);
    for (const { name, title, part } of sections) {
      if (part) continue;
      const edit = name === "active" && mayHaveWork(document) ? undefined : edits.get(name);
      report({
        start: text.length,
        end: text.length,
        message: `Missing section \`## ${title}\`, expected even when it is empty`,
        ...(edit && { fix: [edit] }),
      });
    }
  },
};

/** An empty Active Work says "idle": never add one to a document that may be about an issue. */
function mayHaveWork({ text, known }: StateDocument): boolean {
  return (
    Boolean(known.progress ?? known.nextSteps ?? known.openQuestions) ||
    /(?:current|active)\s{0,9}(?:issue|work)/i.test(text)
  );
}

export const missingWorkSection: Rule<WorkDocument> = {
  id,
  severity: "warning",
  description: missingStateSection.description,
  check({ document, text, report }) {
    const sections = sectionsOf(document);
    const edits = addSections(document, sections);
    for (const { name, title, part } of sections) {
      if (part) continue;
      const edit = edits.get(name);
      report({
        start: text.length,
        end: text.length,
        message: `Missing section \`## ${title}\`, expected even when it is empty`,
        ...(edit && { fix: [edit] }),
      });
    }
  },
};
