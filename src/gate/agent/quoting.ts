/** Messages about a damaged file that must not speak for it. */

/** Whether a message repeats what somebody has written: what is damaged did not come through the gate. */
export function isQuoting(message: string): boolean {
  // What has such marks in it stands between more of them.
  const quotes = [...message.matchAll(/(`+)(.*?)(?:(?<!`)\1(?!`)|$)/gs)].map(([, , quoted = ""]) => quoted);
  return quotes.some((quoted) => !OWN_HEADING.test(quoted) && WORDS.test(quoted));
}

/** The headings of a state file, which are the format's own. */
const OWN_HEADING =
  /^#{1,3} (?:Project State|Active Work|Progress|Next Steps|Open Questions|Recent Work|Blockers|Context)$/;
/** More than one word; times have a letter in their middle and one at their end. */
const WORDS = /\p{L}{2}[^\p{L}]+\p{L}|\p{L}[^\p{L}]+\p{L}{2}/u;
