/** Blank lines around others. */
import type { Line } from "./line.ts";

export function trimmed(lines: readonly Line[]): Line[] {
  const start = lines.findIndex(({ text }) => text.trim() !== "");
  return start === -1 ? [] : trimmedEnd(lines.slice(start));
}

export function trimmedEnd(lines: readonly Line[]): Line[] {
  return lines.slice(0, lines.findLastIndex(({ text }) => text.trim() !== "") + 1);
}

export function endsBlank(lines: readonly Line[]): boolean {
  return lines.length > 0 && lines.at(-1)!.text.trim() === "";
}

export const BLANK: Line = { text: "", inert: false };
