/** The parser as programs take it: with the names of all characters, which documents of ours do without. */
import { decodeNamedCharacterReference as named } from "decode-named-character-reference";
import type { Root } from "mdast";
import { parseMarkdown as parse } from "./tree.ts";

/** Parses any text to the tree that `stateParser` makes. There is no invalid Markdown, so this never throws. */
export function parseMarkdown(text: string): Root {
  return parse(text, { named });
}
