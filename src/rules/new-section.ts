/** Edits that add an empty section at its place in the order of the format. */
import type { Edit } from "../text/edit.ts";
import { isBlankBefore } from "../text/lines.ts";
import { isIntact, isOurs } from "./intact.ts";
import type { KnownSection } from "./known.ts";
import type { AnyDocument } from "./rule.ts";

/**
 * Where the missing sections go, by name. No entry where it is not certain that
 * the section is really missing: its heading may be there in a damaged form, or
 * an open fence would swallow what is added.
 */
export function addSections(document: AnyDocument, sections: readonly KnownSection[]): ReadonlyMap<string, Edit> {
  const edits = new Map<string, Edit>();
  if (sections.every(({ part }) => part) || !isOurs(document) || !isIntact(document)) return edits;
  const missing = sections.filter(({ part }) => !part).map(({ title }) => title);
  const mentioned = titlesMentionedIn(document.text, missing);
  const taken = new Set<number>();
  for (const [index, { name, title, part }] of sections.entries()) {
    if (part || mentioned.has(title.toLowerCase())) continue;
    const before = sections.slice(index + 1).find((section) => section.part)?.part?.value;
    const at = before?.start ?? document.text.length;
    edits.set(name, { start: at, end: at, text: newSection(document, title, at, !taken.has(at)) });
    taken.add(at);
  }
  return edits;
}

/** The titles that some line is in another guise: `**Context**`, `##Context`. One pass, whatever the number of titles. */
function titlesMentionedIn(text: string, titles: readonly string[]): ReadonlySet<string> {
  const around = "[^\\w\\r\\n\\u2028\\u2029]{0,20}";
  const pattern = new RegExp(`^${around}(${titles.join("|")})${around}$`, "gim");
  return new Set([...text.matchAll(pattern)].map(([, title]) => title!.toLowerCase()));
}

function newSection(document: AnyDocument, title: string, at: number, first: boolean): string {
  const { text } = document;
  const heading = `## ${title}`;
  // A line feed behind a lone carriage return would join it to one line break.
  const eol = text[at - 1] === "\r" ? "\r" : document.source.eol;
  const separated = !first || isBlankBefore(text, at);
  if (at < text.length) return `${separated ? "" : eol}${heading}${eol}${eol}`;
  if (!/[\r\n]$/.test(text)) return eol + eol + heading;
  return `${first && separated ? "" : eol}${heading}${eol}`;
}
