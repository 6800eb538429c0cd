/** A state file while it is rebuilt: chunks in the order in which they will stand, and what found no place. */
import { normalTitle } from "../document/document.ts";
import { STATE_SECTIONS, type StateSectionName, sectionNamed } from "../document/state.ts";
import { type Chunk, type Headings, makeChunk } from "./chunk.ts";
import { type ItemFact, isArrow, itemFactOf } from "./fact.ts";
import { type Line, lineOf } from "./line.ts";
import { isBlank } from "./trim.ts";

/** The sections of a state file; `title` is its first heading with what stands below it. */
export type StateName = "title" | StateSectionName;
export type StateChunk = Chunk<StateName>;

const TITLE = "Session State";

export const STATE_HEADINGS: Headings<StateName> = {
  names: ["title", ...(Object.keys(STATE_SECTIONS) as StateSectionName[])],
  titleOf: (name) => (name === "title" ? TITLE : STATE_SECTIONS[name].title),
  depthOf: (name) => (name === "title" ? 1 : STATE_SECTIONS[name].depth),
  named: (title) => (normalTitle(title) === normalTitle(TITLE) ? "title" : sectionNamed(title)),
};

/** The sections inside Active Work, which hold lists. */
export const SUBSECTIONS = ["progress", "nextSteps", "openQuestions"] as const;

export function isSubsection(name: StateName | undefined): boolean {
  return name !== undefined && STATE_HEADINGS.depthOf(name) === 3;
}

/** Whether a section holds text of any kind. */
export function isFree(name: StateName | undefined): boolean {
  return name === "context" || name === "blockers";
}

export interface Draft {
  /** The first is the title's. */
  chunks: StateChunk[];
  /** Lines that fit nowhere, as they stood. */
  readonly orphans: string[];
  /** Whether the text ended in the middle of a line. */
  readonly cut: boolean;
  /** Whether lines stand so far from where they belong that their place says nothing. */
  disordered: boolean;
}

export function chunkNamed({ chunks }: Pick<Draft, "chunks">, name: StateName): StateChunk | undefined {
  return chunks.find((chunk) => chunk.name === name);
}

export function rankOf(name: StateName): number {
  return STATE_HEADINGS.names.indexOf(name);
}

/** The chunk of this name; a new one stands behind `source`, or else behind what stands before it in the format. */
export function ensureChunk(draft: Draft, name: StateName, source?: StateChunk): StateChunk {
  const present = chunkNamed(draft, name);
  if (present) return present;
  const made = makeChunk(name, STATE_HEADINGS);
  if (source) {
    let at = draft.chunks.indexOf(source) + 1;
    // Behind those that were made of the same source.
    while (draft.chunks[at]?.made && rankOf(draft.chunks[at]!.name!) < rankOf(name)) at++;
    draft.chunks.splice(at, 0, made);
    return made;
  }
  const before = draft.chunks.findLastIndex((chunk) => chunk.name !== undefined && rankOf(chunk.name) < rankOf(name));
  let at = before + 1;
  // The user's sections stay with the one they follow.
  while (at < draft.chunks.length && !draft.chunks[at]!.name && draft.chunks[at]!.depth >= made.depth) at++;
  draft.chunks.splice(at, 0, made);
  return made;
}

/** Whether each line of a chunk stays; what does not is set aside as it stood. */
export type Division = readonly (readonly [line: Line, stays: boolean])[];

export function divide({ orphans }: Pick<Draft, "orphans">, chunk: { lines: Line[] }, division: Division): void {
  chunk.lines = division.flatMap(([line, stays]) => (stays ? [line] : []));
  for (const [{ text }, stays] of division) if (!stays) orphans.push(text);
}

/** A line of a list or a field, with the lines below that belong to it. */
export interface Group {
  readonly head: Line;
  readonly item?: ItemFact;
  readonly below: readonly Line[];
  /** Whether it belongs to the item above, from which another line separates it. */
  readonly stray?: boolean;
}

/**
 * The lines of a chunk in groups. An item takes the indented lines below it along;
 * one that is indented like nothing around it was indented by damage.
 */
export function groupsOf(all: readonly Line[]): readonly Group[] {
  const lines = all.map(unquoted);
  const groups: { head: Line; item?: ItemFact; below: Line[]; stray?: boolean }[] = [];
  let owner: { below: Line[] } | undefined;
  // Without a blank line, what stands below an item still belongs to it behind a line that got in between.
  let torn = false;
  let before: ItemFact | undefined;
  for (const [at, line] of lines.entries()) {
    const item = line.inert || line.hazard ? undefined : itemFactOf(line.text);
    const nested = (owner !== undefined || torn) && isNested(lines, at, item, before);
    if (nested && torn) {
      groups.push({ head: line, below: [], stray: true });
      continue;
    }
    if (nested) {
      // Blank lines between an item and what belongs to it belong to it as well.
      const blanks: Line[] = [];
      while (isBlank(groups.at(-1)!.head) && groups.at(-1) !== owner) blanks.unshift(groups.pop()!.head);
      owner!.below.push(...blanks, line);
      continue;
    }
    const group = { head: line, ...(item && { item }), below: [] };
    groups.push(group);
    if (item) {
      before = item;
      owner = group;
      torn = false;
    } else if (isBlank(line)) torn = false;
    else {
      torn ||= owner !== undefined && lines[at - 1]?.text.trim() !== "";
      owner = undefined;
    }
  }
  return groups;
}

/** A line that stays indented without its quote mark was nested before it was quoted. */
function unquoted(line: Line): Line {
  const inner = line.inert ? undefined : /^[ \t]{0,3}>[ ]?((?: {2,}|\t)\S.*)$/.exec(line.text)?.[1];
  return inner === undefined ? line : { ...line, text: inner };
}

function isNested(lines: readonly Line[], at: number, item?: ItemFact, before?: ItemFact): boolean {
  const { text, inert } = lines[at]!;
  if (isBlank(lines[at]!)) return false;
  if (isArrow(text)) return true;
  const indented = /^(?: {2,}|\t)/.test(text);
  if (inert || !item) return indented;
  if (!indented || item.quoted) return false;
  // A list may be indented as a whole; then its items stand below each other.
  const isList = before !== undefined && !before.quoted && before.indent >= 1 && before.indent <= 3;
  if (isList && item.indent <= before.indent) return false;
  const number = before?.number ?? 0;
  if (item.number !== undefined && number > 0 && item.number === number + 1) return false;
  const alone = ![lines[at - 1], lines[at + 1]].some((other) => /^(?: {2,}|\t)\S/.test(other?.text ?? ""));
  return !(item.marked && item.indent >= 4 && alone);
}

/** The lines of a group as they shall stand. */
export function linesOfGroup({ head, item, below }: Group): readonly Line[] {
  return [item ? lineOf(item.line) : head, ...below];
}

/** The words of a group, whatever its indentation. */
export function plainOf({ head, below }: Group): string {
  return [head, ...below].map(({ text }) => text.trim()).join("\n");
}
