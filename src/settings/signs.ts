/**
 * The signs of a shell command that may lead to a protected file: what the hook looks for
 * in the command (`hooks/destruction-signs`), and a filter in front of it (`filter`).
 *
 * A sign is an extended regular expression that `grep` and JavaScript read alike, small
 * and capital letters alike. The ends of words are not taken exactly.
 */

/** The names by which a protected file is reached. */
export const NAMES = ["claude", "state\\.md", "batch_state", "[0-9]\\.md"];
/** What is no name, but may lead to one: a variable, the output of a command, a glob for folders. */
export const WAYS = ["\\$[a-z_{(]", "`", "\\*\\*"];
/** The same where no word goes on in front: a glob for hidden files, the folder itself, a search or a list. */
export const LEADS = ["\\.[a-z0-9_]*[*?[{]", "(\\.\\.?|~)/?[^a-z./]", "(find|xargs|read)[^a-z]"];
/** Git, and behind it in one command, each as a word, what may change files of the work tree. */
export const GIT = "git";
export const GIT_COMMANDS =
  "(checkout|restore|reset|stash|clean|rm|mv|switch|merge|rebase|pull|revert|cherry-pick|am|apply)[^a-z]";

/** Finds signs in the text of a command; words only where none goes on in front of them. Quotes around the text are its ends. */
export function patternOf(signs: readonly string[], words: readonly string[] = []): RegExp {
  return new RegExp([...signs, ...words.map((word) => `[^a-z0-9_]${word}`)].join("|"), "i");
}
