/**
 * New documents as text: remark-stringify with the options of the format.
 *
 * What a user wrote never comes by here: of 249 real files 13 come out of a printer as
 * they went in. Loaded late, because a write that only edits needs none of it.
 */
import type { Node, Root, Text } from "mdast";
import remarkFrontmatter from "remark-frontmatter";
import remarkStringify, { type Options } from "remark-stringify";
import { unified } from "unified";
import { encodeText } from "../syntax/escape.ts";
import "./nodes.ts";

const OPTIONS: Options = {
  bullet: "-",
  listItemIndent: "one",
  rule: "-",
  handlers: {
    // Stock escapes would put a backslash before each `_` of a branch.
    text: (node: Text) => node.data?.encoded ?? encodeText(node.value),
  },
  join: [
    (left: Node, right: Node) => (left.type === "yaml" || (left.type === "heading" && right.type === "list") ? 0 : 1),
  ],
};

const printer = unified().use(remarkFrontmatter).use(remarkStringify, OPTIONS).freeze();

/** The text of a tree made by `stateToMdast` or `workToMdast`, with `\n` line endings. */
export function printMdast(tree: Root): string {
  return printer.stringify(tree);
}
