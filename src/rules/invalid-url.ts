import { isPlaceholder } from "../document/values.ts";
import type { WorkDocument } from "../document/work.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

/** An address, be it in angle brackets or a link, or a reference such as `#12` and `o/r#12`. */
const ADDRESS = /^(?:<|\[[^\]]{0,200}\]\(|!?\[)?(?:https?:\/\/[^\s/]|(?:[\w.-]{1,100}\/[\w.-]{1,100})?#\d)/i;
/** Words that say that there is none. */
const NONE = /^(?:none|n\/a|no|local|-|–|—)\b|^[-–—]$/i;

export const invalidUrl: Rule<WorkDocument> = {
  id: "invalid-url",
  severity: "warning",
  description: "The link of an issue or a pull request must be a URL",
  check({ document, report }) {
    for (const name of ["GitHub", "Pull Request"] as const) {
      const field = document.fields[name]?.value;
      if (!field || field.raw === "" || isPlaceholder(field.raw)) continue;
      if (ADDRESS.test(field.value) || NONE.test(field.value)) continue;
      report(field.valueSpan, `Unexpected ${quote(field.raw)} in \`**${field.key}:**\`, expected a URL`);
    }
  },
};
