import type { Section } from "../syntax/outline.ts";
import type { Edit, Span } from "../text/edit.ts";
import { isOurs } from "./intact.ts";
import { isKnownTitle, type KnownSection, sectionsOf } from "./known.ts";
import { quote } from "./quote.ts";
import type { AnyDocument, FindingDetails, Rule } from "./rule.ts";

export const irregularHeading: Rule = {
  id: "irregular-heading",
  severity: "warning",
  description: "A heading of the format must have its level and its spelling",
  check({ document, report }) {
    const { text } = document;
    const reportHeading = (span: Span, expected: string, details: FindingDetails) => {
      const found = quote(text.slice(span.start, span.end));
      report(span, `Unexpected heading ${found}, expected \`${expected}\``, details);
    };
    for (const known of sectionsOf(document)) {
      const { part, title, depth } = known;
      for (const section of part ? [part.value, ...part.others] : []) {
        const heading = section.heading!;
        if (section.title === title && section.depth === depth && !heading.setext) continue;
        const isSafe = section === part?.value && isOurs(document) && keepsItsContent(document, known);
        const expected = `${"#".repeat(depth)} ${title}`;
        const mend = isSafe && { fix: rewrite(section, title, depth) };
        reportHeading(heading, expected, { expected: [expected], ...mend });
      }
    }
    if (document.kind !== "work" || !document.header) return;
    const { value, others } = document.header;
    const { section } = value;
    const { start, end, setext, content } = section.heading!;
    if (section.depth === 1 && !setext) return;
    // Behind `# ` a run of `#` at the end would be dropped, and a second line would be no heading.
    // A title further down may be part of a section, which another level would end.
    const first = document.sections.find(({ heading }) => heading) === section;
    const isSafe = first && others.length === 0 && !(setext && /#$|[\r\n]/.test(section.title));
    const fix = setext
      ? [
          { start: content.start, end: content.start, text: "# " },
          { start: content.end, end, text: "" },
        ]
      : [{ start, end: start + section.depth, text: "#" }];
    reportHeading({ start, end }, "# Issue #N: title", isSafe ? { fix } : {});
  },
};

/**
 * Another level may give a section other subsections than it has now, or be
 * preferred to its repetitions. That is certain not to happen where there are none
 * and no unknown heading stands in between.
 */
function keepsItsContent({ kind, sections }: AnyDocument, { name, part, depth }: KnownSection): boolean {
  const { value: section, others } = part!;
  if (section.depth === depth) return true;
  if (others.length > 0) return false;
  for (let index = sections.indexOf(section) + 1; index < sections.length; index++) {
    const { title } = sections[index]!;
    if (!isKnownTitle(kind, title)) return false;
    if (name !== "active" || !SUBSECTIONS.test(title)) return true;
  }
  return true;
}

const SUBSECTIONS = /^\s*(?:progress|next\s+steps|open\s+questions)\s*:?\s*$/i;

function rewrite({ heading, title: found, depth: current }: Section, title: string, depth: number): readonly Edit[] {
  const { start, end, setext, content } = heading!;
  if (setext) return [{ start, end, text: `${"#".repeat(depth)} ${title}` }];
  return [
    ...(current === depth ? [] : [{ start, end: start + current, text: "#".repeat(depth) }]),
    ...(found === title ? [] : [{ start: content.start, end: content.end, text: title }]),
  ];
}
