/** Where the lines go that fit nowhere. */
import { RECOVERED_TITLE, recoveredSection } from "../changes/recovered.ts";

/** More than this, in characters, stays in the backup alone: a file must not grow beyond what is read. */
const MAX_RECOVERED = 262_144;

/** The lines of a document with the orphans behind them; a second recovery adds to what the first one left. */
export function recoveredLines(document: readonly string[], orphans: readonly string[]): readonly string[] {
  const lines = [...document];
  const kept = bounded(orphans.filter((line) => line.trim() !== ""));
  while (lines.at(-1)?.trim() === "" && (kept.length > 0 || lines.at(-2)?.trim() === "")) lines.pop();
  if (kept.length > 0) {
    const last = lines.findLast((line) => /^#{1,6}[ \t]/.test(line));
    const titled = last?.trim() === `## ${RECOVERED_TITLE}`;
    lines.push("");
    for (const line of recoveredSection(kept, { titled })) lines.push(line);
  }
  if (lines.at(-1)?.trim() !== "") lines.push("");
  return lines;
}

function bounded(lines: readonly string[]): readonly string[] {
  let size = 0;
  const end = lines.findIndex((line) => (size += line.length + 1) > MAX_RECOVERED);
  return end === -1 ? lines : lines.slice(0, end);
}
