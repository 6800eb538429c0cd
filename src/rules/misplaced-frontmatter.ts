import { misplacedVersion } from "../document/document.ts";
import type { Rule } from "./rule.ts";

/** Below the first line, or where an editor has made a heading of it, the schema version goes unread. */
export const misplacedFrontmatter: Rule = {
  id: "misplaced-frontmatter",
  severity: "warning",
  description: "Frontmatter must start on the first line",
  check({ document, report }) {
    const found = document.frontmatter ? undefined : misplacedVersion(document);
    if (!found) return;
    report(found.span, "Unexpected `schema_version` in the text, expected it in frontmatter on the first line");
  },
};
