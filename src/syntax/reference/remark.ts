/**
 * The block structure of a text as remark sees it: the reference that `scanBlocks`
 * is held against, and the parser of those who want mdast.
 *
 * Emphasis, code, links and definitions carry no meaning in the format, so they are
 * switched off in micromark: a field line like `[a]: b` stays text, and the quadratic
 * inline paths are unreachable. What is left can still be slow, and deep: nesting that
 * overflows the stack, far beyond the 64 containers of the scanner, is answered by it.
 */
import type { BlockContent, DefinitionContent, FrontmatterContent, Heading, List, Root, RootContent } from "mdast";
import remarkFrontmatter from "remark-frontmatter";
import remarkParse from "remark-parse";
import { type Processor, unified } from "unified";
import type { Span } from "../../text/edit.ts";
import type { Block, HeadingBlock, LeafBlock, ListBlock, ListItemBlock } from "../block.ts";
import { scanBlocks } from "../scan.ts";
import { frontmatterEnd } from "../scan-frontmatter.ts";

type BlockNode = BlockContent | DefinitionContent | FrontmatterContent;

const DISABLED = [
  "attention",
  "autolink",
  "codeText",
  "definition",
  "hardBreakEscape",
  "htmlText",
  "labelEnd",
  "labelStartImage",
  "labelStartLink",
];

/** Parses a text to mdast with blocks, text and hard breaks only. */
export const blockProcessor: Processor<Root> = unified().use(remarkParse).use(blocksOnly).freeze();

/** The same for a text with frontmatter. While that is not closed, remark opens no list and no quote, to the end of the text. */
const frontmatterProcessor: Processor<Root> = blockProcessor().use(remarkFrontmatter, ["yaml"]).freeze();

function blocksOnly(this: Processor): void {
  const data = this.data();
  (data.micromarkExtensions ??= []).push({ disable: { null: DISABLED } });
  (data.fromMarkdownExtensions ??= []).push({ enter: { codeFencedFence: markFence } });
}

/** Notes on a code node whether it is fenced and whether the fence is closed; mdast tells neither. */
function markFence(this: { readonly stack: readonly { readonly type: string }[] }): void {
  const [outer, top] = this.stack.slice(-2);
  if (top!.type === "code") Object.assign(top!, { closed: false });
  else Object.assign(outer!, { closed: true });
}

/** Parses any text to blocks by remark. There is no invalid Markdown, so this never throws. */
export function remarkBlocks(text: string): readonly Block[] {
  // micromark does not count a byte order mark, spans do.
  const shift = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  try {
    const processor = frontmatterEnd(text, shift) === 0 ? blockProcessor : frontmatterProcessor;
    return blocksOf(processor.parse(text).children, text, shift);
  } catch {
    return scanBlocks(text);
  }
}

function blocksOf(nodes: readonly RootContent[], text: string, shift: number): Block[] {
  return nodes.map((node) => blockOf(node as BlockNode, text, shift));
}

function blockOf(node: BlockNode, text: string, shift: number): Block {
  const span = spanOf(node, shift);
  switch (node.type) {
    case "heading":
      return headingOf(node, span, shift);
    case "list":
      return listOf(node, span, text, shift);
    case "blockquote":
      return { type: "blockquote", ...span, children: blocksOf(node.children, text, shift) };
    case "code":
      return "closed" in node ? { type: "code", ...span, closed: node.closed === true } : { type: "code", ...span };
    case "html": {
      const value = node.value.trimStart();
      return value.startsWith("<!--")
        ? { type: "html", ...span, closed: value.includes("-->", 2) }
        : { type: "html", ...span };
    }
    default:
      return { type: node.type as LeafBlock["type"], ...span };
  }
}

function headingOf(node: Heading, span: Span, shift: number): HeadingBlock {
  const first = node.children[0];
  const last = node.children.at(-1);
  const content =
    first && last
      ? { start: spanOf(first, shift).start, end: spanOf(last, shift).end }
      : { start: span.end, end: span.end };
  const position = node.position!;
  return { type: "heading", ...span, depth: node.depth, setext: position.start.line !== position.end.line, content };
}

function listOf(node: List, span: Span, text: string, shift: number): ListBlock {
  const items = node.children.map((item): { -readonly [Key in keyof ListItemBlock]: ListItemBlock[Key] } => ({
    type: "listItem",
    ...spanOf(item, shift),
    children: blocksOf(item.children, text, shift),
  }));
  // mdast ends an item behind the marker of the next one if an unclosed fence or comment stands between.
  items.forEach((item, index) => {
    const next = items[index + 1];
    if (next && item.end > next.start) item.end = item.children.at(-1)!.end;
  });
  const bullet = /^\d*(.)/.exec(text.slice(span.start, span.start + 10))![1]!;
  return { type: "list", ...span, ordered: node.ordered === true, bullet, children: items };
}

function spanOf(node: { position?: RootContent["position"] }, shift: number): Span {
  return { start: node.position!.start.offset! + shift, end: node.position!.end.offset! + shift };
}
