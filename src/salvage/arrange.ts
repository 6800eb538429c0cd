/**
 * Brings the lines of a damaged state file to the section they belong to.
 *
 * As long as the file is in order, the place of a line says what it is, and only
 * what stands below a heading that is gone is looked for: in the section before,
 * by its kind. Where lines stand far from where they belong, places say nothing, and
 * only a line that says by itself what it is goes anywhere.
 */
import { STATE_SECTIONS, type StateSectionName } from "../document/state.ts";
import { ACTIVE_FIELDS, homeOf, isDisordered } from "./disorder.ts";
import {
  chunkNamed,
  type Draft,
  ensureChunk,
  type Group,
  groupsOf,
  isFree,
  isSubsection,
  linesOfGroup,
  plainOf,
  rankOf,
  type StateChunk,
  type StateName,
  SUBSECTIONS,
} from "./draft.ts";
import { fieldFactOf, isArrow, isAsking, isNone, STATE_LABELS, stateFieldIn } from "./fact.ts";
import type { Line } from "./line.ts";
import { BLANK, isBlank, trimmed, trimmedEnd } from "./trim.ts";

const RECENT_FIELDS: readonly string[] = ["Previous Issue", "Completed"];

export function arrange(draft: Draft): void {
  joinTitle(draft);
  leaveOwn(draft);
  joinDoubled(draft);
  draft.disordered = isDisordered(draft);
  for (const name of Object.keys(STATE_SECTIONS) as StateSectionName[]) {
    if (!chunkNamed(draft, name) || draft.disordered) gather(draft, name);
  }
  if (!draft.disordered) for (const name of SUBSECTIONS) gatherStrays(draft, name);
  moveFields(draft);
  orderChunks(draft);
}

/** Whatever stands before the first section of the format belongs to the title, another title of the user's too. */
function joinTitle(draft: Draft): void {
  const [preamble, ...chunks] = draft.chunks;
  const [first] = chunks;
  const own = chunkNamed(draft, "title") ?? (first && !first.name && first.depth === 1 ? first : undefined);
  const before = trimmed(preamble!.lines);
  // A file may do without a title; one without its head lost it.
  const title: StateChunk = own
    ? { ...own, name: "title", lines: [...before, ...own.lines] }
    : { ...preamble!, name: "title", depth: 1, title: "Session State", made: before.length === 0 };
  draft.chunks = [title, ...chunks.filter((chunk) => chunk !== own)];
}

/** `### Progress` below another section than Active Work is the user's, where Active Work has its own. */
function leaveOwn({ chunks }: Draft): void {
  const seen = new Set<StateName>();
  let above: StateChunk | undefined;
  for (const chunk of chunks) {
    const { name, depth } = chunk;
    if (name && isSubsection(name)) {
      if (seen.has(name) && above && above.depth > 0 && above.name !== "active") delete chunk.name;
      seen.add(name);
    } else if (name || depth <= 2) above = chunk;
  }
}

/** A heading that is there twice is one section; what stands below both was written twice. */
function joinDoubled(draft: Draft): void {
  const seen = new Map<StateName, { readonly lines: Line[]; known?: Set<string> }>();
  draft.chunks = draft.chunks.filter(({ name, lines }) => {
    const first = name && seen.get(name);
    if (name && !first) seen.set(name, { lines });
    if (!first) return true;
    first.known ??= new Set(groupsOf(first.lines).map(plainOf));
    const isApart = [first.lines, lines].some((all) => all.length > 0 && isBlank(all.at(-1)!));
    first.lines.length = trimmedEnd(first.lines).length;
    for (const group of groupsOf(trimmed(lines))) {
      const plain = plainOf(group);
      if (plain !== "" && first.known.has(plain)) continue;
      first.known.add(plain);
      first.lines.push(group.head, ...group.below);
    }
    if (isApart) first.lines.push(BLANK);
    return false;
  });
}

/** Looks for the lines of a section whose heading is gone, or, in a file in disorder, for those that stand elsewhere. */
function gather(draft: Draft, name: StateSectionName): void {
  const sources = draft.disordered ? draft.chunks.filter((chunk) => chunk.name !== name) : before(draft, name);
  let last: StateChunk | undefined;
  const found = sources.flatMap((source) => {
    const lines = take(source, belongsTo(draft, source, name, groupsOf(source.lines)));
    if (lines.length > 0) last = source;
    return lines;
  });
  if (found.length === 0) return;
  const target = ensureChunk(draft, name, draft.disordered ? undefined : last);
  target.lines = [...trimmedEnd(target.lines), ...trimmed(found), BLANK];
}

