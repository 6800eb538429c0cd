/** Whether a document is intact enough that a part added at a computed place surely means what it says. */
import type { Block } from "../syntax/block.ts";
import type { AnyDocument } from "./rule.ts";

const OPEN_HTML = /^ {0,3}<(?:pre|script|style|textarea|[!?])/i;

export function isIntact({ source, text, blocks }: AnyDocument): boolean {
  return (
    source.invalidAt === undefined &&
    !text.includes("\0") &&
    !/^(?:<{7}|>{7})(?=[ \t\r\n]|$)/m.test(text) &&
    !blocks.some((block) => maySwallow(block, text))
  );
}

/** Whether a block may run on into what is written below it. */
function maySwallow(block: Block, text: string): boolean {
  if (block.type === "code") return block.closed === false;
  return block.type === "html" && block.closed !== true && OPEN_HTML.test(text.slice(block.start, block.start + 20));
}

/** Whether the document is surely one of ours: notes of somebody else in the work folder are not to be completed. */
export function isOurs(document: AnyDocument): boolean {
  return document.kind === "state" || document.header !== undefined;
}
