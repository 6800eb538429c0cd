/**
 * A third reader, for plain texts only: the second opinion that costs next to nothing.
 *
 * What is about to be written is read by a parser that shares nothing with the
 * scanner. That is remark, but its first run takes as long as Node's own start. Nearly
 * all texts of the format are made of a few kinds of lines about which no two
 * parsers can disagree, so those are read here, by a grammar small enough to be held
 * in the head.
 *
 * Invariant: whatever is read here, remark reads the same, to the offset. So
 * whatever is not fully understood is refused with `undefined`: tabs, quotes, tags,
 * underlined headings, code by indentation, lines that run on lazily, white space where
 * it could mean something. To accept more is worth only what it saves.
 */
import type { Block, ListBlock, ListItemBlock } from "../block.ts";

type Open<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** An open list with its last item. Its markers stand at the column `marker`, what the item holds at `content`. */
interface OpenList {
  readonly block: Open<ListBlock>;
  readonly items: ListItemBlock[];
  item: Open<ListItemBlock>;
  children: Block[];
  readonly marker: number;
  content: number;
}

interface Reading {
  readonly text: string;
  /** The line, without its break, and where the next one starts. */
  start: number;
  end: number;
  next: number;
  readonly roots: Block[];
  readonly lists: OpenList[];
  /** The paragraph that the next line may go on with. */
  paragraph: Open<Block> | undefined;
}

/** Lists in lists, at most. */
const MAX_DEPTH = 8;
const FOREIGN = /[\0\t\ufeff]|\r(?!\n)/;
const HEADING = /^(#{1,6}) [^ ](?:.*[^ #])?$/;
/** A hash alone would be a closing sequence, and so could one at the end be. */
const HEADING_OF_HASH = /^#+ #$/;
const ITEM = /^(?:[-*+]|(\d{1,9})[.)]) (?! )/;
const FENCE = /^`{3,}(?=[\w.+-]*$)/;
const COMMENT = /^<!--(?= |$)/;

/**
 * Beginnings of lines that are text and cannot be taken for anything else. A sign that
 * could begin a block is text where the character behind it rules that out.
 */
const TEXT =
  /^(?:[^\s#*+\-_=<>`~\d]|#+[^#\s]|\*[^*\s]|\*\*[^*\s]|[+][^\s]|-[^-\s]|_[^_\s]|`{1,2}[^`\s]|~[^~\s]|\d+(?:$|[^\d.)]|[.)][^\s]))/;

/** The blocks of a text that is plain; `undefined` where any line of it is not. */
export function plainBlocks(text: string): readonly Block[] | undefined {
  if (FOREIGN.test(text)) return undefined;
  const reading: Reading = { text, start: 0, end: 0, next: 0, roots: [], lists: [], paragraph: undefined };
  if (text.startsWith("---") && !readFrontmatter(reading)) return undefined;
  while (reading.next < text.length) if (!readLine(reading)) return undefined;
  return reading.roots;
}

/** Takes the next line. */
function advance(reading: Reading): string {
  const { text, next } = reading;
  const lineFeed = text.indexOf("\n", next);
  const end = lineFeed === -1 ? text.length : lineFeed;
  reading.start = next;
  reading.end = text.charCodeAt(end - 1) === 13 && end > next ? end - 1 : end;
  reading.next = lineFeed === -1 ? end : end + 1;
  return text.slice(next, reading.end);
}

function readFrontmatter(reading: Reading): boolean {
  if (advance(reading) !== "---") return false;
  while (reading.next < reading.text.length) {
    const line = advance(reading);
    if (line === "---") {
      reading.roots.push({ type: "yaml", start: 0, end: reading.end });
      return true;
    }
    if (line.startsWith("---")) return false;
  }
  return false;
}

/** Reads one line, or the lines of a fence or a comment; `false` where they are not plain. */
function readLine(reading: Reading): boolean {
  const line = advance(reading);
  if (line === "") {
    reading.paragraph = undefined;
    return true;
  }
  const rest = line.trimStart();
  const indent = line.length - rest.length;
  // White space of other kinds is no indentation.
  if (rest === "" || line.slice(0, indent) !== " ".repeat(indent)) return false;
  if (TEXT.test(rest)) return readText(reading, indent);
  const item = ITEM.exec(rest);
  if (item) return readItem(reading, indent, rest, item);
  return indent === 0 && readBlock(reading, rest);
}

