/** Work to choose from, one line for each, in columns. */
import type { Suggestion } from "../../gate/documents/suggestions.ts";
import { shown } from "../style.ts";
import { columnsOf, cutToColumns, padToColumns, widestOf } from "./columns.ts";

const NARROWEST_TITLE = 16;
const LONGEST_TITLE = 160;
const GAP = "  ";

export interface SuggestionLine {
  readonly label: string;
  /** The title, where the line has only its beginning. */
  readonly hint?: string;
}

/** The lines in at most `width` columns; what leaves no room for a title beside it is left out. */
export function linesFor(suggestions: readonly Suggestion[], width: number): readonly SuggestionLine[] {
  const issues = column(suggestions.map(({ issueNumber }) => `#${issueNumber}`));
  const progress = suggestions.map(progressOf);
  const short = suggestions.map(({ recency }) => recency ?? "no date");
  const nothing = suggestions.map(() => "");
  const forms = [
    [progress, suggestions.map(ageOf)],
    [progress, short],
    [nothing, short],
    [nothing, nothing],
  ].map((form) => form.map(column));
  const roomIn = (form: readonly string[][]) =>
    [issues, ...form].reduce((left, cells) => left - (widestOf(cells) && widestOf(cells) + GAP.length), width);
  const form = forms.find((each) => roomIn(each) >= NARROWEST_TITLE) ?? forms.at(-1)!;
  const room = Math.max(1, roomIn(form));
  const whole = suggestions.map(({ title }) => cutToColumns(shown(title), LONGEST_TITLE));
  const titles = column(whole.map((title) => cutToColumns(title, room)));
  return suggestions.map((_, at) => {
    const cells = [issues, titles, ...form].map((all) => all[at]!);
    const label = cells
      .filter((cell) => cell !== "")
      .join(GAP)
      .trimEnd();
    return columnsOf(whole[at]!) > room ? { label, hint: whole[at]! } : { label };
  });
}

/** How far the work is: `2 of 5 done`, `completed`, or nothing where the work file does not say. */
export function progressOf({ status, progress }: Suggestion): string {
  if (status === "completed") return "completed";
  return progress === undefined ? "" : `${progress.completed} of ${progress.total} done`;
}

/** How old the work file is, with what that means: `2 hours ago (recent)`. */
export function ageOf({ recency, freshness }: Suggestion): string {
  if (recency === undefined) return "no date";
  return freshness === undefined ? recency : `${recency} (${freshness})`;
}

function column(cells: readonly string[]): string[] {
  const width = widestOf(cells);
  return cells.map((cell) => padToColumns(cell, width));
}
