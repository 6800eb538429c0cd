/** Lines of a screen: parts of text with their looks, measured first and coloured last. */
import { type Style, shown } from "../../style.ts";
import { columnsOf, startInColumns } from "../columns.ts";

export interface Styled {
  readonly text: string;
  readonly look?: keyof Style;
}

export type Line = readonly Styled[];

/** One row. What stands in the second column is printed at its place, whatever the terminal makes of the first. */
export interface Row {
  readonly text: string;
  readonly second?: { readonly column: number; readonly text: string };
}

/** A line of parts; bare text has no look of its own. */
export function line(...parts: readonly (string | Styled | undefined | false)[]): Line {
  return parts.flatMap((part) =>
    !part ? [] : typeof part === "string" ? [{ text: shown(part) }] : [{ ...part, text: shown(part.text) }],
  );
}

/** A part with a look. */
export function styled(look: keyof Style, text: string): Styled {
  return { look, text };
}

export function widthOfLine(parts: Line): number {
  return parts.reduce((sum, { text }) => sum + columnsOf(text), 0);
}

/** The line as it is printed, cut to so many columns. */
export function draw(parts: Line, columns: number, style: Style): string {
  const whole = widthOfLine(parts) <= columns;
  let left = columns;
  let drawn = "";
  for (const { text, look } of parts) {
    // The last column is for the sign that something is cut.
    const fits = whole || columnsOf(text) < left;
    const drawnText = fits ? text : left > 0 ? `${startInColumns(text, left - 1)}…` : "";
    drawn += look && drawnText !== "" ? style[look](drawnText) : drawnText;
    left -= columnsOf(text);
    if (!fits) break;
  }
  return drawn;
}

/** The lines as rows of the screen. */
export function rowsOf(lines: readonly Line[], columns: number, style: Style): Row[] {
  return lines.map((each) => ({ text: draw(each, columns, style) }));
}

/** Both ends of a line: the second one at the right edge, if there is room for it. */
export function ends(one: Line, other: Line, columns: number): Line {
  const gap = columns - widthOfLine(one) - widthOfLine(other);
  return gap < 2 ? one : [...one, { text: " ".repeat(gap) }, ...other];
}
