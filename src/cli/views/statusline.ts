/** The active work in one line for a status bar. */
import { printable } from "../../base/line.ts";
import { parseTime } from "../../base/time.ts";
import type { Status } from "../../gate/view/status.ts";
import type { Style } from "../style.ts";
import { columnsOf, cutToColumns } from "./columns.ts";
import { completedIn, FRESHNESS_COLORS, nameOf, shortAge } from "./parts.ts";

const SEPARATOR = " · ";

/** `#1234 Add rate limiting · 2/5 · recent 2h` in at most `width` columns; empty while no issue is active. */
export function viewStatusline(status: Status, now: number, width: number, style: Style): string {
  const { exists, valid, issueTitle, freshness, problems, progressItems } = status;
  if (problems.some(({ rule }) => rule === "foreign-format")) return "";
  if (exists && !valid) return style.red(cutToColumns("state.md is damaged · gate check", width));
  if (issueTitle === undefined) return "";
  const name = printable(nameOf(status));
  const progress = progressItems.length === 0 ? "" : `${completedIn(status)}/${progressItems.length}`;
  const age = [freshness, ageOf(status, now)].filter(Boolean).join(" ");
  const rest = [progress, age].filter(Boolean);
  const painted = rest.map((part) => (part === age && freshness ? style[FRESHNESS_COLORS[freshness]](part) : part));
  const taken = rest.reduce((sum, part) => sum + columnsOf(part) + SEPARATOR.length, 0);
  // Where the title would be cut to nothing, it is all there is.
  if (width - taken < MIN_TITLE) return cutToColumns(name, width);
  return [cutToColumns(name, width - taken), ...painted].join(SEPARATOR);
}

const MIN_TITLE = 6;

function ageOf({ lastUpdated, hoursSinceUpdate }: Status, now: number): string {
  const reading = lastUpdated === undefined ? undefined : parseTime(lastUpdated);
  if (hoursSinceUpdate === undefined) return "";
  return reading?.kind === "exact" ? shortAge(reading.instant, now) : `${hoursSinceUpdate}h`;
}
