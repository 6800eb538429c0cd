/** What belongs nowhere any more stands under `## Recovered`: verbatim, in code, so that nothing of it can be taken for structure. */
import { activeLists, type StateDocument } from "../document/state.ts";
import type { Edit } from "../text/edit.ts";
import { linesIn } from "../text/lines.ts";
import { insertLines } from "./place.ts";

export const RECOVERED_TITLE = "Recovered";

/** The lines of code that holds these lines. */
export function fenced(lines: readonly string[]): readonly string[] {
  let longest = 2;
  for (const line of lines) longest = Math.max(longest, /`{3,}/.exec(line)?.[0].length ?? 0);
  const fence = "`".repeat(longest + 1);
  return [`${fence}text`, ...lines, fence];
}

/** Adds the items of Active Work, as they stand, to what is kept apart at the end of the document. */
export function setApart(document: StateDocument): readonly Edit[] {
  const { text } = document;
  const lists = new Set(Object.values(activeLists(document)).flatMap((items) => items.map(({ list }) => list)));
  const lines = [...lists].flatMap((list) => [...linesIn(text, list)].map(({ start, end }) => text.slice(start, end)));
  const last = document.sections.findLast(({ heading }) => heading !== undefined);
  const isThere = last?.depth === 2 && last.title.trim() === RECOVERED_TITLE;
  const title = isThere ? [] : [`## ${RECOVERED_TITLE}`, ""];
  return [insertLines(document, text.length, [...title, ...fenced(lines)], { before: true })];
}
