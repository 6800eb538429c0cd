/** A text over the whole screen, to be scrolled: what `check` and `history` print, and help. Pure. */
import { type Style, shown } from "../../style.ts";
import { wrapToColumns } from "../columns.ts";
import { line, type Row, rowsOf, styled } from "./line.ts";
import type { Size } from "./screen.ts";

export interface Panel {
  readonly title: string;
  readonly text: string;
  /** The first line that is shown. */
  readonly from: number;
}

export const HELP: Panel = {
  title: "Help",
  from: 0,
  text: [
    "q, Ctrl-C   leave; the terminal is as it was",
    "r           recover a damaged state file: leaves this view, asks, and comes back",
    "c           check all documents",
    "h           the history of changes",
    "?           this help",
    "Ctrl-Z      suspend; fg comes back to it",
    "",
    "In a text such as this one: arrows, Page Up and Page Down move, any other key goes back.",
    "",
    "Freshness is that of Last Updated: recent under 24 hours, moderate to 48 hours, then stale.",
    "Nothing is written while watching. The same for programs: gate watch --json",
  ].join("\n"),
};

/** The panel in the window, and the panel moved to where there is something to see. */
export function viewPanel(
  panel: Panel,
  { columns, rows }: Size,
  style: Style,
): { readonly rows: Row[]; readonly panel: Panel } {
  const width = Math.max(1, columns - 1);
  const lines = panel.text.split("\n").flatMap((each) => wrapToColumns(shown(each), width));
  const room = Math.max(1, rows - 3);
  const from = Math.max(0, Math.min(panel.from, lines.length - room));
  const body = lines.slice(from, from + room);
  const below = lines.length - from - body.length;
  const all = [
    line(styled("bold", panel.title)),
    [],
    ...body.map((text) => [{ text }]),
    ...Array.from({ length: room - body.length }, () => []),
    line(styled("dim", below > 0 ? `↓ ${below} more lines; any other key goes back` : "any key goes back")),
  ];
  return {
    rows: rowsOf(all.slice(0, Math.max(0, rows)), width, style),
    panel: { ...panel, from },
  };
}
