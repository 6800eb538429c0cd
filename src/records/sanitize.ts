/**
 * Text that enters a record.
 *
 * Records are read by programs that print what is in them, and that make names of
 * files and branches of it; so text becomes one line, and a feature's name cannot
 * lead out of a folder. What is taken away shows by a mark. In Markdown a control
 * character is refused instead, because there a person typed it; an error message
 * comes from a program as it is.
 */

const BREAKS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const TRUNCATED = "...[truncated]";
const SANITIZED = " [sanitized]";
const LONGEST_FEATURE = 200;
const LONGEST_MESSAGE = 1000;

/** A feature's name: one line, without `../` and `..\`, at most 200 characters. */
export function featureText(text: string): string {
  const line = oneLineOf(text);
  const safe = withoutTraversal(line);
  return shortened(safe === line ? line : `${safe.trim()}${SANITIZED}`.trim(), LONGEST_FEATURE);
}

/** An error, a reason, or any other text: one line of at most 1000 characters. */
export function messageText(text: string): string {
  return shortened(oneLineOf(text), LONGEST_MESSAGE);
}

/** Line breaks and control characters become spaces, however many there are one. Halves of characters become U+FFFD. */
function oneLineOf(text: string): string {
  return text.replace(LONE_SURROGATE, "\ufffd").replace(BREAKS, " ").trim();
}

/** Takes steps out until none is left: taking one out may join another. One pass, as a stack. */
function withoutTraversal(text: string): string {
  const kept: string[] = [];
  for (const character of text) {
    if ((character === "/" || character === "\\") && kept.at(-1) === "." && kept.at(-2) === ".") {
      kept.length -= 2;
    } else kept.push(character);
  }
  return kept.join("");
}

function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const characters = [...text];
  if (characters.length <= longest) return text;
  return characters.slice(0, longest - TRUNCATED.length).join("") + TRUNCATED;
}
