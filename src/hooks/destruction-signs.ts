/** A quick look whether a shell command could do something to a protected file; most cannot. */

/** Programs and options that write, and what runs others. */
const VERB =
  />|\b(?:rm|unlink|shred|trash|trash-put|rimraf|mv|cp|install|ln|rsync|tee|sponge|dd|truncate|chmod|g?sed|perl|ruby|[gm]?awk|red?|ed|ex|n?vim?|patch|apply[_-]?patch|curl|wget|sort|shuf|uniq|xxd|yq|sd|prettier|biome|eslint|markdownlint|markdownlint-cli2|remark|mdformat|(?:dos|mac)2unix|unix2(?:dos|mac)|p?rename|g?(?:un)?zip|bzip2|xz|zstd|tar|openssl|python[\d.]*|pypy\d?|node|bun|deno|tsx|php|lua|git)\b|\s(?:-o|-delete|-exec(?:dir)?|-ok(?:dir)?|-f(?:print|ls)\w*)\b|--?out(?:put)?\b/;
/** The names by which one is reached. */
const NAME = /claude|state\.md|batch_state|\d\.md|\*\*\* Begin Patch/i;
/** What is no name, but may lead there: a glob, a variable, the output of a command, the folder itself. */
const WAY = /(?:^|[\s/'"=])\.[\w]*[*?[{]|\$[A-Za-z_{(]|`|(?:^|[\s'"])(?:\.{1,2}|~)\/?(?=['"\s;&|)]|$)|\*\*/;
/** Programs to which such a way may be given; others get names that mean something else far too often. */
const REMOVING =
  />|\b(?:rm|unlink|shred|mv|cp|install|ln|tee|dd|truncate|g?sed|perl|rsync|trash|rimraf)\b|\s-(?:delete|exec|ok|fprint)/;
/** Git, where it may change files of the work tree. */
const GIT =
  /\bgit\b[^\n;|&]*\s(?:checkout|restore|reset|stash|clean|rm|mv|switch|merge|rebase|pull|revert|cherry-pick|am|apply)\b/;
/** A search from where the command is run, or a list. */
const SEARCH = /\bfind\s+-|\bxargs\b|\bread\b/;

export function mayDestroy(command: string, cwd: string): boolean {
  if (GIT.test(command)) return true;
  if (!VERB.test(command)) return false;
  if (NAME.test(command) || cwd.toLowerCase().includes(".claude")) return true;
  return REMOVING.test(command) && (WAY.test(command) || SEARCH.test(command));
}
