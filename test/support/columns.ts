/**
 * How many columns a terminal gives a text, code point by code point: written apart
 * from what the program counts with, to judge it.
 */
import fc from "fast-check";

/** What East Asian Width calls wide or fullwidth, but for emoji. */
const WIDE =
  /(?!\p{Unassigned})[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u3247\u3250-\u4dbf\u4e00-\ua4c6\ua960-\ua97c\uac00-\ud7a3\uf900-\ufad9\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cd5}\u{18d00}-\u{18d08}\u{1aff0}-\u{1b122}\u{1b150}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{2ebe0}\u{2f800}-\u{2fa1d}\u{30000}-\u{3134a}]/u;
const NEVER_DRAWN =
  /[\p{Mn}\p{Me}\p{Cc}\u061c\u1160-\u11ff\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufff8\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

const EMOJI_BEHIND_JOINER =
  /\p{Extended_Pictographic}[\p{Grapheme_Extend}\p{Emoji_Modifier}]*\u200d\p{Extended_Pictographic}$/u;
const TONE_BEHIND_SKIN = /\p{Emoji_Modifier_Base}\ufe0f?\p{Emoji_Modifier}$/u;
const SECOND_HALF_OF_FLAG = /(?<!\p{Regional_Indicator})(?:\p{Regional_Indicator}{2})+$/u;
const EMOJI_BY_SELECTOR = /\p{Emoji}\ufe0f$/u;

export function terminalColumns(text: string): number {
  let columns = 0;
  let last = 0;
  let read = "";
  for (const character of text) {
    read += character;
    const width = widthOf(character, read, last);
    columns += width;
    if (width > 0) last = width;
  }
  return columns;
}

/** Of the last character of what is read; `last` is the width of the one drawn before. */
function widthOf(character: string, read: string, last: number): number {
  if (character === "\ufe0f") return last === 1 && EMOJI_BY_SELECTOR.test(read) ? 1 : 0;
  if (NEVER_DRAWN.test(character)) return 0;
  if ([EMOJI_BEHIND_JOINER, TONE_BEHIND_SKIN, SECOND_HALF_OF_FLAG].some((joined) => joined.test(read))) return 0;
  return WIDE.test(character) || /\p{Emoji_Presentation}/u.test(character) ? 2 : 1;
}

/** The places in a text at which a reader sees a character end, and its start. */
export function edgesOf(text: string): Set<number> {
  const characters = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text);
  return new Set([0, ...Array.from(characters, ({ segment, index }) => index + segment.length)]);
}

const PARTS = [
  ..."a 1#…ー字かｱﾞ한ㅤ\u1100\u1161\u11a8\u0301\u3099\u0903\u093f\u0e33\u094d\u200b\u200c\u200d\ufe0e\ufe0f\u20e3\u202e\u0600ไकক☝❤⏸©ℹ〰🏽👩👨🤝💻🔥🎉🏴\u{e0067}\u{e007f}🇩🇪🇫",
];

/** Text of any script, and text of what joins, widens and hides. */
export const unicodeText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll("\t", " ")),
  fc.string({ unit: fc.constantFrom(...PARTS), maxLength: 40 }),
);
