/** What belongs nowhere any more stands under `## Recovered`: verbatim, in code, so that nothing of it can be taken for structure. */
import { activeLists, type StateDocument } from "../document/state.ts";
import type { Edit } from "../text/edit.ts";
import { linesOfLists } from "./list.ts";
import { insertLines } from "./place.ts";

export const RECOVERED_TITLE = "Recovered";

/** The lines of code that holds these lines. */
function fenced(lines: readonly string[]): readonly string[] {
  let longest = 2;
  for (const line of lines) longest = Math.max(longest, /`{3,}/.exec(line)?.[0].length ?? 0);
  const fence = "`".repeat(longest + 1);
  return [`${fence}text`, ...lines, fence];
}

/** What keeps these lines apart: their code, under its heading unless that is the last one already. */
export function recoveredSection(
  lines: readonly string[],
  { titled }: { readonly titled: boolean },
): readonly string[] {
  return [...(titled ? [] : [`## ${RECOVERED_TITLE}`, ""]), ...fenced(lines)];
}

/** Adds the items of Active Work, as they stand, to what is kept apart at the end of the document. */
export function setApart(document: StateDocument): readonly Edit[] {
  const { text } = document;
  const lines = Object.values(activeLists(document)).flatMap((items) => linesOfLists(text, items));
  const last = document.sections.findLast(({ heading }) => heading !== undefined);
  const titled = last?.depth === 2 && last.title.trim() === RECOVERED_TITLE;
  return [insertLines(document, text.length, recoveredSection(lines, { titled }), { before: true })];
}
