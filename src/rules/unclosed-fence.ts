import type { Block, LeafBlock } from "../syntax/block.ts";
import { fieldAt } from "../syntax/fields.ts";
import type { Span } from "../text/edit.ts";
import { endOfLine, linesIn, nextLine } from "../text/lines.ts";
import { isKnownKey, isKnownTitle } from "./known.ts";
import { quote } from "./quote.ts";
import type { AnyDocument, Rule } from "./rule.ts";

export const unclosedFence: Rule = {
  id: "unclosed-fence",
  severity: "warning",
  description: "A code fence or a comment must be closed",
  check({ document, report }) {
    const { text } = document;
    for (const block of openBlocks(document.blocks)) {
      const { start } = block;
      const span = { start, end: Math.min(endOfLine(text, start), block.end) };
      const what = block.type === "code" ? "code fence" : "comment";
      const found = `Unexpected open ${what} ${quote(text.slice(start, span.end).trim())}`;
      const swallowed = swallowedBy(document, { start: nextLine(text, start), end: block.end });
      if (swallowed === undefined) report(span, `${found}, expected it to be closed`);
      else {
        const message = `${found} around ${quote(swallowed)}, expected it to be closed before`;
        report(span, message, { severity: "error" });
      }
    }
  },
};

/** Blocks of all levels, without recursion: lists nest as deep as a file wants them to. */
function* openBlocks(blocks: readonly Block[]): Generator<LeafBlock> {
  const open: { readonly blocks: readonly Block[]; next: number }[] = [{ blocks, next: 0 }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const block = top.blocks[top.next++];
    if (!block) open.pop();
    else if ("children" in block) open.push({ blocks: block.children, next: 0 });
    else if ((block.type === "code" || block.type === "html") && block.closed === false) yield block;
  }
}

/** The first line of the span that would be a heading or a field of the format. */
function swallowedBy({ kind, text }: AnyDocument, span: Span): string | undefined {
  for (const line of linesIn(text, span)) {
    const content = text.slice(line.start, line.end);
    const heading = /^ {0,3}#{1,6}(?=[ \t])/.exec(content);
    if (heading && isKnownTitle(kind, content.slice(heading[0].length))) return content.trim();
    const field = fieldAt(text, line);
    if (field && isKnownKey(kind, field.key)) return `**${field.key}:**`;
  }
  return undefined;
}
