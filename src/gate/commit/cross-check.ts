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
import { isSameValue } from "../../base/same.ts";
import { plainBlocks } from "../../syntax/reference/plain.ts";
import { scanBlocks } from "../../syntax/scan.ts";
import type { AnyDocument } from "../view/read.ts";

// Beyond this, remark's worst cases are slower than anybody waits.
const MAX_LENGTH = 32_768;
const MAX_MARKERS = 8;
const NESTED_LINE = new RegExp(`^(?:[ \\t]*(?:[-+*>]|\\d{1,9}[.)])){${MAX_MARKERS}}`, "m");
const MAX_UNDERLINES = 200;

/**
 * Whether remark reads the new text as the scanner does, whose `blocks` are given, or did
 * not do so with the text before either.
 */
export async function agreesWithRemark(
  before: string | undefined,
  { text, blocks }: Pick<AnyDocument, "text" | "blocks">,
): Promise<boolean> {
  if (isSameValue(plainBlocks(text), blocks) || !isOrdinary(text)) return true;
  const { remarkBlocks } = await import("../../syntax/reference/remark.ts");
  if (isSameValue(remarkBlocks(text), blocks)) return true;
  return before !== undefined && isOrdinary(before) && !isSameValue(remarkBlocks(before), scanBlocks(before));
}

function isOrdinary(text: string): boolean {
  if (text.length > MAX_LENGTH || NESTED_LINE.test(text)) return false;
  return (text.match(/^[ \t>]*(?:-+|=+)[ \t]*$/gm)?.length ?? 0) <= MAX_UNDERLINES;
}
