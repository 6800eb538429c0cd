/**
 * Any mdast tree of a text as the blocks that documents are read from: one of remark's,
 * with phrasing, GFM or whatever else the user's pipeline has put into it. What mdast
 * does not tell (whether a fence is closed, which bullet a list has) the text does.
 *
 * Nodes that stand nowhere in the text, because a plugin has made them, are passed over.
 */
import type { Heading, List, ListItem, Nodes, Root } from "mdast";
import { toString as textOf } from "mdast-util-to-string";
import type { Span } from "../text/edit.ts";
import { startOfLine } from "../text/lines.ts";
import type { Block, HeadingBlock, LeafBlock, ListBlock, ListItemBlock } from "./block.ts";
import { blocksUnder } from "./tree.ts";

/** The blocks of a tree. `text` is what it was parsed from. */
export function blocksIn(tree: Root, text: string): readonly Block[] {
  // Places do not count a byte order mark, spans do.
  return blocksUnder(tree, text) ?? new TreeReader(text, text.charCodeAt(0) === 0xfeff ? 1 : 0).blocksOf(tree.children);
}

/** A class for the text, which every step needs. */
class TreeReader {
  readonly #text: string;
  readonly #shift: number;

  constructor(text: string, shift: number) {
    this.#text = text;
    this.#shift = shift;
  }

  blocksOf(nodes: readonly Nodes[]): Block[] {
    const blocks: Block[] = [];
    for (const node of nodes) {
      const span = this.#spanOf(node);
      if (!span) continue;
      const last = blocks.at(-1);
      const block = this.#blockOf(node, span);
      // Definitions are lines of the paragraph, or of the heading, that they begin.
      if (last?.type === "paragraph" && (block.type === "paragraph" || block.type === "heading")) {
        if (block.start <= last.start) blocks.pop();
        else if (block.type === "paragraph" && this.#isContinued(last, block)) {
          blocks[blocks.length - 1] = { ...last, end: block.end };
          continue;
        }
      }
      blocks.push(block);
    }
    return blocks;
  }

  #blockOf(node: Nodes, span: Span): Block {
    switch (node.type) {
      case "heading":
        return this.#headingOf(node, span);
      case "list":
        return this.#listOf(node, span);
      case "blockquote":
        return { type: "blockquote", ...span, children: this.blocksOf(node.children) };
      case "code":
        return this.#codeOf(span);
      case "html":
        return this.#htmlOf(span);
      case "yaml":
      case "thematicBreak":
        return { type: node.type, ...span };
      default:
        return { type: "paragraph", ...span };
    }
  }

  #headingOf(node: Heading, span: Span): HeadingBlock {
    const first = node.children[0] && this.#spanOf(node.children[0]);
    const last = node.children.length > 0 ? this.#spanOf(node.children.at(-1)!) : undefined;
    const content = first && last ? { start: first.start, end: last.end } : { start: span.end, end: span.end };
    const { start, end } = node.position!;
    const isPlain = node.children.every(({ type }) => type === "text" || type === "break");
    const words = isPlain ? {} : { words: textOf(node, { includeHtml: false }).trim() };
    return { type: "heading", ...span, depth: node.depth, setext: start.line !== end.line, content, ...words };
  }

  #listOf(node: List, span: Span): ListBlock {
    const items = node.children.flatMap((item) => this.#itemOf(item));
    // mdast lets an item that ends with an open fence or comment end behind the marker of the next one.
    const children = items.map((item, index) => {
      const next = items[index + 1];
      return next && item.end > next.start ? { ...item, end: item.children.at(-1)!.end } : item;
    });
    const bullet = /^\d*(.)/.exec(this.#text.slice(span.start, span.start + 10))![1]!;
    return { type: "list", ...span, ordered: node.ordered === true, bullet, children };
  }

  #itemOf(node: ListItem): ListItemBlock[] {
    const span = this.#spanOf(node);
    if (!span) return [];
    const children = this.blocksOf(node.children);
    const [first, ...rest] = children;
    // GFM takes the box of a task away from its text.
    const box = typeof node.checked === "boolean" && first ? this.#text.lastIndexOf("[", first.start) : -1;
    const whole = box > span.start ? [{ ...first!, start: box }, ...rest] : children;
    return [{ type: "listItem", ...span, children: whole }];
  }

  #codeOf(span: Span): LeafBlock {
    const text = this.#text;
    const [, fence] = /^(`{3,}|~{3,})/.exec(text.slice(span.start, span.start + 1000)) ?? [];
    if (fence === undefined) return { type: "code", ...span };
    const lastLine = startOfLine(text, span.end);
    const [, prefix = "", closing = ""] = /^([\t >]*)(`{3,}|~{3,})[\t ]*$/.exec(text.slice(lastLine, span.end)) ?? [];
    const before = text.slice(startOfLine(text, span.start), span.start);
    const isInside = quotesIn(prefix) === quotesIn(before) && prefix.length <= before.length + 3;
    const closed = lastLine > span.start && closing.startsWith(fence) && isInside;
    return { type: "code", ...span, closed };
  }

  #htmlOf(span: Span): LeafBlock {
    const value = this.#text.slice(span.start, span.end).trimStart();
    return value.startsWith("<!--")
      ? { type: "html", ...span, closed: value.includes("-->", 2) }
      : { type: "html", ...span };
  }

  #isContinued(one: Span, other: Span): boolean {
    const between = this.#text.slice(one.end, other.start);
    // A line that would underline definitions begins a paragraph of its own.
    const begins = /^(?:=+|-+)[\t ]*$/m.exec(this.#text.slice(other.start, other.end))?.index === 0;
    return !begins && /^[\t ]*(?:\r\n|\n|\r)[\t >]*$/.test(between);
  }

  #spanOf({ position }: Nodes): Span | undefined {
    const [start, end] = [position?.start.offset, position?.end.offset];
    if (start === undefined || end === undefined) return undefined;
    return { start: start + this.#shift, end: end + this.#shift };
  }
}

function quotesIn(prefix: string): number {
  return prefix.split(">").length - 1;
}
