/** Lines that were found, for people. */
import { charactersOf } from "../../base/fit.ts";
import type { Match } from "../../gate/documents/search.ts";
import { type Style, shown } from "../style.ts";
import { columnsOf, cutToColumns } from "./columns.ts";

/** Fewer columns beside the place say too little: the line then has one of its own. */
const NARROWEST = 30;
const INDENT = "  ";

/** The place and the line, cut so that it fits into `width` columns and what was found can be seen. */
export function viewMatch({ path, line, column, text }: Match, width: number, { cyan, dim }: Style): string {
  const place = `${shown(path)}:${line}:${column}`;
  const room = width - columnsOf(place) - INDENT.length;
  const isApart = room < NARROWEST;
  const excerpt = excerptOf(text, column - 1, isApart ? width - INDENT.length : room);
  const head = `${cyan(cutToColumns(shown(path), width))}${isApart && columnsOf(place) > width ? "" : dim(`:${line}:${column}`)}`;
  return `${head}${isApart ? `\n${INDENT}` : INDENT}${excerpt}`;
}

function excerptOf(text: string, at: number, room: number): string {
  const before = text.slice(0, at).trimStart();
  // Of a long line only so much is looked at as can be shown.
  const reach = Number.isFinite(room) ? 8 * room : text.length;
  const rest = shown(text.slice(at, at + reach).trimEnd());
  const most = Math.max(Math.floor(room / 3), room - columnsOf(rest));
  return cutToColumns(endInColumns(shown(before.slice(-reach)), most) + rest, room);
}

/** The end of a text in at most so many columns, cut with `…` where it is wider. */
function endInColumns(text: string, most: number): string {
  if (columnsOf(text) <= most) return text;
  const characters = [...charactersOf(text)];
  let columns = 1;
  let from = characters.length;
  while (from > 0 && columns + columnsOf(characters[from - 1]!) <= most) columns += columnsOf(characters[--from]!);
  return `…${characters.slice(from).join("")}`;
}
