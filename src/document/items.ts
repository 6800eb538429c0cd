/**
 * List items of a section: one reading for progress, steps, questions and log
 * bullets. An item's own line is its first; what stands below it belongs to it.
 */
import type { Block, ListBlock, ListItemBlock } from "../syntax/block.ts";
import { decodeText } from "../syntax/escape.ts";
import type { Edit, Span } from "../text/edit.ts";
import { afterBreak, endOfLine, nextLine, startOfLine } from "../text/lines.ts";

/** One item; its own span runs from the start of its line to the start of the next item, or to the end of the list. */
export interface Item extends Span {
  readonly list: ListBlock;
  /** The raw text of the item's first paragraph, lines joined by a space, arrow lines excluded. */
  readonly raw: string;
  /** Where the first line's text stands. */
  readonly textSpan: Span;
  /** Where the last line of that text stands; the same span for text on one line. */
  readonly lastSpan: Span;
  /** The lines of the item below the first, as spans of their trimmed text. */
  readonly below: readonly Span[];
}

const ARROW_LINE = /^(?:[-*+]\s+)?(?:→|->|=>)/;

/** The items of all top-level lists among `blocks`, in order. */
export function itemsIn(blocks: readonly Block[], text: string): readonly Item[] {
  return blocks.flatMap((block) => (block.type === "list" ? listItems(block, text) : []));
}

function listItems(list: ListBlock, text: string): readonly Item[] {
  return list.children.map((item, index) => {
    const next = list.children[index + 1];
    const start = startOfLine(text, item.start);
    const end = next ? startOfLine(text, next.start) : endOfList(list, text);
    return { list, start, end, ...textOf(item, text) };
  });
}

/** A comment that is cut off by the end of its item takes the line break with it. */
function endOfList(list: ListBlock, text: string): number {
  return /[\r\n]/.test(text[list.end - 1]!) ? list.end : nextLine(text, list.end);
}

function textOf(item: ListItemBlock, text: string): Pick<Item, "raw" | "textSpan" | "lastSpan" | "below"> {
  const [first] = item.children;
  if (first?.type !== "paragraph") {
    const end = first ? first.start : item.end;
    const below = first ? trimmedLines(text, { start: first.start, end: item.end }) : [];
    return { raw: "", textSpan: { start: end, end }, lastSpan: { start: end, end }, below };
  }
  const lines = trimmedLines(text, first);
  const head = lines[0]!;
  const below = trimmedLines(text, { start: nextLine(text, first.start), end: item.end });
  if (lines.length === 1) return { raw: slice(text, head), textSpan: head, lastSpan: head, below };
  const arrow = lines.findIndex((line, at) => at > 0 && ARROW_LINE.test(slice(text, line)));
  const own = arrow === -1 ? lines : lines.slice(0, arrow);
  const raw = own.map((line) => slice(text, line)).join(" ");
  return { raw, textSpan: head, lastSpan: own.at(-1)!, below };
}

function trimmedLines(text: string, span: Span): Span[] {
  const lines: Span[] = [];
  // Once for each line of a document at each keystroke in it: a generator costs three times as much.
  for (let line = span.start; line < span.end; ) {
    const stop = endOfLine(text, line);
    let [start, end] = [line, Math.min(stop, span.end)];
    while (start < end && isSpace(text.charCodeAt(start))) start++;
    while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
    if (start < end) lines.push({ start, end });
    line = afterBreak(text, stop);
  }
  return lines;
}

/** White space as Markdown has it; a no-break space is text. */
function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}

function slice(text: string, span: Span): string {
  return text.slice(span.start, span.end);
}

/** An item's text as it is meant. */
export function textOfItem(item: Item): string {
  return decodeText(item.raw);
}

/**
 * Free text as lines for people: items of lists without their markers, lines of
 * paragraphs. Code and quotes are shown as they stand, comments not at all.
 */
export function linesOf(blocks: readonly Block[], text: string): readonly string[] {
  return blocks.flatMap((block): readonly string[] => {
    if (block.type === "list") return listItems(block, text).flatMap((item) => (item.raw ? [textOfItem(item)] : []));
    if (block.type === "html" && /^[ \t]*<!--/.test(text.slice(block.start, block.start + 80))) return [];
    return trimmedLines(text, block).map((line) => decodeText(slice(text, line)));
  });
}

/** The edit that turns `before` (the text at `start`) into `after`, without the parts both share. */
export function smallestEdit(start: number, before: string, after: string): Edit | undefined {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  // Never between CR and LF, nor inside a surrogate pair.
  while (head > 0 && /[\r\ud800-\udbff]/.test(before[head - 1]!)) head--;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  while (tail > 0 && /[\n\udc00-\udfff]/.test(before.at(-tail)!)) tail--;
  return {
    start: start + head,
    end: start + before.length - tail,
    text: after.slice(head, after.length - tail),
  };
}
