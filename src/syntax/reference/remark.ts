/**
 * The block structure of a text as remark sees it: the judge of what is written, and
 * the reference that the scanner is held against.
 *
 * Phrasing carries no meaning in the format, so it is switched off: then the quadratic
 * inline paths are unreachable. What is left can still be slow, and deep: nesting that
 * overflows the stack, far beyond the 64 containers of the scanner, is answered by it.
 */
import type { Root } from "mdast";
import remarkFrontmatter from "remark-frontmatter";
import remarkParse from "remark-parse";
import { type Processor, unified } from "unified";
import type { Block } from "../block.ts";
import { blocksIn } from "../read-tree.ts";
import { scanBlocks } from "../scan.ts";

const PHRASING = [
  ...["attention", "autolink", "codeText", "hardBreakEscape", "htmlText"],
  ...["labelEnd", "labelStartImage", "labelStartLink"],
];

/** remark-parse and remark-frontmatter, with phrasing switched off. */
export const referenceProcessor: Processor<Root> = unified()
  .use(remarkParse)
  .use(remarkFrontmatter, ["yaml"])
  .use(withoutPhrasing)
  .freeze();

function withoutPhrasing(this: Processor): void {
  (this.data().micromarkExtensions ??= []).push({ disable: { null: PHRASING } });
}

/** Parses any text to blocks by remark. There is no invalid Markdown, so this never throws. */
export function remarkBlocks(text: string): readonly Block[] {
  try {
    return blocksIn(referenceProcessor.parse(text), text);
  } catch {
    return scanBlocks(text);
  }
}
