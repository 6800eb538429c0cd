/**
 * Texts as they are compared where case and the way of composing a letter do not count.
 *
 * Invariant: what `fold` gives for a text is what it gives for its characters, one after
 * the other, so that a place in it can be traced back.
 */

/** The text without what tells cases apart, composed. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  // By way of the capitals, because ß has two of them and both forms of sigma one; ẞ is ß first.
  return text.normalize("NFC").toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ").normalize("NFC");
}

const ASCII = /^[\0-\x7f]*$/;

/** Characters beyond ASCII, as UTF-8 read byte by byte, that fold to letters or signs of ASCII, alone or with others. */
const FOLDED =
  "\\xc3\\x9f|\\xc4[\\xb0\\xb1]|\\xc5[\\x89\\xbf]|\\xc7\\xb0|\\xcd\\xbe|\\xe1(?:\\xba[\\x9a\\x9e]|\\xbf\\xaf)|\\xe2\\x84\\xaa|\\xef\\xac[\\x80-\\x86]";

/**
 * Whether bytes may hold the folded word: looked for without decoding or folding them, and
 * only a no can be relied on. A word that has nothing of ASCII may stand anywhere.
 */
export function mayHold(word: string): (bytes: Uint8Array) => boolean {
  const [longest = ""] = word.split(/[^\0-\x7f]+/).sort((one, other) => other.length - one.length);
  if (longest === "") return () => true;
  const pattern = new RegExp(`${longest.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")}|${FOLDED}`, "i");
  return ({ buffer, byteOffset, length }) => pattern.test(Buffer.from(buffer, byteOffset, length).toString("latin1"));
}
