/**
 * Leaves under the scanner: what the rest of a line begins, continues or ends once
 * its container markers are read.
 */
import type { Block, LeafBlock } from "./block.ts";
import { divideLeaf } from "./definition.ts";
import type { InnerLines } from "./leaf-lines.ts";
import { COMMENT, endsHtml, htmlContentStart, htmlKind, LAST_DELIMITED, TAG } from "./scan-html.ts";
import {
  atxContent,
  atxDepth,
  beforeSpace,
  fenceLength,
  indentOf,
  isBlank,
  isClosingFence,
  isSetextUnderline,
  isThematicBreak,
  type Line,
} from "./scan-line.ts";

/** A block that is being built. */
export type Open<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** The leaf that the next line may belong to. */
interface OpenLeaf {
  readonly block: Open<LeafBlock>;
  readonly holds: "paragraph" | "indented" | "fence" | "html";
  /** Character code of a fence; kind of an HTML block. */
  readonly mark: number;
  /** Length of a fence. */
  readonly length: number;
  /** Where its lines begin, inside of containers. */
  readonly lines: number[] | undefined;
}

/** Where the scanner stands among leaves. */
export interface Flow {
  readonly line: Line;
  leaf: OpenLeaf | undefined;
  /** The containers that are open. */
  readonly stack: readonly unknown[];
  /** How many containers there are up to the innermost quote. */
  quotes: number;
  /** Where the lines of leaves in containers begin. */
  readonly inner: Map<Block, InnerLines>;
  /** The blocks of the innermost container. */
  siblings: Block[];
  /** The first of the line breaks that nothing follows, or -1. */
  tail: number;
  /** The first of them where quote markers count as nothing: they are no part of an item. */
  itemTail: number;
}

/** Something stands here: no line break before it is a trailing one. */
export function touch(flow: Flow): void {
  flow.tail = -1;
  flow.itemTail = -1;
}

/** Whether the open leaf keeps markers from opening containers. */
export function isConcrete({ leaf }: Flow): boolean {
  return leaf !== undefined && (leaf.holds === "fence" || leaf.holds === "html");
}

/** Whether a marker in this line would interrupt the open leaf. */
export function isInterruptible({ leaf }: Flow): boolean {
  return leaf !== undefined && (leaf.holds === "paragraph" || leaf.holds === "indented");
}

/** Closes the leaf before this line because its container ends; a leaf that waits for its end takes the line break along. */
export function leaveLeaf(flow: Flow): void {
  const { leaf, line } = flow;
  flow.leaf = undefined;
  if (leaf && (leaf.holds === "fence" || (leaf.holds === "html" && leaf.mark <= LAST_DELIMITED))) {
    leaf.block.end = line.start;
    touch(flow);
  }
}

/** Gives the line to the open leaf, or closes that and says so with `false`. */
export function continuesLeaf(flow: Flow): boolean {
  const { leaf } = flow;
  if (!leaf) return false;
  const goesOn = CONTINUES[leaf.holds](flow, leaf);
  if (!goesOn) flow.leaf = undefined;
  return goesOn;
}

const CONTINUES = {
  paragraph: continuesParagraph,
  indented: continuesIndented,
  fence: continuesFence,
  html: continuesHtml,
};

function continuesParagraph(flow: Flow, { block }: OpenLeaf): boolean {
  const { line } = flow;
  if (isBlank(line)) return false;
  const mark = indentOf(line) > 3 ? "" : line.text[line.inkAt]!;
  if ((mark === "=" || mark === "-") && isSetextUnderline(line)) return underline(flow, block, mark === "=" ? 1 : 2);
  if (interruptsParagraph(line, false)) return false;
  extendLeaf(flow);
  return true;
}

/** Makes a heading of the open paragraph; `false` where there are only definitions, which the line then ends. */
function underline(flow: Flow, paragraph: Open<LeafBlock>, depth: number): boolean {
  const { line, siblings, inner } = flow;
  const { text } = line;
  const lines = inner.get(paragraph);
  const { rest } = divideLeaf({ ...paragraph, lines }, text);
  if (!rest) return false;
  const content = { start: rest.start, end: beforeSpace(text, rest.start, paragraph.end) };
  // Like micromark's, it begins with the definitions before its text.
  const heading = { type: "heading", start: paragraph.start, end: line.end, depth, setext: true, content } as const;
  siblings[siblings.length - 1] = heading;
  if (lines) inner.set(heading, lines);
  flow.leaf = undefined;
  touch(flow);
  return true;
}

