/** The boxes in front of items, in Markdown of any format. */
import type { Block, ListItemBlock } from "../syntax/block.ts";
import { decodeText } from "../syntax/escape.ts";
import { scanBlocks } from "../syntax/scan.ts";
import type { Span } from "../text/edit.ts";

/** An item with a box in front of it. */
export interface Box {
  /** The text of the item, without what stands below it. */
  readonly text: string;
  /** Where the sign in the box stands; with nothing in it where that is to go. */
  readonly sign: Span;
  readonly checked: boolean;
}

/** `[]` is a box to whoever types one, and nothing to Markdown: it gets its sign all the same. */
const BOX = /^\[([ \txX]?)\](?=[ \t])/;

/** The boxes of a text in their order, nested ones too; what only looks like one, in code or a comment, is none. */
export function boxesIn(text: string, blocks?: readonly Block[]): readonly Box[] {
  if (!/\[[ \txX]?\]/.test(text)) return [];
  const within = (inner: readonly Block[]): readonly Box[] =>
    inner.flatMap((block): readonly Box[] => {
      if (block.type !== "list" && block.type !== "listItem" && block.type !== "blockquote") return [];
      const own = block.type === "listItem" ? boxOf(block, text) : undefined;
      return [...(own ? [own] : []), ...within(block.children)];
    });
  return within(blocks ?? scanBlocks(text));
}

function boxOf({ children: [first] }: ListItemBlock, text: string): Box | undefined {
  if (first?.type !== "paragraph") return undefined;
  const words = text.slice(first.start, first.end);
  const [box, sign] = BOX.exec(words) ?? [];
  if (box === undefined || sign === undefined) return undefined;
  const start = first.start + 1;
  return {
    text: decodeText(words.slice(box.length).replace(/\s+/g, " ").trim()),
    sign: { start, end: start + sign.length },
    checked: sign === "x" || sign === "X",
  };
}
