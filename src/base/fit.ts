/**
 * Text made to fit: cut to bytes of UTF-8 or to columns of a terminal, never
 * inside what a reader sees as one character.
 */

const ELLIPSIS = "…";
const ASCII = /^[\u0020-\u007e]*$/;

/** How many bytes a text has in UTF-8. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** The text in at most so many bytes, cut with `…` where it is longer; empty where not even that fits. */
export function cutToBytes(text: string, most: number): string {
  return bytesOf(text) <= most ? text : cut(text, most, bytesOf, bytesOf(ELLIPSIS));
}

/** The text in at most so many columns, cut with `…` where it is wider. */
export function cutToColumns(text: string, most: number): string {
  return columnsOf(text) <= most ? text : cut(text, most, columnsOf, 1);
}

/** How many columns a terminal is likely to give a text. */
export function columnsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const character of charactersOf(text)) columns += columnsOfCharacter(character);
  return columns;
}

function cut(text: string, most: number, sizeOf: (text: string) => number, ellipsis: number): string {
  let size = ellipsis;
  if (size > most) return "";
  let end = 0;
  // What is beyond so many units does not fit, however it is read; a line may be a megabyte.
  for (const character of charactersOf(text.slice(0, 4 * most + 64))) {
    size += sizeOf(character);
    if (size > most) break;
    end += character.length;
  }
  return `${text.slice(0, end).trimEnd()}${ELLIPSIS}`;
}

let segmenter: Intl.Segmenter | undefined;

/** The characters as a reader sees them: an emoji of several code points is one. */
function charactersOf(text: string): Iterable<string> {
  if (ASCII.test(text)) return text;
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

// Put together where they are needed: patterns of this kind take longer than a short program has.
let empty: RegExp | undefined;
let wide: RegExp | undefined;

function columnsOfCharacter(character: string): number {
  empty ??= /^[\p{Mark}\p{Control}\p{Format}]+$/u;
  if (empty.test(character)) return 0;
  wide ??=
    /^(?:\p{Emoji_Presentation}|.\ufe0f|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6])/u;
  return wide.test(character) ? 2 : 1;
}
