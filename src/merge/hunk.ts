/**
 * A merge result on its way to text: lines that both sides come to, and places where
 * a person has to choose. Everything else in this room makes these.
 */
import { isSameList } from "../base/same.ts";
import { type Lines, mergeLines, sharedLines } from "../text/diff/three-way.ts";

export type Hunk =
  | { readonly kind: "clean"; readonly lines: Lines }
  | { readonly kind: "conflict"; readonly ours: Lines; readonly theirs: Lines };

/** What git calls a conflict marker, and how long it is. */
export const MARKER_SIZE = 7;

export function clean(lines: Lines): Hunk {
  return { kind: "clean", lines };
}

/** A place where both sides differ, without the lines they share at its ends. */
export function conflict(ours: Lines, theirs: Lines): readonly Hunk[] {
  if (isSameList(ours, theirs)) return [clean(ours)];
  const most = Math.min(ours.length, theirs.length);
  let head = 0;
  while (head < most && ours[head] === theirs[head]) head++;
  let tail = 0;
  while (tail < most - head && ours.at(-1 - tail) === theirs.at(-1 - tail)) tail++;
  return [
    clean(ours.slice(0, head)),
    { kind: "conflict", ours: ours.slice(head, ours.length - tail), theirs: theirs.slice(head, theirs.length - tail) },
    clean(ours.slice(ours.length - tail)),
  ];
}

/** One of three where that needs no thought: the side that differs from the base, or either where both are the same. */
export function choose<T>(
  base: T | undefined,
  ours: T,
  theirs: T,
  isSame: (one: T, other: T) => boolean = (one, other) => one === other,
) {
  if (isSame(ours, theirs)) return { chosen: ours };
  if (base === undefined) return undefined;
  if (isSame(base, theirs)) return { chosen: ours };
  return isSame(base, ours) ? { chosen: theirs } : undefined;
}

/** Lines merged as lines. Without a base, what one side alone has stands. */
export function mergeAsLines(base: Lines | undefined, ours: Lines, theirs: Lines): readonly Hunk[] {
  return mergeLines(base ?? sharedLines(ours, theirs), ours, theirs).flatMap((chunk) =>
    chunk.kind === "clean" ? [clean(chunk.lines)] : conflict(chunk.ours, chunk.theirs),
  );
}

/** The hunks as lines, conflicts between ordinary markers; conflicts that touch become one. */
export function printHunks(hunks: readonly Hunk[], markerSize: number): { lines: string[]; conflicts: number } {
  const lines: string[] = [];
  let conflicts = 0;
  let open: { ours: string[]; theirs: string[] } | undefined;
  const close = () => {
    if (!open) return;
    conflicts++;
    const marker = (character: string) => character.repeat(markerSize);
    append(lines, [`${marker("<")} ours`], open.ours, [marker("=")], open.theirs, [`${marker(">")} theirs`]);
    open = undefined;
  };
  for (const hunk of hunks) {
    if (hunk.kind === "conflict") {
      open ??= { ours: [], theirs: [] };
      append(open.ours, hunk.ours);
      append(open.theirs, hunk.theirs);
    } else if (hunk.lines.length > 0) {
      close();
      append(lines, hunk.lines);
    }
  }
  close();
  return { lines, conflicts };
}

/** Line by line, because a call takes only so many arguments and a file may have a million lines. */
function append(lines: string[], ...added: readonly Lines[]): void {
  for (const each of added) for (const line of each) lines.push(line);
}
