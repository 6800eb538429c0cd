/** Text made to fit, cut with `…` and never inside what a reader sees as one character. */

export const ELLIPSIS = "…";
const ASCII = /^[\u0020-\u007e]*$/;

/** How many bytes a text has in UTF-8. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** The text in at most so many bytes, cut with `…` where it is longer; empty where not even that fits. */
export function cutToBytes(text: string, most: number): string {
  if (bytesOf(text) <= most) return text;
  const room = most - bytesOf(ELLIPSIS);
  return room < 0 ? "" : startOf(text, room, bytesOf).trimEnd() + ELLIPSIS;
}

/** As much of the beginning of a text as fits, where each character takes what `sizeOf` says. */
export function startOf(text: string, most: number, sizeOf: (character: string) => number): string {
  let size = 0;
  let end = 0;
  for (const character of charactersOf(text)) {
    size += sizeOf(character);
    if (size > most) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

/** The characters as a reader sees them: an emoji of several code points is one. */
export function charactersOf(text: string): Iterable<string> {
  return ASCII.test(text) ? text : segmentsOf(text);
}

let segmenter: Intl.Segmenter | undefined;
/** A step of the segmenter takes the longer the longer its text is, so a long text is given to it in parts. */
const PART = 1024;

function* segmentsOf(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  for (let [from, size] = [0, PART]; from < text.length; ) {
    const isEnd = from + size >= text.length;
    const part = isEnd ? text.slice(from) : text.slice(from, from + size).replace(/[\ud800-\udbff]$/, "");
    const characters = Array.from(segmenter.segment(part), ({ segment }) => segment);
    // The last one may go on beyond the part.
    if (!isEnd) characters.pop();
    if (characters.length === 0) size *= 2;
    for (const character of characters) {
      yield character;
      from += character.length;
    }
  }
}
