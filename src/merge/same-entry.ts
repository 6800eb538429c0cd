/**
 * One entry that both sides have: what it says when each has changed it.
 *
 * An item is merged by its parts, so that one side may finish what the other words
 * anew. Where both changed the same part, the one thing that is decided here is how
 * far the work is: what is done on one side is done. Anything else is for a person.
 */
import { isSameList } from "../base/same.ts";
import { instantOf, parseTime } from "../base/time.ts";
import { parseArrow, parseProgress } from "../document/values.ts";
import { fieldAt } from "../syntax/fields.ts";
import { type Lines, mergeLines, sharedLines } from "../text/diff/three-way.ts";
import { type Content, type Entry, FILE_STATE, isProgress } from "./entry.ts";
import { choose } from "./hunk.ts";

/** The lines both sides come to; `undefined` where they contradict each other. */
export function mergeEntry(content: Content, base: Entry | undefined, ours: Entry, theirs: Entry): Entry | undefined {
  const same = choose(base, ours, theirs, (one, other) => isSameList(one.lines, other.lines));
  if (same) return same.chosen;
  if (ours.kind === "field") return content === "recent" ? laterWork(ours, theirs) : laterUpdate(ours, theirs);
  return ours.kind === "item" ? mergeItem(content, base, ours, theirs) : undefined;
}

/** Of an issue that ended twice, the later end; completed is more than paused. */
function laterWork(ours: Entry, theirs: Entry): Entry | undefined {
  if (ours.instant === undefined || theirs.instant === undefined) return undefined;
  if (ours.instant !== theirs.instant) return ours.instant > theirs.instant ? ours : theirs;
  const isDone = ({ lines }: Entry) => /\(Completed\b|\*\*Completed\b/i.test(lines[0]!);
  if (isDone(ours) === isDone(theirs)) return undefined;
  return isDone(ours) ? ours : theirs;
}

/** The one field of which both values can be true: the later Last Updated says when somebody last did. */
function laterUpdate(ours: Entry, theirs: Entry): Entry | undefined {
  if (ours.key !== "field last updated") return undefined;
  const [one, other] = [ours, theirs].map(({ lines }) => {
    return instantOf(parseTime(fieldAt(lines[0]!, { start: 0, end: lines[0]!.length })?.value ?? ""));
  });
  if (one === undefined || other === undefined) return undefined;
  return one >= other ? ours : theirs;
}

interface Parts {
  /** How far it is: the glyph before the text and the percentage behind it. */
  readonly glyph: string;
  readonly percent: string;
  readonly rank: number | undefined;
  readonly text: string;
  readonly below: Lines;
}

function mergeItem(content: Content, base: Entry | undefined, ours: Entry, theirs: Entry): Entry | undefined {
  const [b, o, t] = [base && partsOf(content, base), partsOf(content, ours), partsOf(content, theirs)];
  const state = choose(b, o, t, (one, other) => one.glyph === other.glyph && one.percent === other.percent);
  const { glyph, percent } = state?.chosen ?? further(o, t) ?? {};
  const text = choose(b?.text, o.text, t.text)?.chosen ?? equivalent(o, t);
  const below = mergeBelow(b?.below, o.below, t.below);
  if (glyph === undefined || percent === undefined || text === undefined || below === undefined) return undefined;
  const marker = choose(base?.marker, ours.marker, theirs.marker)?.chosen ?? ours.marker ?? "";
  return { ...ours, marker, lines: [marker + glyph + text + percent, ...below] };
}

function partsOf(content: Content, { lines, marker = "" }: Entry): Parts {
  const raw = lines[0]!.slice(marker.length);
  const below = lines.slice(1);
  if (content === "files") {
    const state = FILE_STATE.exec(raw);
    const rank = state ? (state[1]!.toLowerCase() === "modified" ? 0 : 1) : undefined;
    return { glyph: "", percent: state?.[0] ?? "", rank, text: raw.slice(0, state?.index), below };
  }
  if (!isProgress(content)) return { glyph: "", percent: "", rank: undefined, text: raw, below };
  const { status, marked, percentage = 0, textStart, textEnd } = parseProgress(raw);
  const rank = { pending: 0, in_progress: 1 + percentage, completed: 200, blocked: undefined }[status];
  return {
    glyph: raw.slice(0, textStart),
    percent: raw.slice(textEnd),
    rank: marked ? rank : 0,
    text: raw.slice(textStart, textEnd),
    below,
  };
}

function further(ours: Parts, theirs: Parts): Parts | undefined {
  if (ours.rank === undefined || theirs.rank === undefined) return undefined;
  return ours.rank >= theirs.rank ? ours : theirs;
}

/** Two spellings of one text. */
function equivalent(ours: Parts, theirs: Parts): string | undefined {
  const plain = ({ text }: Parts) => text.trim().replace(/\s+/g, " ");
  return plain(ours) === plain(theirs) ? ours.text : undefined;
}

/** What stands below an item is united; a decision that both sides took differently is not. */
function mergeBelow(base: Lines | undefined, ours: Lines, theirs: Lines): Lines | undefined {
  const chunks = mergeLines(base ?? sharedLines(ours, theirs), ours, theirs);
  const merged = chunks.map((chunk) => {
    if (chunk.kind === "clean") return chunk.lines;
    const isDecided = [...chunk.ours, ...chunk.theirs].some((line) => parseArrow(line.trim()) !== undefined);
    if (chunk.base.length > 0 || isDecided) return undefined;
    return [...chunk.ours, ...chunk.theirs.filter((line) => !chunk.ours.includes(line))];
  });
  return merged.some((lines) => lines === undefined) ? undefined : merged.flatMap((lines) => lines!);
}
