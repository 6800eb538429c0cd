import { endOfLine, nextLine } from "../text/lines.ts";
import { quote } from "./quote.ts";
import type { AnyDocument, Rule } from "./rule.ts";

const KEY_LINE = /^[A-Za-z_][\w-]{0,80}:(?:[ \t\r\n]|$)/;

export const malformedFrontmatter: Rule = {
  id: "malformed-frontmatter",
  severity: "error",
  description: "Frontmatter must be closed, valid YAML with a whole number as `schema_version`",
  check({ document, report }) {
    const { frontmatter, text } = document;
    if (!frontmatter) {
      if (!hasOpenFence(document)) return;
      const message = "Unexpected frontmatter that never closes, expected a second line `---`";
      report({ start: 0, end: endOfLine(text, 0) }, message);
      return;
    }
    const { fault, schemaVersion, body } = frontmatter;
    if (fault) {
      const span = { start: fault.offset, end: endOfLine(text, fault.offset) };
      report(span, `Unexpected frontmatter, expected YAML: ${reason(fault.message)}`);
    } else if (schemaVersion !== undefined && !(Number.isSafeInteger(schemaVersion) && Number(schemaVersion) >= 0)) {
      report(body, `Unexpected \`schema_version\` ${shown(schemaVersion)}, expected a whole number`);
    }
  },
};

/** A rule on the first line is fine, unless keys follow it: then a version may go unread. */
function hasOpenFence({ blocks: [first], text }: AnyDocument): boolean {
  if (first?.type !== "thematicBreak" || !/^\ufeff?---[ \t]*$/.test(text.slice(0, endOfLine(text, 0)))) return false;
  const second = nextLine(text, 0);
  return KEY_LINE.test(text.slice(second, second + 100));
}

/** A collection from YAML may hold itself, or a `toString` of its own. */
function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) return "that is a collection";
  return quote(typeof value === "string" ? JSON.stringify(value) : String(value));
}

/** The parser's own place counts from the start of the YAML, which says nothing to a reader of the file. */
function reason(message: string): string {
  const text = message.replace(/ at line \d+, column \d+$/, "");
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
