/** The end of a text that was cut off, from an older one that is whole. */

/** So many lines at the end of what is left are looked for in the older text. */
const MAX_SEARCHED = 40;

/**
 * The lines of `own` with what stood behind them in `older`; `undefined` where
 * nothing is missing or nobody can tell. `cut`: the last line is the start of one.
 * `isHeading` tells the lines that must not be missing.
 */
export function completeTail(
  own: readonly string[],
  older: readonly string[],
  cut: boolean,
  isHeading: (line: string) => boolean,
): readonly string[] | undefined {
  const end = own.findLastIndex((line) => line.trim() !== "");
  const open = cut && end === own.length - 1 ? own[end]! : undefined;
  const last = open === undefined ? end : end - 1;
  for (let at = last; at >= 0 && at > last - MAX_SEARCHED; at--) {
    const found = own[at]!.trim() === "" ? -1 : placeOf(own, at, older);
    if (found === -1) continue;
    const tail = older.slice(found + 1);
    const first = tail.findIndex((line) => line.trim() !== "");
    const goesOn = open !== undefined && first !== -1 && tail[first]!.startsWith(open.trimEnd());
    const present = new Set(own);
    const missing = tail.some((line) => isHeading(line) && !present.has(line));
    if (!goesOn && !missing) return undefined;
    const kept = own.slice(0, goesOn ? end : end + 1);
    const known = new Set(kept.slice(at + 1).filter((line) => line.trim() !== ""));
    const rest = tail.filter((line) => !known.has(line));
    return known.size === 0 ? [...kept.slice(0, at + 1), ...rest] : [...kept, "", ...rest];
  }
  return undefined;
}

/** Where a line stands in the older text; of several places the one whose preceding line is the preceding line here too. */
function placeOf(own: readonly string[], at: number, older: readonly string[]): number {
  const places = older.flatMap((line, index) => (line === own[at] ? [index] : []));
  if (places.length < 2) return places[0] ?? -1;
  const before = lineBefore(own, at);
  return places.findLast((index) => lineBefore(older, index) === before) ?? -1;
}

function lineBefore(lines: readonly string[], at: number): string | undefined {
  return lines.slice(0, at).findLast((line) => line.trim() !== "");
}
