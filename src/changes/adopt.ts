/** Makes a state file of a file that another program wrote. */
import { formatTime, hasCome } from "../base/time.ts";
import { SCHEMA_VERSION } from "../document/document.ts";
import { REQUIRED_SECTIONS, STATE_SECTIONS, type StateDocument } from "../document/state.ts";
import { makeField } from "../syntax/fields.ts";
import type { Edit } from "../text/edit.ts";
import { isBlankBefore } from "../text/lines.ts";
import { IDLE_TEXT } from "./clear-active.ts";

/**
 * Adds around a foreign text what a state file needs; the text itself stays byte for
 * byte, and is nobody's section: the head stands in front of it, the sections behind.
 * Frontmatter must stay first, so behind it everything follows. A heading at
 * another depth than ours is the user's, whatever it is called.
 */
export function adopt(document: StateDocument, now: number): readonly Edit[] {
  const { text, known } = document;
  const { eol } = document.source;
  const missing = REQUIRED_SECTIONS.filter((name) => known[name]?.value.depth !== STATE_SECTIONS[name].depth);
  const sections = missing.flatMap(makeSection);
  const head = hasCome(document.lastUpdated?.reading, now) ? [] : makeHead(now);
  if (document.frontmatter) return [append(document, [...head, ...sections])];
  const front = { start: 0, end: 0, text: [...makeFrontmatter(), ...head].join(eol) + eol };
  // A time of its own, which cannot be used, must not stand in the head.
  if (text === "" || (head.length > 0 && document.lastUpdated)) {
    return [{ ...front, text: [...makeFrontmatter(), ...head, ...sections].join(eol) + eol }];
  }
  return sections.length > 0 ? [front, append(document, sections)] : [front];
}

/** New lines behind the text, one blank line away from it. */
function append({ text, source }: StateDocument, lines: readonly string[]): Edit {
  const { eol } = source;
  const open = text !== "" && !/[\r\n]$/.test(text);
  const gap = `${open ? eol : ""}${isBlankBefore(text, text.length) ? "" : eol}`;
  return { start: text.length, end: text.length, text: gap + lines.join(eol).trimEnd() + eol };
}

function makeFrontmatter(): string[] {
  return ["---", `schema_version: ${SCHEMA_VERSION}`, "---"];
}

function makeHead(now: number): string[] {
  return ["# Session State", "", makeField("Last Updated", formatTime(now)), ""];
}

function makeSection(name: (typeof REQUIRED_SECTIONS)[number]): string[] {
  const body = name === "active" ? [IDLE_TEXT, ""] : [];
  return [`## ${STATE_SECTIONS[name].title}`, "", ...body];
}
