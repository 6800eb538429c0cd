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

/** Fields that a document has once: another value takes the place of an earlier one. */
const SINGLE = ["Last Updated", "Current Issue", "Branch", "Started", "Status", "Completed", "Pull Request"];

/** The lines of an older version that a rebuilt one does not say in any way: an item may have another status by now, a field another value. */
export function poorerLines(older: string, rebuilt: string, isMended: (line: string) => boolean): readonly string[] {
  let fields: ReadonlySet<string | undefined> | undefined;
  return lostLines(older, [rebuilt], isMended).filter((line) => {
    const item = itemFactOf(line);
    if (item && rebuilt.includes(keyOfItem(item.text))) return false;
    const field = fieldFactOf(line, SINGLE);
    fields ??= new Set(rebuilt.split("\n").map((each) => fieldFactOf(each, SINGLE)?.key));
    return field === undefined || !(field.key === "Last Updated" || fields.has(field.key));
  });
}

/**
 * What a rebuilt text and an older version have in common, as the text that both come from:
 * the rebuilt one without the lines that the older one does not have, and with the older
 * one's line where an item or a field has another value by now.
 */
export function commonText(older: string, rebuilt: string, isMended: (line: string) => boolean): string {
  const added = new Set(lostLines(rebuilt, [older], isMended));
  const known = new Map(older.split("\n").map((line) => [nameOfLine(line), line]));
  const lines = rebuilt.split("\n").flatMap((line) => {
    if (!added.has(line)) return [line];
    const name = nameOfLine(line);
    const before = name === undefined ? undefined : known.get(name);
    return before === undefined ? [] : [before];
  });
  return lines.join("\n");
}

/** What an item or a field is called, whatever is said of it. */
function nameOfLine(line: string): string | undefined {
  const field = fieldFactOf(line, SINGLE);
  if (field) return `field ${field.key}`;
  const item = itemFactOf(line);
  return item && `item ${keyOfItem(item.text)}`;
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
