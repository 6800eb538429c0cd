import type { Rule } from "./rule.ts";

/** Below the first line the fences are a rule and an underline, and the schema version goes unread. */
export const misplacedFrontmatter: Rule = {
  id: "misplaced-frontmatter",
  severity: "warning",
  description: "Frontmatter must start on the first line",
  check({ document, report }) {
    if (document.frontmatter) return;
    const found = document.sections.find(
      ({ heading, title }) => heading?.setext === true && /^schema_version[ \t]{0,9}:/m.test(title),
    );
    if (!found) return;
    const message = "Unexpected `schema_version` further down, expected the frontmatter on the first line";
    report(found.heading!.content, message);
  },
};
