/**
 * Globs for paths: `*` and `?` inside a name, `**` for any folders between. Nothing else
 * has a meaning, so that a path with brackets in it stands for itself.
 */

/** Whether a text is a glob and no plain path. */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/** Whether a path is one that a glob stands for. No pattern is compiled: what comes from a file may hold many stars. */
export function matchesGlob(glob: string, path: string): boolean {
  return matchParts(glob.split("/"), path.split("/"), (part, name) =>
    part === "**" ? undefined : matchName(part, name),
  );
}

/** Whether a name is one that a part of a glob stands for. */
export function matchName(part: string, name: string): boolean {
  return matchParts([...part], [...name], (sign, letter) =>
    sign === "*" ? undefined : sign === "?" || sign === letter,
  );
}

/** Matches one by one; `undefined` is what stands for any number. The last such sign takes one more where the rest fails. */
function matchParts(
  parts: readonly string[],
  given: readonly string[],
  match: (part: string, given: string) => boolean | undefined,
): boolean {
  let [part, at] = [0, 0];
  let again: { readonly part: number; at: number } | undefined;
  while (at < given.length) {
    const is = part < parts.length ? match(parts[part]!, given[at]!) : false;
    if (is === undefined) {
      again = { part: ++part, at };
    } else if (is) {
      part++;
      at++;
    } else if (again) {
      ({ part } = again);
      at = ++again.at;
    } else return false;
  }
  return parts.slice(part).every((rest) => match(rest, "") === undefined);
}