/** Items in a section that holds nothing of their kind were moved there; free text may hold any. */
function gatherStrays(draft: Draft, name: StateName): void {
  const target = chunkNamed(draft, name);
  if (!target) return;
  const strays = draft.chunks
    .filter((chunk) => chunk !== target && chunk.name && STRUCTURED.includes(chunk.name))
    .flatMap((source) => take(source, (group) => isStray(group, source, name)));
  if (strays.length > 0) target.lines = [...trimmedEnd(target.lines), ...strays, BLANK];
}

const STRUCTURED: readonly StateName[] = ["title", "active", "progress", "nextSteps", "openQuestions", "recentWork"];

function isStray(group: Group, { name: place, lines }: StateChunk, name: StateName): boolean {
  const { item } = group;
  if (!item) return false;
  const isGlyph = item.marked && !item.text.startsWith("[");
  switch (name) {
    case "progress":
      return isGlyph;
    case "nextSteps":
      if (place === "openQuestions" && !groupsOf(lines).some(isBullet)) return false;
      return item.number !== undefined && !item.marked && !(place === "progress" && !hasMarks(lines));
    default:
      return isQuestion(group) && !(place === "progress" && !hasMarks(lines)) && place !== "active";
  }
}

function hasMarks(lines: readonly Line[]): boolean {
  return groupsOf(lines).some(({ item }) => item?.marked);
}

/** The section that stands where the missing one began: the one before it, with the user's sections behind that. */
function before({ chunks }: Draft, name: StateName): StateChunk[] {
  let at = chunks.findLastIndex((chunk) => chunk.name && rankOf(chunk.name) < rankOf(name));
  // Where the one before lost its heading too, all of both stood in the one before that.
  while (at > 0 && chunks[at]!.made) at--;
  const after = chunks.findIndex((chunk, index) => index > at && chunk.name && !chunk.made);
  return chunks.slice(Math.max(at, 0), after === -1 ? undefined : after);
}

function take(source: StateChunk, belongs: Belongs): Line[] {
  const groups = groupsOf(source.lines);
  const taken = new Set(groups.filter(belongs));
  if ([...taken].every(({ head }) => isBlank(head))) return [];
  source.lines = groups.filter((group) => !taken.has(group)).flatMap(({ head, below }) => [head, ...below]);
  return [...taken].flatMap(linesOfGroup);
}

type Belongs = (group: Group, at: number) => boolean;

function belongsTo(draft: Draft, source: StateChunk, name: StateSectionName, groups: readonly Group[]): Belongs {
  const isPlain = ({ head }: Group) => !head.inert && !head.hazard;
  const keyOf = ({ head }: Group) => stateFieldIn(head)?.key;
  const isRecent = (group: Group) => RECENT_FIELDS.includes(keyOf(group) ?? "");
  switch (name) {
    case "active": {
      const first = groups.findIndex((group) => ACTIVE_FIELDS.includes(keyOf(group) ?? ""));
      const idle = groups.findIndex(({ head }) => /^no active work/i.test(head.text));
      const start = [first, idle].filter((at) => at !== -1).sort((a, b) => a - b)[0];
      if (draft.disordered) return (group) => ACTIVE_FIELDS.includes(keyOf(group) ?? "");
      return (group, at) => start !== undefined && at >= start && keyOf(group) !== "Last Updated";
    }
    case "progress":
      return (group) => isPlain(group) && group.item?.marked === true && keyOf(group) === undefined;
    case "nextSteps":
      return ({ item }) => item?.number !== undefined && !item.marked;
    case "openQuestions": {
      const numbered = source.name === "nextSteps" && groups.some(({ item }) => item?.number !== undefined);
      const end = groups.findIndex(isRecent);
      const isBefore = (at: number) => numbered && !draft.disordered && (end === -1 || at < end);
      return (group, at) => isQuestion(group) || (isBefore(at) && isBullet(group));
    }
    case "recentWork": {
      const start = groups.findIndex(isRecent);
      return draft.disordered ? isRecent : (_, at) => start !== -1 && at >= start;
    }
    case "blockers":
      if (draft.disordered) return saysNoBlockers;
      return behindRecent(source, groups);
    case "context":
      return draft.disordered ? () => false : behindFirstBlock(source, groups);
  }
}

function saysNoBlockers({ head: { text } }: Group): boolean {
  return isNone(text) && !/active/i.test(text);
}

function isBullet({ item }: Group): boolean {
  return item !== undefined && item.number === undefined && !item.marked;
}

/** A bullet that asks, or that has an answer below it. */
function isQuestion(group: Group): boolean {
  if (!isBullet(group)) return false;
  return isAsking(group.item!.text) || group.below.some(({ text }) => isArrow(text));
}

