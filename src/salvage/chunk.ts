/**
 * A damaged text as one chunk after another: what stands before the first heading,
 * then each heading with the lines below it. Headings of the format are found at
 * another level, in another case, without their `#` or space, and with a letter or
 * two changed, as long as nothing better bears their name.
 */
import { normalTitle } from "../document/document.ts";
import { bareTitleOf, headingOf, type Line } from "./line.ts";
import { UNREADABLE } from "./unwrap.ts";

export interface Chunk<N extends string> {
  /** The section of the format that it is. */
  name?: N;
  /** The heading as it stood, an underline below it; absent for what stands before the first. */
  readonly heading?: string;
  readonly title: string;
  readonly depth: number;
  lines: Line[];
  /** Whether it was not there: it stands one blank line apart from its neighbours. */
  readonly made?: boolean;
}

/** A section of the format that was not there. */
export function makeChunk<N extends string>(name: N, headings: Headings<N>): Chunk<N> {
  const [title, depth] = [headings.titleOf(name), headings.depthOf(name)];
  return { name, title, depth, heading: `${"#".repeat(depth)} ${title}`, lines: [], made: true };
}

/** Whether Markdown reads the heading of a chunk as one; of two lines the second is an underline. */
export function hasRegularHeading({ heading }: Pick<Chunk<string>, "heading">): boolean {
  return heading !== undefined && (heading.includes("\n") || headingOf(heading, () => false) !== undefined);
}

/** The lines of a chunk as texts, its heading first. */
export function textsOf({ heading, lines }: Chunk<string>): readonly string[] {
  return [...(heading === undefined ? [] : [heading]), ...lines.map(({ text }) => text)];
}

/** The headings of a format. */
export interface Headings<N extends string> {
  readonly names: readonly N[];
  titleOf(name: N): string;
  depthOf(name: N): number;
  /** The section that a heading names. */
  named(title: string): N | undefined;
}

interface Candidate<N extends string> {
  readonly at: number;
  readonly title: string;
  readonly depth: number;
  readonly regular: boolean;
  name: N | undefined;
  /** How many lines the heading takes: two with an underline. */
  readonly length: number;
}

/** `cut`: the last line may be the start of a heading. */
export function chunksOf<N extends string>(lines: readonly Line[], headings: Headings<N>, cut = false): Chunk<N>[] {
  let candidates = candidatesIn(lines, headings);
  for (const name of headings.names) {
    const all = candidates.filter((candidate) => candidate.name === name);
    const exact = all.filter(({ regular, depth }) => regular && depth === headings.depthOf(name));
    if (exact.length === 0) continue;
    // Where there is one at the right level, another level is the user's, and a quoted or indented one is text.
    for (const one of all) if (one.regular && !exact.includes(one)) one.name = undefined;
    candidates = candidates.filter((one) => one.regular || one.name !== name);
  }
  for (const name of headings.names) {
    if (candidates.some((candidate) => candidate.name === name)) continue;
    const wanted = headings.titleOf(name);
    const similar = candidates.filter(({ title, name: other }) => !other && isSimilar(title, wanted));
    const open = cut ? candidates.find(({ at, name: other }) => !other && at === lines.length - 1) : undefined;
    if (similar.length === 1) similar[0]!.name = name;
    else if (open && open.title.length > 1 && wanted.startsWith(open.title)) open.name = name;
    else candidates.push(...bareHeadings(lines, headings, name));
  }
  candidates.sort((a, b) => a.at - b.at);
  return [undefined, ...candidates].map((candidate, index) => {
    const end = candidates[index]?.at ?? lines.length;
    if (!candidate) return { title: "", depth: 0, lines: lines.slice(0, end) };
    const { at, length, title, depth, regular, name } = candidate;
    const texts = lines.slice(at, at + length).map(({ text }) => text);
    // The user's headings that lost their space get it back.
    const heading = texts.map((text) => (regular || name ? text : text.replace(/^#+/, "$& "))).join("\n");
    return { title, depth, lines: lines.slice(at + length, end), heading, ...(name && { name }) };
  });
}

/** Whether a line says nothing but what a new text has in its regular form: a heading of the format, or its version. */
export function isOfFormat<N extends string>(line: string, headings: Headings<N>): boolean {
  const heading = headingOf(line, () => true);
  return (heading && headings.named(heading.title)) !== undefined || /^[ \t>]*schema_version/.test(line);
}

const CROWDED = /^#{2,6}[^#\s]/;
/** One may be a slip. */
const LEAST_CROWDED = 2;

function candidatesIn<N extends string>(lines: readonly Line[], headings: Headings<N>): Candidate<N>[] {
  const isKnown = (title: string) => headings.named(title) !== undefined;
  const isCrowded = ({ text, inert }: Line) => !inert && CROWDED.test(text) && headingOf(text, isKnown) !== undefined;
  // Where headings of the format lost their space, so did the user's.
  const isHeading = lines.filter(isCrowded).length >= LEAST_CROWDED ? () => true : isKnown;
  return lines.flatMap(({ text, inert }, at): Candidate<N>[] => {
    const heading = inert ? undefined : headingOf(text, CROWDED.test(text) ? isHeading : isKnown);
    if (!heading) return [];
    const { title, depth, regular } = heading;
    return [{ at, title, depth, regular, name: headings.named(title), length: 1 }];
  });
}

/** Lines that are nothing but the title, where no heading has it. */
function bareHeadings<N extends string>(lines: readonly Line[], headings: Headings<N>, name: N): Candidate<N>[] {
  return lines.flatMap(({ text, inert }, at): Candidate<N>[] => {
    if (inert || text.length > 99) return [];
    const title = bareTitleOf(text);
    if (normalTitle(title) !== normalTitle(headings.titleOf(name))) return [];
    const underline = /^ {0,3}(-{2,}|={2,})[ \t]*$/.exec(lines[at + 1]?.text ?? "")?.[1];
    const depth = underline ? (underline.startsWith("=") ? 1 : 2) : 0;
    return [{ at, title, depth, regular: false, name, length: underline ? 2 : 1 }];
  });
}

/** Whether one title is the other with a letter or two damaged. */
function isSimilar(found: string, wanted: string): boolean {
  const [one, other] = [normalTitle(found), normalTitle(wanted)];
  if (one.includes(UNREADABLE)) return matchesDamaged(one, other);
  const most = other.length >= 10 ? 2 : 1;
  return Math.abs(one.length - other.length) <= most && distance(one, other) <= most;
}

/** Whether a text with unreadable places could have been another one. */
export function matchesDamaged(damaged: string, whole: string): boolean {
  if (!damaged.includes(UNREADABLE) || damaged.length > whole.length + 40) return false;
  const readable = damaged.split(UNREADABLE);
  const known = readable.join("").length;
  // A few letters between many unreadable places would fit anything.
  if (known < 3 || known * 2 < whole.length) return false;
  const [first = "", ...rest] = readable;
  const last = rest.pop() ?? "";
  if (!whole.startsWith(first) || !whole.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = whole.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at + last.length <= whole.length;
}

/** How many letters must be changed, added or taken away (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      const same = one[at - 1] === other[to - 1] ? 0 : 1;
      next.push(Math.min(row[to]! + 1, next[to - 1]! + 1, row[to - 1]! + same));
    }
    row = next;
  }
  return row[other.length]!;
}
