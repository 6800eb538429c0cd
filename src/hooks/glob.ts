/** Globs of a shell as patterns for paths. */

/** A pattern with more wildcards than this takes too long on names that nearly match. */
const MOST_WILDCARDS = 4;
const WILDCARD = "[^/]*";

/** The pattern for text that stands for itself. */
export function literalGlob(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** The whole pattern; `undefined` where it is none that can be used. */
export function compileGlob(pattern: string): RegExp | undefined {
  const collapsed = pattern.replaceAll(/(?:\[\^\/\]\*){2,}/g, WILDCARD).replace(/^(?:\\\.\\\/)+/, "");
  if (collapsed.split(WILDCARD).length - 1 > MOST_WILDCARDS) return undefined;
  try {
    return new RegExp(`^(?:${collapsed})/?$`, "u");
  } catch {
    return undefined;
  }
}
