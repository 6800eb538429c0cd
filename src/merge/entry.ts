/**
 * The body of a section as entries: an item with what belongs to it, a field, or any
 * other line. Entries of two versions that have one name (`key`) are one entry, whatever
 * else has changed about them.
 */
import { instantOf } from "../base/time.ts";
import type { Document } from "../document/document.ts";
import { type Item, itemsIn } from "../document/items.ts";
import { type IssueReading, parseProgress, parseRecent } from "../document/values.ts";
import type { Block } from "../syntax/block.ts";
import { decodeText } from "../syntax/escape.ts";
import { type Field, fieldsIn, isKey } from "../syntax/fields.ts";
import type { Section } from "../syntax/outline.ts";
import type { Lines } from "../text/diff/three-way.ts";

/** What a section holds, which decides how its entries are read. */
export type Content = "progress" | "boxes" | "list" | "files" | "recent" | "fields" | "text";

export interface Entry {
  readonly kind: "item" | "field" | "line";
  readonly key: string;
  readonly lines: Lines;
  /** The line of an item up to its text: indentation, bullet or number, space. */
  readonly marker?: string;
  /** When the work of a Recent Work line ended, in milliseconds since the epoch. */
  readonly instant?: number;
}

const MARKER = /^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)/;

/** The entries of lines that are the body of `section`; blank lines at the end are no part of it. */
export function entriesOf(
  content: Content,
  lines: Lines,
  document: Pick<Document, "text">,
  section: Section,
): readonly Entry[] {
  const whole = wholeEntries(content, lines, document, section);
  const entries: Entry[] = [];
  const counts = new Map<string, number>();
  for (let at = 0; at < lines.length; ) {
    const found = whole.get(at);
    const entry = found ?? { kind: "line", key: `line ${lines[at]!}`, lines: [lines[at]!] };
    // Two of the same name are told apart by their order; lines that are no entries may well be there many times.
    const count = (counts.get(entry.key) ?? 0) + 1;
    counts.set(entry.key, count);
    entries.push(count === 1 || entry.kind === "line" ? entry : { ...entry, key: `${entry.key} ${count}` });
    at += entry.lines.length;
  }
  return entries;
}

/** Entries of more than a line and those with a name, by the line they start at. */
function wholeEntries(content: Content, lines: Lines, { text }: Pick<Document, "text">, section: Section) {
  const starts = startsOf(lines, section.bodyStart);
  const entries = new Map<number, Entry>();
  if (content === "fields" || content === "recent") {
    for (const field of fieldsIn(section.blocks, text)) {
      const at = starts.get(text.lastIndexOf("\n", field.start - 1) + 1);
      if (at !== undefined && at < lines.length) entries.set(at, fieldEntry(content, field, lines[at]!));
    }
  } else if (content !== "text") {
    for (const item of content === "boxes" ? nestedItems(section.blocks, text) : itemsIn(section.blocks, text)) {
      const at = starts.get(item.start);
      if (at === undefined) continue;
      const own = withoutBlankEnd(lines.slice(at, starts.get(item.end) ?? lines.length));
      if (own.length > 0) entries.set(at, itemEntry(content, own));
    }
  }
  return entries;
}

/** The items of lists in lists too, each by itself: of two that stand below one, each side may have checked one. */
function nestedItems(blocks: readonly Block[], text: string): readonly Pick<Item, "start" | "end">[] {
  return blocks.flatMap((list) => {
    if (list.type !== "list") return [];
    return itemsIn([list], text).flatMap(({ start, end }, at) => {
      const inner = nestedItems(list.children[at]!.children, text);
      return [{ start, end: inner[0]?.start ?? end }, ...inner];
    });
  });
}

/** The index of the line that starts at each offset. */
function startsOf(lines: Lines, from: number): ReadonlyMap<number, number> {
  const starts = new Map<number, number>();
  let offset = from;
  lines.forEach((line, at) => {
    starts.set(offset, at);
    offset += line.length + 1;
  });
  return starts;
}

function itemEntry(content: Content, lines: Lines): Entry {
  const marker = MARKER.exec(lines[0]!)?.[0] ?? "";
  const raw = lines[0]!.slice(marker.length);
  return { kind: "item", key: `item ${nameOfItem(content, raw)}`, lines, marker };
}

/** Whether an item says how far it is in front of its text. */
export function isProgress(content: Content): boolean {
  return content === "progress" || content === "boxes";
}

function nameOfItem(content: Content, raw: string): string {
  const text = isProgress(content) ? parseProgress(raw).text : decodeText(raw);
  const name = content === "files" ? text.replace(FILE_STATE, "") : text;
  return name.trim().replace(/\s+/g, " ");
}

/** The word in parentheses behind a file in Files Modified. */
export const FILE_STATE = /\s*\((created|modified|deleted|renamed)\)\s*$/i;

function fieldEntry(content: Content, field: Field, line: string): Entry {
  if (content !== "recent") return { kind: "field", key: `field ${field.key.toLowerCase()}`, lines: [line] };
  if (!["Previous Issue", "Completed", "Paused"].some((key) => isKey(field, key))) {
    return { kind: "line", key: `line ${line}`, lines: [line] };
  }
  const { issue, dateReading } = parseRecent(field.raw, field.key);
  const instant = instantOf(dateReading);
  const key = `recent ${nameOfIssue(issue, field.raw)}`;
  return { kind: "field", key, lines: [line], ...(instant !== undefined && { instant }) };
}

/** What stands for an issue where two are compared. */
export function nameOfIssue(issue: IssueReading | undefined, raw: string): string {
  if (issue?.kind !== "issue") return issue?.kind === "unreadable" ? raw : "";
  return String(issue.issue.number ?? issue.issue.id);
}

/** The lines without blank ones at their end. */
export function withoutBlankEnd(lines: Lines): Lines {
  let end = lines.length;
  while (end > 0 && isBlank(lines[end - 1]!)) end--;
  return lines.slice(0, end);
}

/** Blank as Markdown has it; other white space is text, which must not get lost. */
export function isBlank(line: string): boolean {
  return /^[ \t]*$/.test(line);
}
