/**
 * What a rebuilt text does not say any more. A line counts as kept when its words
 * stand somewhere in the new text; marks, labels and headings that were mended are
 * not words.
 */
import { isMarkerLine } from "./conflict.ts";
import { fieldFactOf, itemFactOf, keyOfItem } from "./fact.ts";
import { bareTitleOf } from "./line.ts";

/** The lines of `damaged` whose content is in none of the texts, as they stood. */
export function lostLines(
  damaged: string,
  kept: readonly string[],
  isMended: (line: string) => boolean,
): readonly string[] {
  const lines = kept.flatMap((text) => text.split("\n").map(contentOf));
  const whole = new Set(lines);
  const all = lines.join("\n");
  let searches = MAX_SEARCHES;
  return damaged.split("\n").filter((line) => {
    const content = contentOf(line);
    if (whole.has(content) || !/[\p{L}\p{N}]/u.test(content) || isMarkerLine(line) || isMended(line)) return false;
    return searches-- <= 0 || !all.includes(content);
  });
}

/** The lines of an older state file that a rebuilt one does not say in any way: an item may have another status by now. */
export function poorerLines(older: string, rebuilt: string, isMended: (line: string) => boolean): readonly string[] {
  return lostLines(older, [rebuilt], isMended).filter((line) => {
    const item = itemFactOf(line);
    if (item && rebuilt.includes(keyOfItem(item.text))) return false;
    return fieldFactOf(line, ["Last Updated"]) === undefined;
  });
}

/** A whole text is searched for so many lines; further ones are lost unless they stand as lines. */
const MAX_SEARCHES = 500;

/** A line without quote marks, indentation, bullet, escapes and unreadable places. */
function contentOf(line: string): string {
  return bareTitleOf(line.replace(/\ufffd/g, ""))
    .replace(/\\(?=[!-/:-@[-`{-~])/g, "")
    .replace(/^(?:#{1,6}|[-+]|\*(?!\*)|\d{1,9}[.)])[ \t]*/, "")
    .trim();
}
