/** Lists that were cut off or have unreadable places, completed from a list that is whole. */
import { parseProgress } from "../document/values.ts";
import { matchesDamaged } from "./chunk.ts";
import { type Group, groupsOf, linesOfGroup, type StateName } from "./draft.ts";
import { fieldFactOf, isDamaged, keyOfItem, STATE_LABELS } from "./fact.ts";
import { type Line, lineOf } from "./line.ts";
import { BLANK, isBlank, trimmedEnd } from "./trim.ts";

interface Ending {
  /** Whether the end of the list is gone. */
  readonly isEnd: boolean;
  /** Whether its last line is cut in the middle. */
  readonly isOpen: boolean;
}

export function completeList(
  name: StateName,
  own: readonly Line[],
  known: readonly Line[],
  { isEnd, isOpen }: Ending,
): Line[] {
  const whole = groupsOf(known).filter(({ head }) => !isBlank(head));
  const groups = groupsOf(trimmedEnd(own));
  // Lists of people are short; comparing each item with each other one takes long in what is none.
  if (groups.length > MAX_ITEMS || whole.length > MAX_ITEMS) return [...own];
  const matched = new Set<Group>();
  let lastMatch = -1;
  const result: Line[] = [];
  for (const [at, group] of groups.entries()) {
    const key = textOf(group);
    const isCutLine = isOpen && at === groups.length - 1;
    const free = key === "" ? [] : whole.filter((one) => !matched.has(one));
    const twin = free.find((one) => textOf(one) === key) ?? free.find((one) => isMeant(key, textOf(one), isCutLine));
    if (twin) {
      matched.add(twin);
      lastMatch = Math.max(lastMatch, whole.indexOf(twin));
    }
    const mends = twin !== undefined && (isDamaged(key) || (isCutLine && textOf(twin) !== key));
    const isLast = isEnd && at === groups.length - 1;
    const filled = twin && isLast && !mends ? withAllBelow(group, twin, isOpen) : group;
    result.push(...(mends ? mended(group, twin) : linesOfGroup(filled)));
  }
  if (!isEnd) return [...result, ...own.slice(trimmedEnd(own).length)];
  // Only what stood behind the cut is missing; what is gone in front of it was taken out.
  const rest = whole.slice(lastMatch + 1).filter((one) => !matched.has(one));
  const tail = name === "recentWork" ? rest.filter((one) => !result.some(({ text }) => text === one.head.text)) : rest;
  return [...result, ...(result.every(isBlank) ? [BLANK] : []), ...tail.flatMap(linesOfGroup), BLANK];
}

const MAX_ITEMS = 1000;

/** What a group says, without its marks. */
function textOf({ head, item }: Group): string {
  if (item) return keyOfItem(item.text);
  return fieldFactOf(head.text, STATE_LABELS)?.value ?? head.text.trim();
}

function isMeant(damaged: string, whole: string, isCutLine: boolean): boolean {
  if (matchesDamaged(damaged, whole)) return true;
  // The cut may have gone through a letter, or through the percentage behind the text.
  const start = damaged.replace(/\ufffd+$/, "").replace(/\s*\([^)]*$/, "");
  return isCutLine && start.length >= 3 && whole.startsWith(start);
}

/** A group at the cut with what stood below it, from the line on that is cut or the last one that is left. */
function withAllBelow(group: Group, twin: Group, isOpen: boolean): Group {
  const last = group.below.at(-1);
  if (!last) return { ...group, below: twin.below };
  const same = twin.below.findIndex(({ text }) => text === last.text);
  if (same !== -1) return { ...group, below: [...group.below, ...twin.below.slice(same + 1)] };
  const start = last.text.replace(/\ufffd+$/, "");
  const cut = isOpen && start.trim().length >= 3 ? twin.below.findIndex(({ text }) => text.startsWith(start)) : -1;
  return cut === -1 ? group : { ...group, below: [...group.below.slice(0, -1), ...twin.below.slice(cut)] };
}

/** The whole text with the status that the damaged line has. */
function mended(group: Group, twin: Group): readonly Line[] {
  const [own, other] = [group.item, twin.item];
  if (!own || !other) return linesOfGroup(twin);
  const [status, known] = [parseProgress(own.text), parseProgress(other.text)];
  if (!status.marked || !known.marked || status.status === known.status) return linesOfGroup(twin);
  const marker = own.line.slice(0, own.line.length - own.text.length);
  const glyph = own.text.slice(0, status.textStart);
  return [lineOf(marker + glyph + other.text.slice(known.textStart, known.textEnd)), ...twin.below];
}
