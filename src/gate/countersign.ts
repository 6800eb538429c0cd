/**
 * The second opinion. Documents are read with the program's own scanner, because
 * remark takes minutes on hostile input and longer than Node itself to start. What
 * is about to be written, though, is read by remark as well: a file that the rest
 * of the unified world would read differently is not written.
 *
 * Only a new disagreement counts: where the file as it stands is read differently
 * already, refusing would keep its owner from ever saving again.
 */
import { isDeepStrictEqual } from "node:util";
import { scanBlocks } from "../syntax/scan.ts";

// Beyond this, remark's worst cases are slower than anybody waits.
const MAX_LENGTH = 32_768;
const MAX_MARKERS = 8;
const NESTED_LINE = new RegExp(`^(?:[ \\t]*(?:[-+*>]|\\d{1,9}[.)])){${MAX_MARKERS}}`, "m");
const MAX_UNDERLINES = 200;

export async function agreesWithRemark(before: string | undefined, after: string): Promise<boolean> {
  if (!isOrdinary(after)) return true;
  const { remarkBlocks } = await import("../syntax/remark.ts");
  const agrees = (text: string) => isDeepStrictEqual(remarkBlocks(text), scanBlocks(text));
  return agrees(after) || (before !== undefined && isOrdinary(before) && !agrees(before));
}

function isOrdinary(text: string): boolean {
  if (text.length > MAX_LENGTH || NESTED_LINE.test(text)) return false;
  return (text.match(/^[ \t>]*(?:-+|=+)[ \t]*$/gm)?.length ?? 0) <= MAX_UNDERLINES;
}
