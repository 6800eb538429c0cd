/**
 * Makes one state of what was found: a field once, lists of items only, and what
 * would break them taken out. What is taken out is kept as it stood.
 */
import { isFuture, parseTime } from "../base/time.ts";
import { parseIssue } from "../document/values.ts";
import {
  chunkNamed,
  type Draft,
  type Group,
  groupsOf,
  linesOfGroup,
  type StateChunk,
  type StateName,
} from "./draft.ts";
import { type FieldFact, fieldFactOf, type ItemFact, isAsking, isNone, itemFactOf, STATE_LABELS } from "./fact.ts";
import type { Line } from "./line.ts";
import { trimmed } from "./trim.ts";
import { UNREADABLE } from "./unwrap.ts";

export function settle(draft: Draft, now: number): void {
  settleField(draft, "title", "Last Updated", (found) => newest(found.filter(isTime(now))));
  settleField(draft, "active", "Current Issue", (found) => found.find((fact) => isReadableIssue(draft, fact)));
  settleField(draft, "active", "Branch", (found) => found.find(({ value }) => value !== "") ?? found[0]);
  settleField(draft, "active", "Started", (found) => found.find(isTime(now)));
  for (const chunk of draft.chunks) chunk.lines = [...cleaned(draft, chunk)];
}

function isTime(now: number): (fact: FieldFact) => boolean {
  return ({ value }) => {
    const reading = parseTime(unquotedValue(value));
    return reading !== undefined && reading.kind !== "impossible" && !isFuture(reading, now);
  };
}

function unquotedValue(value: string): string {
  return value.replace(/^`(.*)`$/, "$1");
}

function newest(found: readonly FieldFact[]): FieldFact | undefined {
  const instantOf = ({ value }: FieldFact) => {
    const reading = parseTime(unquotedValue(value));
    return reading && reading.kind !== "impossible" ? reading.instant : 0;
  };
  return [...found].sort((a, b) => instantOf(b) - instantOf(a))[0];
}

/** A number that the end of the text or a damaged byte may have cut short names another issue, so it names none. */
export function isReadableIssue({ cut, chunks }: Pick<Draft, "cut" | "chunks">, { value, line }: FieldFact): boolean {
  const reading = parseIssue(value);
  if (reading.kind === "none" || reading.kind === "placeholder") return true;
  if (reading.kind !== "issue" || new RegExp(`^[^\\d]{0,9}\\d+${UNREADABLE}`).test(value)) return false;
  const isLast = cut && chunks.at(-1)?.lines.at(-1)?.text.trimEnd().endsWith(line.trimEnd()) === true;
  return !(isLast && /^\W{0,3}\d+$/.test(value));
}

/** Leaves one line of a field; another value of it is kept as an orphan. */
function settleField(
  draft: Draft,
  name: StateName,
  key: string,
  choose: (found: readonly FieldFact[]) => FieldFact | undefined,
): void {
  const chunk = chunkNamed(draft, name);
  if (!chunk) return;
  const found = new Map<Line, FieldFact>();
  for (const line of chunk.lines) {
    const fact = line.inert || line.hazard ? undefined : fieldFactOf(line.text, STATE_LABELS);
    if (fact?.key === key) found.set(line, fact);
  }
  const chosen = choose([...found.values()]);
  chunk.lines = chunk.lines.flatMap((line) => {
    const fact = found.get(line);
    if (!fact) return [line];
    if (fact === chosen) return [{ text: fact.line, inert: false }];
    if (fact.value !== "" && fact.value !== chosen?.value) draft.orphans.push(line.text);
    return [];
  });
}

function* cleaned(draft: Draft, chunk: StateChunk): Generator<Line> {
  const hasIssue = chunk.name === "active" && chunk.lines.some((line) => keyOf(line) === "Current Issue");
  let last: Group | undefined;
  let blank = true;
  for (const group of groupsOf(chunk.lines)) {
    const text = group.head.text.trim();
    if (text === "") {
      blank = true;
      yield* linesOfGroup(group);
      continue;
    }
    const doubled = last !== undefined && isSame(group, last) && chunk.name !== "context";
    const kept =
      !group.head.hazard && (group.head.inert || belongs(draft, chunk.name, group, { last, blank, hasIssue }));
    if (kept && !(doubled && chunk.name)) yield* chunk.name ? tidy(group, chunk.name) : [group.head, ...group.below];
    else if (!kept && !(chunk.name === "title" && /^(?:-{3,}|\.{3})$/.test(text)))
      for (const line of trimmed([group.head, ...group.below])) draft.orphans.push(line.text);
    if (kept) {
      last = group;
      blank = false;
    }
  }
}

