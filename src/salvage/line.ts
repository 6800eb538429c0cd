/**
 * Lines as damage left them: quoted, indented, escaped, or inside code that never
 * ends. What is inside closed code or a closed comment is inert: it is kept where
 * it stands and never taken for a fact.
 */

import { normalTitle } from "../document/document.ts";

export interface Line {
  readonly text: string;
  /** Whether it stands in code or a comment. */
  readonly inert: boolean;
  /** Whether it would swallow what follows: it opens code or HTML that nothing closes. */
  readonly hazard?: boolean;
}

export interface HeadingLine {
  /** The number of `#`; 0 where there are none. */
  readonly depth: number;
  readonly title: string;
  /** Whether Markdown reads it as this heading. */
  readonly regular: boolean;
}

const HEADING = /^( {0,3})(#{1,6})(?:([ \t]+)(.*?))?[ \t]*$/;
const DAMAGED_HEADING = /^[ \t>]*\\?(#{1,6})[ \t]*([^#\s].*?)[ \t]*\\?$/;
/** So many of its lines make it the whole text. */
const LEAST_SHARED = 0.6;

/** The heading that a line is. A damaged one counts only if its title is one that is looked for. */
export function headingOf(text: string, isKnown: (title: string) => boolean): HeadingLine | undefined {
  const regular = HEADING.exec(text);
  if (regular) {
    const title = withoutClosing(regular[4] ?? "");
    return { depth: regular[2]!.length, title, regular: true };
  }
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
  const lines: Line[] = [];
  for (let at = 0; at < texts.length; ) {
    const line = texts[at]!;
    const ends = opens(line);
    if (!ends) {
      lines.push({ text: line, inert: false });
      at++;
      continue;
    }
    const end = endOf(texts, at, ends, isKnown);
    if (end === undefined) {
      lines.push({ text: line, inert: false, hazard: true });
      at++;
      continue;
    }
    for (; at <= end; at++) lines.push({ text: texts[at]!, inert: true });
  }
  return lines;
}

/** What ends the block that a line opens. */
type End = (line: string, isFirst: boolean) => boolean;

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const RAW = /^ {0,3}<(script|pre|style|textarea)(?=[\s>]|$)/i;

function opens(line: string): End | undefined {
  const fence = FENCE.exec(line);
  if (fence && !(fence[1]![0] === "`" && fence[2]!.includes("`"))) {
    const [, marks = ""] = fence;
    return (other, isFirst) => {
      const closing = isFirst ? undefined : /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(other)?.[1];
      return closing !== undefined && closing[0] === marks[0] && closing.length >= marks.length;
    };
  }
  const [opening] = /^ {0,3}<(?:!--|\?|!\[CDATA\[|![A-Za-z])/.exec(line) ?? [];
  if (opening) {
    const mark = closingOf(opening.trim());
    return (other, isFirst) => (isFirst ? other.slice(opening.length) : other).includes(mark);
  }
  const raw = RAW.exec(line);
  return raw ? (other) => new RegExp(`</${raw[1]}>`, "i").test(other) : undefined;
}

function closingOf(opening: string): string {
  if (opening === "<!--") return "-->";
  if (opening === "<?") return "?>";
  return opening === "<![CDATA[" ? "]]>" : ">";
}

/**
 * Where a block ends; `undefined` where it is not closed. One that holds a heading of
 * the format which stands nowhere else is taken for one that lost its end.
 */
function endOf(
  lines: readonly string[],
  start: number,
  ends: End,
  isKnown: (title: string) => boolean,
): number | undefined {
  const end = lines.findIndex((line, at) => at >= start && ends(line, at === start));
  if (end === -1) return undefined;
  const titleOf = (line: string) => {
    const heading = headingOf(line, isKnown);
    return heading?.regular && isKnown(heading.title) ? normalTitle(heading.title) : undefined;
  };
  const inside = new Set(lines.slice(start + 1, end).flatMap((line) => titleOf(line) ?? []));
  if (inside.size === 0) return end;
  for (const [at, line] of lines.entries()) if (at < start || at > end) inside.delete(titleOf(line) ?? "");
  return inside.size === 0 ? end : undefined;
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
  const widths = indented.map((line) => /^[ \t]*/.exec(line)![0].length);
  return new RegExp(`^[ \\t]{1,${Math.min(...widths)}}`);
}

const QUOTED = /^[ \t]{0,3}> ?/;
