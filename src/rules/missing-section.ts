import type { StateDocument } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import { type KnownSection, sectionsOf } from "./known.ts";
import { addSections } from "./new-section.ts";
import type { AnyDocument, Rule, RuleContext } from "./rule.ts";

const id = "missing-section";
const description = "Every section of the format must be there, though it may be empty";

export const missingStateSection: Rule<StateDocument> = {
  id,
  severity: "error",
  description,
  check(context) {
    const { document } = context;
    const sections = sectionsOf(document).filter(({ required }) => required);
    reportMissing(context, sections, ({ name }) => name !== "active" || !mayHaveWork(document));
  },
};

export const missingWorkSection: Rule<WorkDocument> = {
  id,
  severity: "warning",
  description,
  check(context) {
    reportMissing(context, sectionsOf(context.document), () => true);
  },
};

function reportMissing(
  { document, report }: RuleContext<AnyDocument>,
  sections: readonly KnownSection[],
  mayBeAdded: (section: KnownSection) => boolean,
): void {
  const { length: end } = document.text;
  const edits = addSections(document, sections);
  for (const section of sections.filter(({ part }) => !part)) {
    const edit = mayBeAdded(section) ? edits.get(section.name) : undefined;
    const message = `Missing section \`## ${section.title}\`, expected even when it is empty`;
    report({ start: end, end }, message, edit ? { fix: [edit] } : {});
  }
}

/** An empty Active Work says "idle": never add one to a document that may be about an issue. */
function mayHaveWork({ text, known }: StateDocument): boolean {
  return (
    Boolean(known.progress ?? known.nextSteps ?? known.openQuestions) ||
    /(?:current|active)\s{0,9}(?:issue|work)/i.test(text)
  );
}
