/** Where the lines of a document come from, for people: as much of it as the lines leave room for. */
import { shortActor } from "../../base/actor.ts";
import { recencyOf } from "../../base/time.ts";
import type { Blame, BlamedLine } from "../../gate/history/blame.ts";
import { endOf } from "../../gate/history/history.ts";
import { plural, type Style, shown } from "../style.ts";
import { columnsOf, cutToColumns } from "./columns.ts";

/** Columns from which on there is room for the age and for the actor. */
const WITH_AGE = 60;
const WITH_ACTOR = 100;
const LONGEST_WORD = 12;

export function viewBlame({ path, lines }: Blame, now: number, width: number, style: Style): string {
  const { bold, dim, yellow } = style;
  const columns: ((line: BlamedLine) => string)[] = [
    ({ version }) => (version === undefined ? "-" : endOf(version)),
    ({ outside, operation }) => cutToColumns(outside ? "outside" : shown(operation), LONGEST_WORD),
    ...(width >= WITH_AGE ? [({ timestamp }: BlamedLine) => recencyOf(Date.parse(timestamp), now)] : []),
    ...(width >= WITH_ACTOR ? [({ actor }: BlamedLine) => (actor === undefined ? "" : shown(shortActor(actor)))] : []),
  ];
  const cells = lines.map((line) => columns.map((cell) => cell(line)));
  const widths = columns.map((_, at) => cells.reduce((most, row) => Math.max(most, columnsOf(row[at]!)), 0));
  const digits = String(lines.length).length;
  const rows = lines.map((line, row) => {
    const facts = cells[row]!.map((cell, at) => cell + " ".repeat(widths[at]! - columnsOf(cell))).join(" ");
    const front = `${facts} ${String(line.line).padStart(digits)} `;
    const text = cutToColumns(shown(line.text), width - columnsOf(front));
    return `${(line.outside ? yellow : dim)(front)}${text}`.trimEnd();
  });
  const outside = lines.filter((line) => line.outside).length;
  const sum = `${shown(path)}: ${plural(lines.length, "line")}, ${outside} from outside`;
  return [bold(cutToColumns(sum, width)), ...rows].join("\n");
}