function readText(reading: Reading, indent: number): boolean {
  const { lists, paragraph, start, end } = reading;
  if (!paragraph) {
    if (indent > 0) return false;
    lists.length = 0;
    reading.paragraph = { type: "paragraph", start, end };
    reading.roots.push(reading.paragraph);
    return true;
  }
  if (indent !== (lists.at(-1)?.content ?? 0)) return false;
  paragraph.end = end;
  stretch(reading);
  return true;
}

function readItem(reading: Reading, indent: number, rest: string, [marker, digits]: RegExpExecArray): boolean {
  if (!TEXT.test(rest.slice(marker.length))) return false;
  const { lists, paragraph } = reading;
  const start = reading.start + indent;
  const bullet = marker.at(-2)!;
  const top = lists.at(-1);
  const inside = top?.content ?? 0;
  if (indent === inside && (paragraph || !top)) {
    // Only a list that begins with 1 interrupts a paragraph.
    if ((paragraph && digits !== undefined && digits !== "1") || lists.length === MAX_DEPTH) return false;
    openList(reading, { start, marker: indent, bullet, ordered: digits !== undefined });
  } else {
    while (lists.length > 0 && lists.at(-1)!.marker > indent) lists.pop();
    const list = lists.at(-1);
    if (list?.marker !== indent) return false;
    if (list.block.bullet === bullet) addItem(list, start);
    else {
      if (paragraph || indent > 0) return false;
      lists.length = 0;
      openList(reading, { start, marker: indent, bullet, ordered: digits !== undefined });
    }
  }
  const list = lists.at(-1)!;
  list.content = indent + marker.length;
  reading.paragraph = { type: "paragraph", start: start + marker.length, end: reading.end };
  list.children.push(reading.paragraph);
  stretch(reading);
  return true;
}

function openList(
  { lists, roots }: Reading,
  { start, marker, bullet, ordered }: Pick<ListBlock, "start" | "bullet" | "ordered"> & { readonly marker: number },
): void {
  const children: Block[] = [];
  const item = { type: "listItem" as const, start, end: start, children };
  const items: ListItemBlock[] = [item];
  const block: Open<ListBlock> = { type: "list", start, end: start, ordered, bullet, children: items };
  (lists.at(-1)?.children ?? roots).push(block);
  lists.push({ block, items, item, children, marker, content: marker });
}

function addItem(list: OpenList, start: number): void {
  list.children = [];
  list.item = { type: "listItem", start, end: start, children: list.children };
  list.items.push(list.item);
}

/** The open lists and items hold this line. */
function stretch({ lists, end }: Reading): void {
  for (const { block, item } of lists) {
    block.end = end;
    item.end = end;
  }
}

/** Headings, breaks, fences and comments, which stand in no list. */
function readBlock(reading: Reading, line: string): boolean {
  const { roots, lists, paragraph, start, end } = reading;
  const heading = HEADING.exec(line);
  if (heading && !HEADING_OF_HASH.test(line)) {
    const depth = heading[1]!.length;
    roots.push({ type: "heading", start, end, depth, setext: false, content: { start: start + depth + 1, end } });
  } else if (lists.length > 0 && paragraph) {
    // What of these ends an open item is for others to know.
    return false;
  } else if (line === "---" && !paragraph) roots.push({ type: "thematicBreak", start, end });
  else if (!readEnclosed(reading, line)) return false;
  lists.length = 0;
  reading.paragraph = undefined;
  return true;
}

/** A fence or a comment, up to the line that ends it. */
function readEnclosed(reading: Reading, line: string): boolean {
  const { start } = reading;
  const fence = FENCE.exec(line)?.[0];
  if (fence === undefined && !COMMENT.test(line)) return false;
  for (let read = line, isFirst = true; ; read = advance(reading), isFirst = false) {
    const closes = fence === undefined ? read.includes("-->") : !isFirst && read === fence;
    if (closes) {
      reading.roots.push({ type: fence === undefined ? "html" : "code", start, end: reading.end, closed: true });
      return true;
    }
    // Whether a fence that is longer, indented or followed by something ends this one is not asked here.
    const isDoubtful = fence !== undefined && !isFirst && read.trimStart().startsWith("```");
    if (isDoubtful || reading.next >= reading.text.length) return false;
  }
}
