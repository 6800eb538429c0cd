/** How many lines of each section are shown in so many rows. */
import { type Line, line, styled } from "./line.ts";
import type { Section } from "./sections.ts";

/** Sections of this rank and before are shown whole before there is air between sections. */
const ESSENTIAL = 3;

/**
 * The sections in their order, in at most `rows` lines. Each gets its title and its
 * least, those of a low rank none at all if that is too much; what is left goes
 * round. What is cut is counted in the last line of its section.
 */
export function layOut(sections: readonly Section[], rows: number): Line[] {
  const counts = new Map<Section, number>();
  const byRank = sections.toSorted((one, other) => one.rank - other.rank);
  let left = rows;
  for (const section of byRank) {
    const least = Math.min(section.least, section.lines.length);
    const given = Math.min(least, left - 1);
    if (given < 1) continue;
    counts.set(section, given);
    left -= given + 1;
  }
  const isShown = (section: Section) => counts.has(section);
  const grow = (section: Section) => {
    const count = counts.get(section)!;
    if (left === 0 || count >= section.lines.length) return false;
    counts.set(section, count + 1);
    left--;
    return true;
  };
  const growAll = (growing: readonly Section[]) => {
    while (growing.map(grow).includes(true));
  };
  const shownSections = byRank.filter(isShown);
  growAll(shownSections.filter(({ rank }) => rank <= ESSENTIAL));
  // Air between all sections, unless it is what keeps the last lines out.
  const gaps = Math.max(0, counts.size - 1);
  const wanted = shownSections.reduce((sum, section) => sum + section.lines.length - counts.get(section)!, 0);
  const air = left >= gaps + wanted || (left >= gaps && left < wanted) ? 1 : 0;
  left -= air * gaps;
  growAll(shownSections);
  return sections
    .filter(isShown)
    .flatMap((section, at) => [
      ...(air && at > 0 ? [[]] : []),
      section.title,
      ...cut(section.lines, counts.get(section)!),
    ]);
}

function cut(lines: readonly Line[], count: number): readonly Line[] {
  if (lines.length <= count) return lines;
  // A line alone says more than that there are some.
  if (count === 1) return [[...lines[0]!, { text: `  … and ${lines.length - 1} more`, look: "dim" }]];
  return [...lines.slice(0, count - 1), line(styled("dim", `  … and ${lines.length - count + 1} more`))];
}
