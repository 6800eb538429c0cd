/**
 * Makes one state of what was found: a field once, lists of items only, and what
 * would break them taken out. What is taken out is kept as it stood.
 */
import { hasCome, instantOf } from "../base/time.ts";
import { parseIssue } from "../document/values.ts";
import {
  chunkNamed,
  type Draft,
  type Group,
  groupsOf,
  isSubsection,
  linesOfGroup,
  plainOf,
  type StateChunk,
  type StateName,
} from "./draft.ts";
import { type FieldFact, type ItemFact, isAsking, isNone, itemFactOf, stateFieldIn, timeIn } from "./fact.ts";
import { type Line, lineOf } from "./line.ts";
import { isBlank } from "./trim.ts";
import { UNREADABLE } from "./unwrap.ts";

export function reconcile(draft: Draft, now: number): void {
  const isPast = (fact: FieldFact) => hasCome(timeIn(fact), now);
  const instant = (fact: FieldFact) => instantOf(timeIn(fact)) ?? 0;
  const newest = (found: readonly FieldFact[]) => found.toSorted((a, b) => instant(b) - instant(a))[0];
  keepOne(draft, "title", "Last Updated", (found) => newest(found.filter(isPast)));
  const isNamed = ({ value }: FieldFact) => parseIssue(value).kind === "issue";
  keepOne(draft, "active", "Current Issue", (found) => {
    const readable = found.filter((fact) => isReadableIssue(draft, fact));
    return readable.find(isNamed) ?? readable[0];
  });
  keepOne(draft, "active", "Branch", (found) => found.find(({ value }) => value !== "") ?? found[0]);
  keepOne(draft, "active", "Started", (found) => found.find(isPast));
  for (const chunk of draft.chunks) chunk.lines = [...cleaned(draft, chunk)];
}

/** A number that the end of the text or a damaged byte may have cut short names another issue, so it names none. */
function isReadableIssue({ cut, chunks }: Draft, { value, line }: FieldFact): boolean {
  const reading = parseIssue(value);
  if (reading.kind === "none" || reading.kind === "placeholder") return true;
  if (reading.kind !== "issue" || new RegExp(`^[^\\d]{0,9}\\d+${UNREADABLE}`).test(value)) return false;
  const isLast = cut && chunks.at(-1)?.lines.at(-1)?.text.trimEnd().endsWith(line.trimEnd()) === true;
  return !(isLast && /^\W{0,3}\d+$/.test(value));
}

/** Leaves one line of a field; another value of it is kept as an orphan. */
function keepOne(
  draft: Draft,
  name: StateName,
  key: string,
  choose: (found: readonly FieldFact[]) => FieldFact | undefined,
): void {
  const chunk = chunkNamed(draft, name);
  if (!chunk) return;
  const found = new Map<Line, FieldFact>();
  for (const line of chunk.lines) {
    const fact = line.hazard ? undefined : stateFieldIn(line);
    if (fact?.key === key) found.set(line, fact);
  }
  const chosen = choose([...found.values()]);
  chunk.lines = chunk.lines.flatMap((line) => {
    const fact = found.get(line);
    if (!fact) return [line];
    if (fact === chosen) return [lineOf(fact.line)];
    if (fact.value !== "" && fact.value !== chosen?.value) draft.orphans.push(line.text);
    return [];
  });
}

function* cleaned(draft: Draft, chunk: StateChunk): Generator<Line> {
  const hasIssue = chunk.name === "active" && chunk.lines.some((line) => stateFieldIn(line)?.key === "Current Issue");
  let last: Group | undefined;
  let blank = true;
  for (const group of groupsOf(chunk.lines)) {
    if (isBlank(group.head)) {
      blank = true;
      yield* linesOfGroup(group);
      continue;
    }
    const doubled = last !== undefined && plainOf(group) === plainOf(last) && chunk.name !== "context";
    const kept =
      !group.head.hazard && (group.head.inert || belongs(draft, chunk.name, group, { last, blank, hasIssue }));
    if (kept) {
      if (!(doubled && chunk.name)) yield* chunk.name ? mended(group, chunk.name) : [group.head, ...group.below];
      last = group;
      blank = false;
    } else if (!(chunk.name === "title" && /^(?:-{3,}|\.{3})$/.test(group.head.text.trim()))) {
      for (const { text } of [group.head, ...group.below]) draft.orphans.push(text);
    }
  }
}

/** What stands before a group in its section. */
interface Before {
  readonly last: Group | undefined;
  /** Whether a blank line stands before it. */
  readonly blank: boolean;
  /** Whether the section names an issue. */
  readonly hasIssue: boolean;
}

function belongs(draft: Draft, name: StateName | undefined, group: Group, before: Before): boolean {
  const { item, head } = group;
  if (group.stray && isSubsection(name)) return !before.blank && before.last !== undefined && isOfItem(before.last);
  const key = stateFieldIn(head)?.key;
  switch (name) {
    case "progress":
      if (item) return item.marked || !draft.disordered;
      return isText(draft, group, before);
    case "nextSteps":
      if (item) return item.number !== undefined || !draft.disordered;
      return isText(draft, group, before);
    case "openQuestions":
      if (item)
        return !draft.disordered || (item.number === undefined && (isAsking(item.text) || group.below.length > 0));
      return isText(draft, group, before);
    case "recentWork":
      return key === "Previous Issue" || key === "Completed" || !draft.disordered;
    case "active":
      if (before.hasIssue && isNone(head.text)) return false;
      return key !== undefined || !draft.disordered;
    case "title":
      return key === "Last Updated" || !(draft.disordered || (!before.blank && /^ {0,3}-{3,}[ \t]*$/.test(head.text)));
    case "blockers":
      return !draft.disordered || isNone(head.text);
    default:
      return true;
  }
}

function isOfItem({ item, stray }: Group): boolean {
  return item !== undefined || stray === true;
}

/**
 * A paragraph of the user's may stand in a list section. A line directly below an
 * item would become part of it: it is, where it goes on with a long line, else it
 * is something that got in between.
 */
function isText(draft: Draft, { head }: Group, { last, blank }: Before): boolean {
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

function mended(group: Group, name: StateName): readonly Line[] {
  if (name === "context" || name === "blockers") return [group.head, ...group.below];
  const { item } = group;
  const fact = item === undefined || name === "recentWork" ? stateFieldIn(group.head) : undefined;
  if (fact && isField(fact, name)) {
    // A label that was mended keeps the bullet that its neighbours have.
    const bullet = item && fact.line !== group.head.text ? item.line.slice(0, item.line.length - item.text.length) : "";
    return [lineOf(bullet + fact.line), ...group.below];
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
