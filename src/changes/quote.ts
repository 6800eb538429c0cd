/** Items of lists as sentences name them. */
const MOST_NAMED = 3;
/** Characters of an item's text in a sentence. */
const LONGEST = 60;

/** Three of them, and how many more there are. */
export function listed(words: readonly string[]): string {
  const more = words.length > MOST_NAMED ? ` and ${words.length - MOST_NAMED} more` : "";
  return words.slice(0, MOST_NAMED).join(", ") + more;
}

/** The text of an item as it is compared and named: spaces are typed one way and written another. */
export function spaced(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** An item's text between quotes, cut where it is long. */
export function quoted(text: string): string {
  const characters = [...spaced(text).slice(0, 4 * LONGEST)];
  return `"${characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("")}…` : characters.join("")}"`;
}
