/** What leaves hold, as mdast has it: without fences, markers of containers and the indentation of code. */
import type { Span } from "../text/edit.ts";
import { nextLine, startOfLine } from "../text/lines.ts";
import { type Leaf, type LeafLine, linesOfLeaf } from "./leaf-lines.ts";
import { afterSpace, beforeSpace } from "./scan-line.ts";

const TAB_STOP = 4;
const BREAKS_AROUND = /^(?:\r?\n|\r)|(?:\r?\n|\r)$/g;
const BREAK_BEHIND = /(?:\r?\n|\r)$/;

/** Code between fences that are `closed` or not, or without its indentation. */
export function codeValue(block: Leaf, closed: boolean | undefined, text: string): string {
  const lines = linesOfLeaf(block, text);
  if (closed === undefined) return joined(lines, text, TAB_STOP, block.end).replace(BREAK_BEHIND, "");
  const fence = lines[0]!;
  const inner = lines.slice(1, closed ? -1 : undefined);
  const end = closed ? text.length : block.end;
  const first = text.slice(fence.end, Math.min(nextLine(text, fence.end), end));
  return (first + joined(inner, text, indentOf(block, text), end)).replace(BREAKS_AROUND, "");
}

/** HTML as it stands. */
export function htmlValue(block: Leaf, text: string): string {
  return joined(linesOfLeaf(block, text), text, 0, block.end);
}

/** YAML without its fences. */
export function yamlValue({ start, end }: Span, text: string): string {
  return text.slice(nextLine(text, start), startOfLine(text, end)).replace(BREAK_BEHIND, "");
}

/** The lines of a paragraph or a heading, without the white space around them. */
export function phrasingValue(leaf: Leaf, text: string): string {
  const lines = linesOfLeaf(leaf, text);
  return lines
    .map(({ start, end }, index) => {
      const ink = text.slice(afterSpace(text, start, end), beforeSpace(text, start, end));
      return index === lines.length - 1 ? ink : ink + text.slice(end, nextLine(text, end));
    })
    .join("");
}

/** The word behind an opening fence, and what follows it. */
export function fenceInfo({ start, end }: Span, text: string): readonly [lang: string, meta: string] {
  const [line = ""] = text.slice(start, end).split(/[\n\r]/, 1);
  const [, lang = "", meta = ""] = /^(?:`+|~+)[\t ]*([^\t ]*)[\t ]*(.*)$/.exec(line) ?? [];
  return [lang, meta];
}

/** Lines with their breaks, up to `columns` of white space taken from the front of each. */
function joined(lines: readonly LeafLine[], text: string, columns: number, limit: number): string {
  return lines
    .map((line) => outdented(line, text, columns) + text.slice(line.end, Math.min(nextLine(text, line.end), limit)))
    .join("");
}

function outdented({ start, end, pad }: LeafLine, text: string, columns: number): string {
  let at = start;
  // Columns of white space, some of which belong to a tab that was read.
  let spaces = pad;
  let column = columns === 0 ? 0 : columnOf(text, start);
  while (spaces < columns && at < end) {
    const width = widthOf(text[at]!, column);
    if (width === 0) break;
    spaces += width;
    column += width;
    at++;
  }
  return " ".repeat(Math.max(0, spaces - columns)) + text.slice(at, end);
}

/** How many columns an opening fence is indented in its container. */
function indentOf({ start, lines }: Leaf, text: string): number {
  const inner = lines ? columnOf(text, lines[0]!) - lines[1]! : 0;
  return columnOf(text, start) - inner;
}

/** The column, from 0, at which a character stands; a byte order mark has none. */
export function columnOf(text: string, offset: number): number {
  let column = 0;
  const start = startOfLine(text, offset);
  for (let at = text[start] === "\ufeff" && start === 0 ? 1 : start; at < offset; at++) {
    column += widthOf(text[at]!, column) || 1;
  }
  return column;
}

/** The columns of a white space; 0 for anything else. */
function widthOf(character: string, column: number): number {
  if (character === " ") return 1;
  return character === "\t" ? TAB_STOP - (column % TAB_STOP) : 0;
}
