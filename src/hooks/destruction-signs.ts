/** A quick look whether a shell command could do something to a protected file; most cannot. */
import { GIT, GIT_COMMANDS, LEADS, NAMES, patternOf, WAYS } from "../settings/signs.ts";

/** Programs and options that write, and what runs others. */
const VERB =
  />|\b(?:rm|unlink|shred|trash|trash-put|rimraf|mv|cp|install|ln|rsync|tee|sponge|dd|truncate|chmod|g?sed|perl|ruby|[gm]?awk|red?|ed|ex|n?vim?|patch|apply[_-]?patch|curl|wget|sort|shuf|uniq|xxd|yq|sd|prettier|biome|eslint|markdownlint|markdownlint-cli2|remark|mdformat|(?:dos|mac)2unix|unix2(?:dos|mac)|p?rename|g?(?:un)?zip|bzip2|xz|zstd|tar|openssl|python[\d.]*|pypy\d?|node|bun|deno|tsx|php|lua|git)\b|\s(?:-o|-delete|-exec(?:dir)?|-ok(?:dir)?|-f(?:print|ls)\w*)\b|--?out(?:put)?\b/;
/** Programs to which such a way may be given; others get names that mean something else far too often. */
const REMOVING =
  />|\b(?:rm|unlink|shred|mv|cp|install|ln|tee|dd|truncate|g?sed|perl|rsync|trash|rimraf)\b|\s-(?:delete|exec|ok|fprint)/;
/** A patch is found outside by its stars, which may lead somewhere as well. */
const NAME = patternOf([...NAMES, "\\*\\*\\* begin patch"]);
const WAY = patternOf(WAYS, LEADS);
const GIT_CALL = patternOf([], [GIT]);
const GIT_COMMAND = patternOf([], [GIT_COMMANDS]);

/** Whether a command may write or remove anything, which in a project that guards files of others is enough for a look. */
export function mayWrite(command: string): boolean {
  return VERB.test(command);
}

export function mayDestroy(command: string, cwd: string): boolean {
  const text = `"${command}"`;
  if (callsGit(text)) return true;
  if (!mayWrite(command)) return false;
  if (NAME.test(text) || cwd.toLowerCase().includes(".claude")) return true;
  return REMOVING.test(command) && WAY.test(text);
}

/** Behind the first call in each command, because a search from every one takes too long in a text full of them. */
function callsGit(text: string): boolean {
  return text.split(/[\n;|&]/).some((part) => {
    const at = ` ${part} `.search(GIT_CALL);
    return at !== -1 && GIT_COMMAND.test(` ${part} `.slice(at));
  });
}
