/**
 * Link reference definitions, `[label]: url "title"`, at the beginning of a paragraph.
 *
 * The format gives them no meaning: to its readers they are lines of the paragraph.
 * But they are nodes of their own in mdast, and a line of dashes below nothing else
 * than definitions underlines no heading.
 */
import type { Span } from "../text/edit.ts";
import { nextLine } from "../text/lines.ts";
import { type Leaf, linesOfLeaf } from "./leaf-lines.ts";

/** One definition; its span ends with its last line. Its texts are as typed, escapes and references not resolved. */
export interface Definition extends Span {
  readonly label: string;
  readonly url: string;
  readonly title: string | undefined;
}

const LONGEST_LABEL = 999;
const TITLE_ENDS: Readonly<Record<string, string>> = { '"': '"', "'": "'", "(": ")" };

/** The definitions that a paragraph begins with, and what is left of it behind them, if anything is. */
export function divideLeaf(leaf: Leaf, text: string): { definitions: readonly Definition[]; rest: Leaf | undefined } {
  if (text[leaf.start] !== "[") return { definitions: [], rest: leaf };
  const all = linesOfLeaf(leaf, text);
  const definitions = definitionsIn(text, all);
  const last = definitions.at(-1);
  if (!last) return { definitions, rest: leaf };
  const index = all.findIndex(({ start }) => start > last.end);
  if (index === -1) return { definitions, rest: undefined };
  const start = afterSpaces(text, all[index]!.start);
  return { definitions, rest: { start, end: leaf.end, lines: leaf.lines?.slice(2 * index) } };
}

function definitionsIn(text: string, lines: readonly Span[]): readonly Definition[] {
  const starts: number[] = [];
  let joined = "";
  for (const { start, end } of lines) {
    starts.push(joined.length);
    joined += text.slice(start, nextLine(text, end));
  }
  const offsetOf = (at: number) => {
    const index = starts.findLastIndex((start) => start <= at);
    return lines[index]!.start + at - starts[index]!;
  };
  const found: Definition[] = [];
  for (let at = 0; at < joined.length; ) {
    const read = readDefinition(joined, at);
    if (!read) break;
    const { end, label, url, title } = read;
    found.push({ start: offsetOf(at), end: offsetOf(end), label, url, title });
    at = afterSpaces(joined, nextLine(joined, end));
  }
  return found;
}

function readDefinition(text: string, start: number): Omit<Definition, "start"> | undefined {
  const labelEnd = endOfLabel(text, start);
  if (labelEnd === undefined || text[labelEnd + 1] !== ":") return undefined;
  const label = text.slice(start + 1, labelEnd);
  const urlAt = afterBlank(text, labelEnd + 2);
  const urlEnd = text[urlAt] === "<" ? endOfEnclosed(text, urlAt) : endOfRaw(text, urlAt);
  if (urlEnd === undefined) return undefined;
  const url = text[urlAt] === "<" ? text.slice(urlAt + 1, urlEnd - 1) : text.slice(urlAt, urlEnd);
  const title = readTitle(text, urlEnd);
  if (title) return { end: title.end, label, url, title: title.text };
  const end = afterSpaces(text, urlEnd);
  return isLineEnd(text, end) ? { end, label, url, title: undefined } : undefined;
}

/** The offset of the `]` that ends the label at `start`. */
function endOfLabel(text: string, start: number): number | undefined {
  let hasInk = false;
  for (let at = start + 1; at < text.length && at - start - 1 <= LONGEST_LABEL; at++) {
    const character = text[at]!;
    if (character === "[") return undefined;
    if (character === "]") return hasInk ? at : undefined;
    hasInk ||= !/[\t\n\r ]/.test(character);
    if (character === "\\" && /[[\]\\]/.test(text[at + 1] ?? "")) at++;
  }
  return undefined;
}

/** The offset behind a url in angle brackets. */
function endOfEnclosed(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!;
    if (character === ">") return at + 1;
    if (character === "<" || character === "\n" || character === "\r") return undefined;
    if (character === "\\" && /[<>\\]/.test(text[at + 1] ?? "")) at++;
  }
  return undefined;
}

/** The offset behind a url without brackets, in which parentheses are in pairs. */
function endOfRaw(text: string, start: number): number | undefined {
  let depth = 0;
  let at = start;
  for (; at < text.length; at++) {
    const character = text[at]!;
    if (/[\t\n\r ]/.test(character)) break;
    if (/[\u0001-\u001f\u007f]/.test(character)) return undefined;
    if (character === "(") depth++;
    else if (character === ")") {
      if (depth === 0) break;
      depth--;
    } else if (character === "\\" && /[()\\]/.test(text[at + 1] ?? "")) at++;
  }
  return at > start && depth === 0 ? at : undefined;
}

/** The title behind a url; it ends its line. */
function readTitle(text: string, urlEnd: number): { readonly end: number; readonly text: string } | undefined {
  const start = afterBlank(text, urlEnd);
  const close = TITLE_ENDS[text[start] ?? ""];
  if (start === urlEnd || close === undefined) return undefined;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === close) {
      const end = afterSpaces(text, at + 1);
      const title = text.slice(start + 1, at).replace(/(\n|\r)[\t ]+/g, "$1");
      return isLineEnd(text, end) ? { end, text: title } : undefined;
    }
    if (text[at] === "\\" && (text[at + 1] === close || text[at + 1] === "\\")) at++;
  }
  return undefined;
}

function afterSpaces(text: string, start: number): number {
  let at = start;
  while (text[at] === " " || text[at] === "\t") at++;
  return at;
}

/** Behind white space and line breaks. */
function afterBlank(text: string, start: number): number {
  let at = start;
  while (at < text.length && /[\t\n\r ]/.test(text[at]!)) at++;
  return at;
}

function isLineEnd(text: string, at: number): boolean {
  return at >= text.length || text[at] === "\n" || text[at] === "\r";
}
