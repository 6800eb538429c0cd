/** Blank lines, and lists of lines without those around them. */
import { type Line, lineOf } from "./line.ts";

export const BLANK = lineOf("");

export function isBlank({ text }: Line): boolean {
  return text.trim() === "";
}

export function trimmed(lines: readonly Line[]): Line[] {
  const start = lines.findIndex((line) => !isBlank(line));
  return start === -1 ? [] : trimmedEnd(lines.slice(start));
}

export function trimmedEnd(lines: readonly Line[]): Line[] {
  return lines.slice(0, lines.findLastIndex((line) => !isBlank(line)) + 1);
}

/** The lines between blank ones; nothing where all of them are blank. */
export function apart(lines: readonly Line[]): Line[] {
  const inside = trimmed(lines);
  return inside.length > 0 ? [...inside, BLANK] : [];
}