function isSame(one: Group, other: Group): boolean {
  const plain = ({ head, below }: Group) => [head, ...below].map(({ text }) => text.trim()).join("\n");
  return plain(one) === plain(other);
}

function keyOf({ text, inert }: Line): string | undefined {
  return inert ? undefined : fieldFactOf(text, STATE_LABELS)?.key;
}

interface Surroundings {
  readonly last: Group | undefined;
  /** Whether a blank line stands before it. */
  readonly blank: boolean;
  /** Whether the section names an issue. */
  readonly hasIssue: boolean;
}

function belongs(draft: Draft, name: StateName | undefined, group: Group, around: Surroundings): boolean {
  const { item, head } = group;
  if (group.stray && LISTS.includes(name)) return !around.blank && around.last !== undefined && isOfItem(around.last);
  const key = keyOf(head);
  switch (name) {
    case "progress":
      if (item) return item.marked || !draft.disordered;
      return isText(draft, group, around);
    case "nextSteps":
      if (item) return item.number !== undefined || !draft.disordered;
      return isText(draft, group, around);
    case "openQuestions":
      if (item)
        return !draft.disordered || (item.number === undefined && (isAsking(item.text) || group.below.length > 0));
      return isText(draft, group, around);
    case "recentWork":
      return key === "Previous Issue" || key === "Completed" || !draft.disordered;
    case "active":
      if (around.hasIssue && isNone(head.text)) return false;
      return key !== undefined || !draft.disordered;
    case "title":
      return key === "Last Updated" || !(draft.disordered || (!around.blank && /^ {0,3}-{3,}[ \t]*$/.test(head.text)));
    case "blockers":
      return !draft.disordered || isNone(head.text);
    default:
      return true;
  }
}

const LISTS: readonly (StateName | undefined)[] = ["progress", "nextSteps", "openQuestions"];

function isOfItem({ item, stray }: Group): boolean {
  return item !== undefined || stray === true;
}

/**
 * A paragraph of the user's may stand in a list section. A line directly below an
 * item would become part of it: it is, where it goes on with a long line, else it
 * is something that got in between.
 */
function isText(draft: Draft, { head }: Group, { last, blank }: Surroundings): boolean {
  if (draft.disordered) return false;
  if (blank || !last || !isOfItem(last)) return !/^ {4}|^\t/.test(head.text);
  const before = [last.head, ...last.below].at(-1)!.text;
  return before.length >= WRAPPED && /^\p{Ll}/u.test(head.text);
}

const LOST_ARROW = /^([ \t]+)(?!(?:→|->|=>)[ \t])\S{0,4}[ \t]*Decision:/;

/** A line that an editor has wrapped is at least this long. */
const WRAPPED = 60;

/** Without asterisks a label of one word is a word, unless what follows is what such a field holds. */
function isField({ bold, key, value }: FieldFact, name: StateName): boolean {
  return bold || key.includes(" ") || (name === "recentWork" && /^#\d/.test(value));
}

function tidy(group: Group, name: StateName): readonly Line[] {
  if (name === "context" || name === "blockers") return [group.head, ...group.below];
  const { item } = group;
  const isFree = !group.head.inert && (item === undefined || name === "recentWork");
  const fact = isFree ? fieldFactOf(group.head.text, STATE_LABELS) : undefined;
  if (fact && isField(fact, name)) {
    // A label that was mended keeps the bullet that its neighbours have.
    const bullet = item && fact.line !== group.head.text ? item.line.slice(0, item.line.length - item.text.length) : "";
    return [{ text: bullet + fact.line, inert: false }, ...group.below];
  }
  if (!group.item) return [group.head, ...group.below];
  const below = nestedAgain(group, group.item);
  if (name !== "openQuestions") return linesOfGroup({ ...group, below });
  // An arrow that damage changed would make the answer part of the question.
  return linesOfGroup({
    ...group,
    below: below.map((line) => ({ ...line, text: line.text.replace(LOST_ARROW, "$1→ Decision:") })),
  });
}

/** An item that was indented too far would become part of the text above it. */
function nestedAgain({ below }: Group, { line }: ItemFact): readonly Line[] {
  const [first] = below;
  const item = first && !first.inert ? itemFactOf(first.text) : undefined;
  const width = /^\S+[ \t]+/.exec(line)?.[0].length ?? 2;
  if (!item || item.quoted || item.indent < width + 4) return below;
  return [{ ...first!, text: " ".repeat(width) + item.line }, ...below.slice(1)];
}
