/** Values from files inside messages. */
const MOST = 40;

/** A value as it stands in a message: in backticks, on one line, cut with `…` where it is longer than 40 characters. */
export function quote(value: string): string {
  const head = value.slice(0, 4 * MOST);
  const characters = [...head.replace(/\s+/g, " ")];
  const whole = characters.length <= MOST && head.length === value.length;
  const shown = whole ? characters.join("") : `${characters.slice(0, MOST - 1).join("")}…`;
  // As in Markdown: a longer fence, and a space between backticks that would touch.
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return longest > 0 ? `${fence} ${shown} ${fence}` : `\`${shown}\``;
}