/** Whether the line begins another leaf although a paragraph is open; `lazy` if it is not in the paragraph's container. */
export function interruptsParagraph(line: Line, lazy: boolean): boolean {
  if (indentOf(line) > 3) return false;
  switch (line.text[line.inkAt]) {
    case "#":
      return atxDepth(line) > 0;
    case "*":
    case "_":
    case "-":
      return isThematicBreak(line);
    case "`":
    case "~":
      return fenceLength(line) > 0;
    case "<": {
      const kind = htmlKind(line.text, line.inkAt, line.end);
      return kind > 0 && (lazy || kind !== TAG);
    }
    default:
      return false;
  }
}

function continuesIndented(flow: Flow, { lines }: OpenLeaf): boolean {
  const { line } = flow;
  if (indentOf(line) > 3) extendLeaf(flow);
  else if (!isBlank(line)) return false;
  // Blank lines belong to it only if more code follows.
  else lines?.push(line.at, line.atColumn - line.column);
  return true;
}

function continuesFence(flow: Flow, { block, mark, length }: OpenLeaf): boolean {
  extendLeaf(flow);
  if (isClosingFence(flow.line, mark, length)) {
    block.closed = true;
    flow.leaf = undefined;
  }
  return true;
}

function continuesHtml(flow: Flow, { mark }: OpenLeaf): boolean {
  const { line } = flow;
  if (mark > LAST_DELIMITED && isBlank(line)) return false;
  extendLeaf(flow);
  endHtml(flow, line.at);
  return true;
}

/** Closes an open HTML block if its end stands in the line from `from` on. */
function endHtml(flow: Flow, from: number): void {
  const { line, leaf } = flow;
  const { block, mark } = leaf!;
  if (mark > LAST_DELIMITED || !endsHtml(mark, line.text.slice(from, line.end))) return;
  if (block.closed === false) block.closed = true;
  flow.leaf = undefined;
}

/** Gives the line to the open leaf. */
export function extendLeaf(flow: Flow): void {
  const { line, leaf } = flow;
  leaf!.block.end = line.end;
  leaf!.lines?.push(line.at, line.atColumn - line.column);
  touch(flow);
}

/** Begins the leaf that the line begins, if any. */
export function startLeaf(flow: Flow, lazy: boolean): void {
  const { line } = flow;
  flow.leaf = undefined;
  if (isBlank(line)) return;
  touch(flow);
  if (indentOf(line) > 3) {
    openLeaf(flow, { type: "code", start: line.at, end: line.end }, { holds: "indented" });
    if (lazy) flow.leaf = undefined;
    return;
  }
  const { text, inkAt: start, end } = line;
  const mark = text[start]!;
  if (mark === "#" && atxDepth(line) > 0) startHeading(flow);
  else if ((mark === "`" || mark === "~") && fenceLength(line) > 0) startFence(flow, mark.charCodeAt(0));
  else if (mark === "<" && htmlKind(text, start, end) > 0) startHtml(flow);
  else if ((mark === "*" || mark === "-" || mark === "_") && isThematicBreak(line)) {
    flow.siblings.push({ type: "thematicBreak", start, end });
  } else openLeaf(flow, { type: "paragraph", start, end }, { holds: "paragraph" });
}

function startHeading(flow: Flow): void {
  const { inkAt: start, end } = flow.line;
  const depth = atxDepth(flow.line);
  const content = atxContent(flow.line, depth);
  flow.siblings.push({ type: "heading", start, end, depth, setext: false, content });
}

function startFence(flow: Flow, mark: number): void {
  const { inkAt: start, end } = flow.line;
  openLeaf(flow, { type: "code", start, end, closed: false }, { holds: "fence", mark, length: fenceLength(flow.line) });
}

function startHtml(flow: Flow): void {
  const { text, at: start, inkAt, end } = flow.line;
  const kind = htmlKind(text, inkAt, end);
  const block: Open<LeafBlock> = { type: "html", start, end };
  if (kind === COMMENT) block.closed = false;
  openLeaf(flow, block, { holds: "html", mark: kind });
  endHtml(flow, htmlContentStart(kind, inkAt));
}

/** What opens a leaf: what it `holds`, and for a fence its character and length, for HTML its kind. */
type Opening = Pick<OpenLeaf, "holds"> & { readonly mark?: number; readonly length?: number };

function openLeaf(flow: Flow, block: Open<LeafBlock>, { holds, mark = 0, length = 0 }: Opening): void {
  const { line, siblings, stack, quotes, inner } = flow;
  // In lists the lines of a paragraph have nothing but white space before them.
  const isInside = holds === "paragraph" ? quotes > 0 : stack.length > 0;
  const lines = isInside ? [line.at, line.atColumn - line.column] : undefined;
  if (lines) inner.set(block, lines);
  siblings.push(block);
  flow.leaf = { block, holds, mark, length, lines };
}
