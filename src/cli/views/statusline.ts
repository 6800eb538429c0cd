/** The active work in one line for a status bar. */
import { printable } from "../../base/line.ts";
import { parseTime } from "../../base/time.ts";
import { hasOwnState, type Status } from "../../gate/view/status.ts";
import type { Style } from "../style.ts";
import { columnsOf, cutToColumns } from "./columns.ts";
import { completedIn, FRESHNESS_COLORS, nameOf, shortAge } from "./parts.ts";

const SEPARATOR = " · ";

/** `#1234 Add rate limiting · 2/5 · recent 2h` in at most `width` columns; empty while no issue is active. */
export function viewStatusline(status: Status, now: number, width: number, style: Style): string {
  const { exists, valid, issueTitle, freshness, progressItems } = status;
  if (!hasOwnState(status)) return viewElsewhere(status, now, width);
  if (exists && !valid) return style.red(cutToColumns("state.md is damaged · gate check", width));
  if (issueTitle === undefined) return "";
  const name = printable(nameOf(status));
  const progress = progressItems.length === 0 ? "" : `${completedIn(status)}/${progressItems.length}`;
  const age = [freshness, ageOf(status, now)].filter(Boolean).join(" ");
  const rest = [progress, age].filter(Boolean);
  const painted = rest.map((part) => (part === age && freshness ? style[FRESHNESS_COLORS[freshness]](part) : part));
  const room = roomBeside(rest, width);
  // Where the title would be cut to nothing, it is all there is.
  if (room < MIN_TITLE) return cutToColumns(name, width);
  return [cutToColumns(name, room), ...painted].join(SEPARATOR);
}

const MIN_TITLE = 6;

function roomBeside(rest: readonly string[], width: number): number {
  return width - rest.reduce((sum, part) => sum + columnsOf(part) + SEPARATOR.length, 0);
}

/** What another tool says where there is no state file of ours; without room for more, which file that is. */
function viewElsewhere({ elsewhere: [work] }: Status, now: number, width: number): string {
  if (work === undefined) return "";
  const file = `${printable(work.path)}, read only`;
  const reading = work.lastUpdated === undefined ? undefined : parseTime(work.lastUpdated);
  const age = reading?.kind === "exact" ? shortAge(Math.min(reading.instant, now), now) : "";
  const rest = [age, file].filter(Boolean);
  const room = roomBeside(rest, width);
  return room < MIN_TITLE
    ? cutToColumns(file, width)
    : [cutToColumns(printable(work.title), room), ...rest].join(SEPARATOR);
}

function ageOf({ lastUpdated, hoursSinceUpdate }: Status, now: number): string {
  const reading = lastUpdated === undefined ? undefined : parseTime(lastUpdated);
  if (hoursSinceUpdate === undefined) return "";
  return reading?.kind === "exact" ? shortAge(reading.instant, now) : `${hoursSinceUpdate}h`;
}
