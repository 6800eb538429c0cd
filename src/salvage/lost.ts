/**
 * What a rebuilt text does not say any more. A line counts as kept when its words
 * stand somewhere in the new text; marks, labels and headings that were mended are
 * not words.
 */
import { isMarkerLine } from "./conflict.ts";
import { fieldFactOf, itemFactOf, keyOfItem, stateFieldIn } from "./fact.ts";
import { bareTitleOf, lineOf } from "./line.ts";

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
    const field = stateFieldIn(lineOf(line)) ?? fieldFactOf(line, LABELS);
    // A label that was mended is no word.
    if (field && whole.has(contentOf(field.line))) return false;
    return searches-- <= 0 || !all.includes(content);
  });
}

/** Fields that a document has once: another value takes the place of an earlier one. */
const SINGLE = ["Last Updated", "Current Issue", "Branch", "Started", "Status", "Completed", "Pull Request"];
const LABELS = [...SINGLE, "GitHub"];

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

/**
 * A text with the lines of an older one where an encoding has taken letters away and put
 * other marks in their places; the same text where there are none such.
 */
export function ungarbled(text: string, older: string): string {
  const known = older.split("\n").filter((line) => /[^\0-\u007f]/.test(line));
  if (known.length === 0 || !GARBLED.test(text)) return text;
  const mended = text.split("\n").map((line) => {
    if (!GARBLED.test(line) || line.length > LONGEST_GARBLED) return line;
    const escaped = line.replace(/[\\^$.*+()[\]{}|]/g, "\\$&");
    // A mark for a byte that came in between stands for no letter, a question mark for one at least.
    const form = new RegExp(
      `^${escaped.replace(MARKS, (run) => `[^\\0-\\u007f]{${run.includes("\ufffd") ? 0 : 1},99}?`)}$`,
    );
    return known.find((one) => form.test(one)) ?? line;
  });
  return mended.join("\n");
}

/** What stands for letters that cannot be read: by encodings, by decoders, and what torn bytes happen to spell. */
const GARBLED = /[?\ufffd\ue000-\uf8ff]/;
const MARKS = /[?\ufffd\ue000-\uf8ff]{1,99}/g;
const LONGEST_GARBLED = 400;

/**
 * A text with what an older one says in the places where damage looks like a change: the
 * fields that a document has once, and the marks of items that have lost theirs.
 */
export function withFieldsOf(older: string, rebuilt: string): string {
  const known = new Map(older.split("\n").flatMap((line) => certainIn(line, true)));
  const lines = rebuilt.split("\n").map((line) => {
    const [name] = certainIn(line, false)[0] ?? [];
    return (name !== undefined && known.get(name)) || line;
  });
  return lines.join("\n");
}

/** The name of a field, or of an item with or without its mark, and the line. */
function certainIn(line: string, isMarked: boolean): readonly (readonly [string, string])[] {
  const field = fieldFactOf(line, SINGLE);
  if (field) return field.key === "Last Updated" ? [] : [[`field ${field.key}`, line]];
  const item = itemFactOf(line);
  return item?.marked === isMarked ? [[`item ${keyOfItem(item.text)}`, line]] : [];
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
