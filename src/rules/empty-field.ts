import type { Field } from "../syntax/fields.ts";
import { timesOf } from "./places.ts";
import { quote } from "./quote.ts";
import type { AnyDocument, Rule, Severity } from "./rule.ts";

export const emptyField: Rule = {
  id: "empty-field",
  severity: "error",
  description: "A field must have a value",
  check({ document, report }) {
    for (const [field, severity] of fieldsOf(document)) {
      if (field.raw !== "") continue;
      report(field, `Unexpected empty field ${quote(`**${field.key}:**`)}, expected a value`, { severity });
    }
  },
};

function* fieldsOf(document: AnyDocument): Generator<readonly [Field, Severity]> {
  for (const { time, required } of timesOf(document)) yield [time.field, required ? "error" : "warning"];
  if (document.kind === "state") {
    const { issueField, branch } = document.active;
    if (issueField) yield [issueField.value, "error"];
    if (branch) yield [branch.value, "warning"];
    return;
  }
  const { fields } = document;
  if (fields["Status"]) yield [fields["Status"].value, "error"];
  if (fields["GitHub"]) yield [fields["GitHub"].value, "warning"];
  if (fields["Pull Request"]) yield [fields["Pull Request"].value, "warning"];
}
