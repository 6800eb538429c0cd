/**
 * Conflicts that a merge left in a text, as git writes them and as Prettier
 * leaves them: markers indented below a list item, `>>>>>>>` as seven quotes, and
 * `=======` gone because it made a heading of the line above it.
 */
import { scanBlocks } from "../syntax/scan.ts";
import { linesIn } from "../text/lines.ts";
import { unwrap } from "./unwrap.ts";

export const SIDES = ["ours", "theirs", "both"] as const;

/** A side of a git conflict, or both of them. */
export type Side = (typeof SIDES)[number];

/** One conflict; the base that `diff3` shows belongs to neither side. */
export interface Conflict {
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  /** What the markers call the two sides. */
  readonly names: readonly [ours: string, theirs: string];
  /** The line of its first marker, from 1. */
  readonly line: number;
}

export type Stretch =
  | { readonly kind: "text"; readonly lines: readonly string[] }
  | ({ readonly kind: "conflict" } & Conflict);

const START = /^ {0,3}(?:#[ \t]+)?<{7}(?:[ \t]+(.*))?$/;
const BASE = /^ {0,3}\|{7}(?:[ \t].*)?$/;
const SEPARATOR = /^ {0,3}={7}[ \t]*$/;
const END = /^ {0,3}(?:>{7}|(?:> ?){6}>)(?:[ \t]+(.*))?$/;
const LAZY = /^ {0,3}(?:> ?){6}>[ \t]?/;
/** What a separator becomes that stood below an item: the item's text is a heading. */
const UNDERLINED = /^([ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)#[ \t]+(?=\S)/;
// Prettier, told to wrap prose, runs markers into the lines around them.
const INLINE =
  /(?<=\S)[ \t]+(?=(?:<{7}|\|{7})[ \t]+\S)|(?<=\S)[ \t]+(?=={7}(?:[ \t]|$))|(?<=={7})[ \t]+(?=\S)|(?<=(?:<{7}|(?:> ?){6}>)[ \t]+\S{1,99})[ \t]+(?=\*\*[^*\n]{1,80}:\*\*)/g;

/** Cuts a text into stretches; identical sides are no conflict. A conflict without an end is text, its markers taken away. */
export function findConflicts(text: string): readonly Stretch[] {
  if (!/<{7}|>{7}|(?:> ){6}>/.test(text)) return [{ kind: "text", lines: text.split("\n") }];
  const lines = linesOutside(text);
  const stretches: Stretch[] = [];
  let plain: string[] = [];
  const flush = () => {
    if (plain.length > 0) stretches.push({ kind: "text", lines: plain });
    plain = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const { text: line, example } = lines[at]!;
    const found = example || !START.test(line) ? undefined : conflictAt(lines, at);
    if (found) {
      const { conflict, next } = found;
      if (plainOf(conflict.ours) === plainOf(conflict.theirs)) plain.push(...conflict.ours);
      else {
        flush();
        stretches.push({ kind: "conflict", ...conflict });
      }
      at = next - 1;
    } else if (example) plain.push(line);
    else if (LAZY.test(line) && !(END.test(line) && isMarker(lines, at))) plain.push(line.replace(LAZY, ""));
    else if (!START.test(line) && !END.test(line) && !BASE.test(line)) plain.push(line);
  }
  flush();
  return stretches;
}

/** The text with each conflict resolved to a side; `both` has the lines of theirs that are not in ours behind them. */
export function resolveConflicts(stretches: readonly Stretch[], sideOf: (index: number) => Side): string {
  let index = 0;
  return stretches
    .flatMap((stretch) => {
      if (stretch.kind === "text") return stretch.lines;
      const side = sideOf(index++);
      if (side !== "both") return stretch[side];
      const known = new Set(withWhatBelongs(stretch.ours).map(plainOf));
      const further = withWhatBelongs(stretch.theirs).filter(
        (lines) => plainOf(lines) === "" || !known.has(plainOf(lines)),
      );
      return [...stretch.ours, ...further.flat()];
    })
    .join("\n");
}

/** Each line with the indented ones below it: half of an item says something else than the whole. */
function withWhatBelongs(lines: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last && /^(?: {2,}|\t)\S/.test(line) && last.at(-1)!.trim() !== "") last.push(line);
    else groups.push([line]);
  }
  return groups;
}

function plainOf(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
}

/** The conflicts in damaged bytes, for whoever has to choose. */
export function conflictsOf(bytes: Uint8Array): readonly Conflict[] {
  return findConflicts(unwrap(bytes).text).flatMap((stretch) => (stretch.kind === "conflict" ? [stretch] : []));
}

/** Whether a line is nothing but a marker, and so says nothing that could be lost. */
export function isMarkerLine(line: string): boolean {
  return START.test(line) || BASE.test(line) || SEPARATOR.test(line) || END.test(line);
}

interface ConflictLine {
  readonly text: string;
  /** Whether it stands in closed code, where markers are an example. */
  readonly example: boolean;
  /** From 1. */
  readonly number: number;
}

function linesOutside(text: string): readonly ConflictLine[] {
  const code = scanBlocks(text).filter((block) => block.type === "code" && block.closed === true);
  let next = 0;
  let number = 0;
  const spans = linesIn(text, { start: 0, end: text.length });
  if (text.endsWith("\n")) spans.push({ start: text.length, end: text.length });
  return spans.flatMap(({ start, end }) => {
    number++;
    while (next < code.length && code[next]!.end <= start) next++;
    const example = next < code.length && code[next]!.start <= start;
    const line = text.slice(start, end);
    const parts = example ? [line] : line.split(INLINE);
    return parts.map((part) => ({ text: part, example, number }));
  });
}

/** In Prettier's form the text behind an end marker is quoted too; then only the first such line is the marker. */
function isMarker(lines: readonly ConflictLine[], at: number): boolean {
  return !LAZY.test(lines[at - 1]?.text ?? "");
}

function conflictAt(
  lines: readonly ConflictLine[],
  start: number,
): { readonly conflict: Conflict; readonly next: number } | undefined {
  const sides: Record<"ours" | "base" | "theirs", string[]> = { ours: [], base: [], theirs: [] };
  let side: keyof typeof sides = "ours";
  const ends = lines.findIndex(
    ({ text, example }, at) => at > start && !example && (END.test(text) || START.test(text)),
  );
  if (ends === -1 || !END.test(lines[ends]!.text)) return undefined;
  const inside = lines.slice(start + 1, ends);
  const separated = inside.some(({ text }) => SEPARATOR.test(text));
  for (const { text } of inside) {
    if (BASE.test(text) && side === "ours") side = "base";
    else if (SEPARATOR.test(text) && side !== "theirs") side = "theirs";
    else if (!separated && side !== "theirs" && UNDERLINED.test(text)) {
      sides[side].push(text.replace(UNDERLINED, "$1"));
      side = "theirs";
    } else sides[side].push(text);
  }
  // Without a separator nobody can tell where one side ends.
  if (side !== "theirs") return undefined;
  const name = (line: string, pattern: RegExp) => pattern.exec(line)?.[1]?.trim() ?? "";
  const names = [name(lines[start]!.text, START) || "ours", name(lines[ends]!.text, END) || "theirs"] as const;
  return { conflict: { ours: sides.ours, theirs: sides.theirs, names, line: lines[start]!.number }, next: ends + 1 };
}
