/**
 * Lines as damage left them: quoted, indented, escaped, or inside code that never
 * ends. What is inside closed code or a closed comment is inert: it is kept where
 * it stands and never taken for a fact.
 */
import { RECOVERED_TITLE } from "../changes/recovered.ts";
import { normalTitle } from "../document/document.ts";

export interface Line {
  readonly text: string;
  /** Whether it stands in code or a comment. */
  readonly inert: boolean;
  /** Whether it would swallow what follows: it opens code or HTML that nothing closes. */
  readonly hazard?: boolean;
}

/** A line that stands in neither code nor a comment. */
export function lineOf(text: string): Line {
  return { text, inert: false };
}

interface HeadingLine {
  /** The number of `#`; 0 where there are none. */
  readonly depth: number;
  readonly title: string;
  /** Whether Markdown reads it as this heading. */
  readonly regular: boolean;
}

const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*$/;
const DAMAGED_HEADING = /^[ \t>]*\\?(#{1,6})[ \t]*([^#\s].*?)[ \t]*\\?$/;
/** So many of its lines make it the whole text. */
const LEAST_SHARED = 0.6;

/** The heading that a line is. A damaged one counts only if its title is one that is looked for. */
export function headingOf(text: string, isKnown: (title: string) => boolean): HeadingLine | undefined {
  const regular = HEADING.exec(text);
  if (regular) return { depth: regular[1]!.length, title: withoutClosing(regular[2] ?? ""), regular: true };
  const damaged = DAMAGED_HEADING.exec(text);
  const title = damaged && withoutClosing(damaged[2]!);
  return damaged && isKnown(title!) ? { depth: damaged[1]!.length, title: title!, regular: false } : undefined;
}

function withoutClosing(title: string): string {
  return title.replace(/(?:^|[ \t]+)#+[ \t]*$/, "").trim();
}

/** The title of a line that stands alone where a heading lost its `#`: `Active Work`, `**Active Work**`. */
export function bareTitleOf(text: string): string {
  return text
    .replace(/^[ \t>]+/, "")
    .replace(/^(\*\*|__)(.*)\1[ \t]*$/, "$2")
    .replace(/:?[ \t]*$/, "");
}

/**
 * Cuts a text into lines. `isKnown` tells the headings of the format: code or a
 * comment that would reach over one of them is taken for unclosed.
 */
export function readLines(text: string, isKnown: (title: string) => boolean): Line[] {
  const texts = outdented(text.split("\n"));
  if (texts.at(-1) === "") texts.pop();
  const titleOf = (line: string) => {
    const heading = headingOf(line, isKnown);
    return heading?.regular && isKnown(heading.title) ? normalTitle(heading.title) : undefined;
  };
  const titles = texts.map(titleOf);
  const counts = countOf(titles, 0, titles.length);
  const unclosed = new Set<string>();
  const lines: Line[] = [];
  for (let at = 0; at < texts.length; ) {
    const line = texts[at]!;
    const block = opens(line);
    const end = block && !unclosed.has(block.key) ? endOf(texts, at, block) : undefined;
    if (block && end === undefined) unclosed.add(block.key);
    // A block that holds a heading of the format which stands nowhere else has lost its end, but for what was recovered.
    const swallows =
      end !== undefined &&
      [...countOf(titles, at + 1, end)].some(([title, count]) => counts.get(title) === count) &&
      !isBelowRecovered(lines);
    if (end === undefined || swallows) {
      lines.push(block ? { ...lineOf(line), hazard: true } : lineOf(line));
      at++;
      continue;
    }
    for (; at <= end; at++) lines.push({ text: texts[at]!, inert: true });
  }
  return withInnerHeadings(lines, isKnown);
}

const ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)/;

/** A heading that stands in an item is the item's, unless it is one of the format that damage has indented. */
function withInnerHeadings(lines: Line[], isKnown: (title: string) => boolean): Line[] {
  let inner = 0;
  return lines.map((line) => {
    const { text, inert } = line;
    if (inert || text.trim() === "") return line;
    const indent = /^ */.exec(text)![0].length;
    if (inner === 0 || indent < inner) inner = ITEM.exec(text)?.[0].length ?? 0;
    else if (HEADING.test(text) && !isKnown(headingOf(text, isKnown)!.title)) return { ...line, inert: true };
    return line;
  });
}

function isBelowRecovered(lines: readonly Line[]): boolean {
  const heading = lines.findLast(({ text, inert }) => !inert && HEADING.test(text));
  return heading?.text.trim() === `## ${RECOVERED_TITLE}`;
}

function countOf(titles: readonly (string | undefined)[], start: number, end: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let at = start; at < end; at++) {
    const title = titles[at];
    if (title !== undefined) counts.set(title, (counts.get(title) ?? 0) + 1);
  }
  return counts;
}

/** A block that has to be closed. */
interface Opening {
  /** A line that closes a block closes every block with its key. */
  readonly key: string;
  ends(line: string, isFirst: boolean): boolean;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const RAW = /^ {0,3}<(script|pre|style|textarea)(?=[\s>]|$)/i;

function opens(line: string): Opening | undefined {
  const fence = FENCE.exec(line);
  if (fence && !(fence[1]![0] === "`" && fence[2]!.includes("`"))) {
    const [, marks = ""] = fence;
    return {
      key: marks,
      ends(other, isFirst) {
        const closing = isFirst ? undefined : /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(other)?.[1];
        return closing !== undefined && closing[0] === marks[0] && closing.length >= marks.length;
      },
    };
  }
  const [opening] = /^ {0,3}<(?:!--|\?|!\[CDATA\[|![A-Za-z])/.exec(line) ?? [];
  if (opening) {
    const mark = closingOf(opening.trim());
    return { key: mark, ends: (other, isFirst) => (isFirst ? other.slice(opening.length) : other).includes(mark) };
  }
  const raw = RAW.exec(line)?.[1]?.toLowerCase();
  if (raw === undefined) return undefined;
  return { key: raw, ends: (other) => other.toLowerCase().includes(`</${raw}>`) };
}

function closingOf(opening: string): string {
  if (opening === "<!--") return "-->";
  if (opening === "<?") return "?>";
  return opening === "<![CDATA[" ? "]]>" : ">";
}

function endOf(lines: readonly string[], start: number, { ends }: Opening): number | undefined {
  for (let at = start; at < lines.length; at++) if (ends(lines[at]!, at === start)) return at;
  return undefined;
}

/** A text that was quoted or indented as a whole loses that, in any order; single lines keep theirs here. */
function outdented(lines: string[]): string[] {
  const prefix = sharedPrefix(lines);
  return prefix ? outdented(lines.map((line) => line.replace(prefix, ""))) : lines;
}

function sharedPrefix(lines: readonly string[]): RegExp | undefined {
  const filled = lines.filter((line) => line.trim() !== "");
  const most = (pattern: RegExp) => filled.filter((line) => pattern.test(line));
  const isMost = (found: readonly string[]) => found.length > 0 && found.length >= filled.length * LEAST_SHARED;
  if (isMost(most(QUOTED))) return QUOTED;
  const indented = most(/^[ \t]/);
  if (!isMost(indented)) return undefined;
  let width = Number.POSITIVE_INFINITY;
  for (const line of indented) width = Math.min(width, /^[ \t]*/.exec(line)![0].length);
  return new RegExp(`^[ \\t]{1,${width}}`);
}

const QUOTED = /^[ \t]{0,3}> ?/;