/** Text behind the lines of Recent Work is what stood under Blockers. */
function behindRecent(source: StateChunk, groups: readonly Group[]): Belongs {
  const isRecent = ({ head }: Group) => RECENT_FIELDS.includes(fieldFactOf(head.text, STATE_LABELS)?.key ?? "");
  const last = groups.findLastIndex(isRecent);
  if (last === -1 && source.name !== "recentWork") return saysNoBlockers;
  return (_, at) => at > last;
}

/** Where Context lost its heading, its lines are the paragraphs and lists behind the first of Blockers. */
function behindFirstBlock(source: StateChunk, groups: readonly Group[]): Belongs {
  if (source.name !== "blockers") return () => false;
  const first = groups.findIndex(({ head }) => !isBlank(head));
  const gap = groups.findIndex(({ head }, at) => at > first && isBlank(head));
  if (gap !== -1) return (_, at) => at > gap;
  // Without a blank line only the words that say there is nothing tell where Blockers end.
  return isNone(groups[first]?.head.text ?? "") ? (_, at) => at > first : () => false;
}

/** Moves fields to where the format has them. A field of the user's with such a label stays, unless the format's is missing. */
function moveFields(draft: Draft): void {
  const moved = new Map<StateName, Line[]>();
  /** Those that stand in their section already: what stands there comes first. */
  const further = new Map<StateName, Line[]>();
  const missing = new Set(
    STATE_LABELS.filter((label) => {
      const home = homeOf(label);
      return home && !chunkNamed(draft, home)?.lines.some((line) => keyIn(line) === label);
    }) as readonly string[],
  );
  for (const chunk of draft.chunks) {
    chunk.lines = chunk.lines.filter((line) => {
      const key = keyIn(line);
      const home = key && homeOf(key);
      if (!home || home === chunk.name) return true;
      if (!isSingle(line, key, chunk.name) && !missing.has(key) && !draft.disordered) return true;
      const target = missing.has(key) ? moved : further;
      target.set(home, [...(target.get(home) ?? []), line]);
      return false;
    });
  }
  for (const [name, lines] of moved) {
    const chunk = ensureChunk(draft, name);
    if (name === "recentWork") chunk.lines = [...trimmedEnd(chunk.lines), ...lines, BLANK];
    else chunk.lines = [...lines, ...chunk.lines];
  }
  for (const [name, lines] of further) {
    const chunk = ensureChunk(draft, name);
    const end = chunk.lines.findLastIndex((line) => keyIn(line) !== undefined) + 1;
    chunk.lines.splice(end, 0, ...lines);
  }
}

/** Whether the sections of the format may have a field only once; in free text a label without asterisks is a word. */
function isSingle(line: Line, key: string, name: StateName | undefined): boolean {
  if (name === undefined) return false;
  if (key === "Current Issue") return !isFree(name) || stateFieldIn(line)?.bold === true;
  return key === "Last Updated" || key === "Previous Issue";
}

/** Without asterisks only the labels of two words tell a field from a sentence. */
function keyIn(line: Line): string | undefined {
  const fact = stateFieldIn(line);
  return fact && (fact.bold || fact.key.includes(" ")) ? fact.key : undefined;
}

/** Active Work with its subsections first, then the other sections; an order of the user's that holds together stays. */
function orderChunks(draft: Draft): void {
  const { chunks } = draft;
  const active = chunks.findIndex(({ name }) => name === "active");
  const inside = chunks.filter(({ name }) => isSubsection(name));
  if (inside.length > 0 && active === -1) ensureChunk(draft, "active");
  const outside = inside.some((chunk) => {
    const at = chunks.indexOf(chunk);
    const isNext = ({ name, depth }: StateChunk) => (name ? !isSubsection(name) : depth <= 2);
    return at < active || chunks.slice(active + 1, at).some(isNext);
  });
  if (!outside && !draft.disordered) return;
  let rank = 0;
  const ranks = new Map(
    chunks.map((chunk) => [chunk, (rank = chunk.name ? rankOf(chunk.name) : userRank(chunk, rank))]),
  );
  draft.chunks = [...draft.chunks].sort(
    (a, b) => (ranks.get(a) ?? rankOf(a.name!)) - (ranks.get(b) ?? rankOf(b.name!)),
  );
}

/** A section of the user's at the level of Active Work cannot stand inside it. */
function userRank({ depth }: StateChunk, rank: number): number {
  return depth <= 2 && rank >= rankOf("active") && rank < rankOf("recentWork") ? rankOf("openQuestions") : rank;
}
