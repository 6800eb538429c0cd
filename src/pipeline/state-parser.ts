/** The scanner as a parser of unified. */
import type { Root } from "mdast";
import type { Plugin } from "unified";
import { type ParseOptions, parseMarkdown } from "../syntax/tree.ts";

/**
 * A drop-in for remark-parse with remark-frontmatter: the same tree of blocks, in
 * linear time whatever the text. The phrasing of a heading or a paragraph is one text.
 */
export const stateParser: Plugin<[ParseOptions?], string, Root> = function (options = {}) {
  this.parser = (text) => parseMarkdown(text, options);
};
