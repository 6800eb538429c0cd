/** Work to choose from, one line for each, in columns. */
import type { Suggestion } from "../../gate/documents/suggestions.ts";
import { shown } from "../style.ts";
import { columnsOf, cutToColumns } from "./columns.ts";

const NARROWEST_TITLE = 16;
const LONGEST_TITLE = 160;
const GAP = "  ";

export interface SuggestionLine {
  readonly label: string;
  /** The title, where the line has only its beginning. */
  readonly hint?: string;
}

/** The lines, titles cut so that each fits into `width` columns if that leaves anything of them. */
export function linesFor(suggestions: readonly Suggestion[], width: number): readonly SuggestionLine[] {
  const issues = column(suggestions.map(({ issueNumber }) => `#${issueNumber}`));
  const progress = column(suggestions.map(progressOf));
  const ages = suggestions.map(ageOf);
  const others = widest(issues) + widest(progress) + widest(ages) + 3 * GAP.length;
  const room = Math.max(NARROWEST_TITLE, width - others);
  const whole = suggestions.map(({ title }) => cutToColumns(shown(title), LONGEST_TITLE));
  const titles = column(whole.map((title) => cutToColumns(title, room)));
  return suggestions.map((_, at) => {
    const cells = [issues, titles, progress, ages].map((all) => all[at]!);
    const label = cells.filter((cell) => cell !== "").join(GAP);
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
  const width = widest(cells);
  return cells.map((cell) => cell + " ".repeat(width - columnsOf(cell)));
}

function widest(cells: readonly string[]): number {
  return Math.max(0, ...cells.map(columnsOf));
}
