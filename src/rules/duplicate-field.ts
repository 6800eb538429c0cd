import type { StateDocument } from "../document/state.ts";
import { WORK_FIELDS } from "../document/work.ts";
import { type Field, fieldsIn, isKey } from "../syntax/fields.ts";
import { isKnownTitle } from "./known.ts";
import type { AnyDocument, Rule } from "./rule.ts";

const DECISIVE = new Set(["Current Issue", "Last Updated", "Started", "Status"]);

/** Of two values neither may be chosen for a write. */
export const duplicateField: Rule = {
  id: "duplicate-field",
  severity: "error",
  description: "A field of the format must be there only once",
  check({ document, report }) {
    for (const [name, others] of repeatedIn(document)) {
      const severity = DECISIVE.has(name) ? "error" : "warning";
      for (const field of others) {
        report(field, `Unexpected second field \`**${name}:**\`, expected only one`, { severity });
      }
    }
  },
};

function repeatedIn(document: AnyDocument): readonly (readonly [string, readonly Field[]])[] {
  if (document.kind === "work") return WORK_FIELDS.map((name) => [name, document.fields[name]?.others ?? []]);
  const { branch, started } = document.active;
  return [
    ["Last Updated", document.lastUpdated?.others ?? []],
    ["Current Issue", otherIssues(document)],
    ["Branch", branch?.others ?? []],
    ["Started", started?.others ?? []],
  ];
}

/** The Current Issue fields behind the first, wherever the format's own sections have them; an unknown section may quote one. */
function otherIssues({ sections, text, active }: StateDocument): readonly Field[] {
  if (!active.issueField || (text.match(/current issue/gi)?.length ?? 0) < 2) return [];
  const chosen = active.issueField.value.start;
  let ours = true;
  return sections.flatMap(({ heading, title, blocks }) => {
    if (heading) ours = heading.depth === 1 || isKnownTitle("state", title);
    if (!ours) return [];
    return fieldsIn(blocks, text).filter((field) => isKey(field, "Current Issue") && field.start !== chosen);
  });
}
