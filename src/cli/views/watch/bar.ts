/** A bar that shows a share; empty where there is no room for one. */
import { type Line, line, piece } from "./line.ts";

/** `share` is from 0 to 1. It is full only when all is done. */
export function bar(share: number, columns: number): Line {
  if (columns < 5) return [];
  const filled = Math.floor(Math.min(1, Math.max(0, share)) * columns);
  return line(piece("green", "█".repeat(filled)), piece("dim", "░".repeat(columns - filled)));
}
