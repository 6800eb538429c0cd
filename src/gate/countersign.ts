/**
 * The second opinion. Documents are read with the program's own scanner, because
 * remark takes minutes on hostile input and longer than Node itself to start. What
 * is about to be written, though, is read by a second parser as well: a file that the
 * rest of the unified world would read differently is not written.
 *
 * The second parser is the one of plain texts, which reads as remark does or not at
 * all. Where it does not read a text, or reads it otherwise than the scanner, remark
 * itself is asked.
 *
 * Only a new disagreement counts: where the file as it stands is read differently
 * already, refusing would keep its owner from ever saving again.
 */
import { isDeepStrictEqual } from "node:util";
import type { Block } from "../syntax/block.ts";
import { plainBlocks } from "../syntax/plain.ts";
import { scanBlocks } from "../syntax/scan.ts";

// Beyond this, remark's worst cases are slower than anybody waits.
const MAX_LENGTH = 32_768;
const MAX_MARKERS = 8;
const NESTED_LINE = new RegExp(`^(?:[ \\t]*(?:[-+*>]|\\d{1,9}[.)])){${MAX_MARKERS}}`, "m");
const MAX_UNDERLINES = 200;

/** Whether remark reads the new text as the scanner does, or did not do so with the text before either. */
export async function agreesWithRemark(before: string | undefined, after: string): Promise<boolean> {
  if (agrees(after, plainBlocks(after)) || !isOrdinary(after)) return true;
  const { remarkBlocks } = await import("../syntax/remark.ts");
  if (agrees(after, remarkBlocks(after))) return true;
  return before !== undefined && isOrdinary(before) && !agrees(before, remarkBlocks(before));
}

function agrees(text: string, blocks: readonly Block[] | undefined): boolean {
  return blocks !== undefined && isDeepStrictEqual(blocks, scanBlocks(text));
}

function isOrdinary(text: string): boolean {
  if (text.length > MAX_LENGTH || NESTED_LINE.test(text)) return false;
  return (text.match(/^[ \t>]*(?:-+|=+)[ \t]*$/gm)?.length ?? 0) <= MAX_UNDERLINES;
}
