/** The lines of a brief within its bytes: who is shown, who is counted, and in which order. */
import { bytesOf, cutToBytes } from "../../base/fit.ts";
import type { Mark } from "../view/marks.ts";

/** A brief for an agent. */
export interface Brief {
  /** Empty where there is nothing to say. */
  readonly text: string;
  /** How many lines found no room. */
  readonly leftOut: number;
}

/** Bytes of a brief, unless said otherwise. */
export const BRIEF_BYTES = 1500;
/** The fewest bytes in which there is anything worth reading. */
export const LEAST_BYTES = 200;
/** Bytes from which on it is said of what there was more. */
const ROOMY = 600;

/** A line that says something of a document. */
export interface Said {
  readonly line: string;
  /** What it is, where it does not stand under its heading. */
  readonly label?: string;
  /** Absent where it came through the gate. */
  readonly mark?: Mark | undefined;
  /** What stands in its place where it may not. */
  readonly otherwise?: string;
}

/** A part of a brief. Of its lines the first ones are the most important. */
export interface Part {
  /** What its lines are, in the note about those that were left out; absent for those that are never. */
  readonly unit?: string;
  readonly heading?: string;
  readonly lines: readonly (string | Said)[];
  /** Lines that are not given, only counted. */
  readonly more?: number;
}

/** A part as it is shown. */
export interface PlainPart extends Omit<Part, "lines"> {
  readonly lines: readonly string[];
  readonly closing?: string;
}

/** Whether any line has a mark; where none has, nothing is to be marked. */
export function hasMarks(parts: readonly Part[]): boolean {
  return parts.some(({ lines }) => lines.some((line) => typeof line !== "string" && line.mark !== undefined));
}

/** A part as it stands where nothing is from outside. */
export function unmarked(part: Part): PlainPart {
  return { ...part, lines: part.lines.map(plain) };
}

export function plain(line: string | Said): string {
  return typeof line === "string" ? line : line.line;
}

/** Lines in the order of the parts, chosen so that no part takes the room of all others. */
export function compose(parts: readonly PlainPart[], budget: number): Brief {
  const filled = parts.filter(({ lines, unit, more = 0 }) => lines.length + more > 0 && unit !== undefined);
  const fixed = parts.filter(({ lines, unit }) => lines.length > 0 && unit === undefined);
  const taken = new Map(parts.map((part) => [part, 0]));
  const total = filled.reduce((sum, { lines, more = 0 }) => sum + lines.length + more, 0);
  const sizes = [...fixed, ...filled].flatMap(({ heading, lines, closing }) => [
    ...(heading === undefined ? [] : [heading]),
    ...lines,
    ...(closing === undefined ? [] : [closing]),
  ]);
  const isWhole =
    filled.every(({ more = 0 }) => more === 0) && sizes.reduce((sum, line) => sum + bytesOf(line) + 1, 0) <= budget + 1;
  const note = isWhole ? 0 : bytesOf(noteOf(filled, taken, budget)) + 1;
  let used = 0;
  for (const part of fixed) {
    for (const line of part.lines) {
      const needed = bytesOf(line) + 1;
      if (used + needed > budget - note && used > 0) break;
      taken.set(part, taken.get(part)! + 1);
      used += needed;
    }
  }
  // Twice: first each part gets a share, then whoever comes first what is left.
  for (const share of [Math.floor(budget / 4), budget]) {
    for (const part of filled) {
      let own = 0;
      while (taken.get(part)! < part.lines.length) {
        const at = taken.get(part)!;
        const frame = [part.heading, part.closing].filter((line) => line !== undefined);
        const framed = at === 0 ? frame.reduce((sum, line) => sum + bytesOf(line) + 1, 0) : 0;
        const needed = framed + bytesOf(part.lines[at]!) + 1;
        if (used + needed > budget - note || own + needed > share) break;
        taken.set(part, at + 1);
        own += needed;
        used += needed;
      }
    }
  }
  const shownLines = filled.reduce((sum, part) => sum + taken.get(part)!, 0);
  const lines = parts.flatMap((part) => {
    const count = taken.get(part) ?? 0;
    if (count === 0) return [];
    const { heading, closing } = part;
    return [heading, ...part.lines.slice(0, count), closing].filter((line) => line !== undefined);
  });
  const leftOut = total - shownLines;
  if (leftOut > 0) lines.push(noteOf(filled, taken, budget));
  return { text: cutToBytes(lines.join("\n"), budget), leftOut };
}

/** What is left out, part by part where there is room for that. */
function noteOf(parts: readonly PlainPart[], taken: ReadonlyMap<PlainPart, number>, budget: number): string {
  const missing = parts.flatMap((part) => {
    const count = part.lines.length + (part.more ?? 0) - taken.get(part)!;
    return count > 0 ? [{ count, unit: part.unit! }] : [];
  });
  const units = missing.map(({ count, unit }) => plural(count, unit)).join(", ");
  const all = missing.reduce((sum, { count }) => sum + count, 0);
  return `Left out: ${budget < ROOMY ? plural(all, "line") : units}; \`gate status\` shows all.`;
}

export function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
