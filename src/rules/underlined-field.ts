import { fieldAt } from "../syntax/fields.ts";
import { linesIn } from "../text/lines.ts";
import { isKnownKey, isKnownTitle } from "./known.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

/**
 * `---` directly under fields does not separate: it makes a heading of them, and
 * what they say goes unread. Below an unknown heading this is the user's text.
 * No fix: fields that come to light may be at fault themselves.
 */
export const underlinedField: Rule = {
  id: "underlined-field",
  severity: "error",
  description: "Fields must not be turned into a heading by a line of `---` or `===` directly below",
  check({ document, report }) {
    const { text } = document;
    let ours = true;
    let inHead = true;
    for (const { heading, title } of document.sections) {
      if (!heading) continue;
      const known = isKnownTitle(document.kind, title);
      if (known) inHead = false;
      const fields =
        heading.setext && !known ? linesIn(text, heading).flatMap((line) => fieldAt(text, line) ?? []) : [];
      const field = fields.find(({ key }) => isKnownKey(document.kind, key));
      if (field && (inHead || ours)) {
        const severity = field.key.toLowerCase() === "previous issue" ? "warning" : "error";
        const message = `Unexpected underline below field ${quote(field.key)}, expected an empty line before it`;
        report(field, message, { severity });
        continue;
      }
      ours = document.kind === "state" && known;
    }
  },
};
