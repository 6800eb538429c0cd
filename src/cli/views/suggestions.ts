/** Work to choose from, one line for each, in columns. */
import type { Suggestion } from "../../gate/documents/suggestions.ts";
import { shown } from "../style.ts";

const NARROWEST_TITLE = 16;
const LONGEST_TITLE = 160;
const GAP = "  ";
const NO_WIDTH = /\p{Mark}/u;
const TWICE_AS_WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

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
  // Of a title as long as a file nothing but its beginning is looked at.
  const whole = suggestions.map(({ title }) => cut(shown(title.slice(0, LONGEST_TITLE + 1)), LONGEST_TITLE));
  const titles = column(whole.map((title) => cut(title, room)));
  return suggestions.map((_, at) => {
    const cells = [issues, titles, progress, ages].map((all) => all[at]!);
    const label = cells.filter((cell) => cell !== "").join(GAP);
    return widthOf(whole[at]!) > room ? { label, hint: whole[at]! } : { label };
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
  return cells.map((cell) => cell + " ".repeat(width - widthOf(cell)));
}

function widest(cells: readonly string[]): number {
  return Math.max(0, ...cells.map(widthOf));
}

function cut(text: string, room: number): string {
  if (widthOf(text) <= room) return text;
  let kept = "";
  let width = 1;
  for (const character of text) {
    width += widthOf(character);
    if (width > room) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** The columns that a terminal takes for a text. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += NO_WIDTH.test(character) ? 0 : TWICE_AS_WIDE.test(character) ? 2 : 1;
  return width;
}
