/** The issues of a project, one line each, for people. */
import { parseTime } from "../../base/time.ts";
import type { ListedIssue } from "../../gate/documents/list.ts";
import { type Style, shown } from "../style.ts";
import { columnsOf, cutToColumns, widestOf } from "./columns.ts";
import { FRESHNESS_COLORS, shortAge } from "./parts.ts";
import { draw, type Styled } from "./watch/line.ts";

/** The fewest columns of a title beside its branch and claim, and beside all else. */
const ROOMY_TITLE = 32;
const NARROWEST_TITLE = 12;
/** How many cells stand before the branch. */
const FIRST = 5;
const WIDEST_BRANCH = 32;
/** More can stand in a work file than anybody reads in a list. */
const LONGEST_TITLE = 200;
const GAP = "  ";

const WORDS: Readonly<Record<string, string>> = { in_progress: "open", completed: "done" };

/** The lines, each in at most `width` columns; what has no room for its title beside it is left out, the last first. */
export function viewIssues(issues: readonly ListedIssue[], now: number, width: number, style: Style): string[] {
  const rows = issues.map((issue) => cellsOf(issue, now));
  const widths = ["issue", "title", "status", "progress", "age", "branch", "claim"].map((name) =>
    widestOf(rows.map((row) => row[name as keyof Cells].text)),
  );
  const taken = (count: number) => widths.slice(2, count).reduce((sum, each) => sum + (each && each + GAP.length), 0);
  const room = (count: number) => width - widths[0]! - GAP.length - taken(count);
  let count = widths.length;
  const least = () => Math.min(widths[1]!, count > FIRST ? ROOMY_TITLE : NARROWEST_TITLE);
  while (count > 3 && room(count) < least()) count--;
  const most = Math.min(widths[1]!, Math.max(1, room(count)));
  return rows.map(({ title, ...row }) => {
    const cells = [row.issue, { ...title, text: cutToColumns(title.text, most) }, ...Object.values(row).slice(1)];
    const line = cells.slice(0, count).flatMap(({ text, look }, at): Styled[] => {
      const column = at === 1 ? most : widths[at]!;
      const part = { text, ...(look && { look }) };
      return column === 0
        ? []
        : [...(at === 0 ? [] : [{ text: GAP }]), part, { text: " ".repeat(column - columnsOf(text)) }];
    });
    return draw(withoutEnd(line), width, style);
  });
}

type Cells = Readonly<Record<"issue" | "title" | "status" | "progress" | "age" | "branch" | "claim", Styled>>;

function cellsOf(issue: ListedIssue, now: number): Cells {
  const { active, status = "", progress, lastUpdated, freshness, branch, claim } = issue;
  const reading = lastUpdated === undefined ? undefined : parseTime(lastUpdated);
  const isKnown = reading !== undefined && reading.kind !== "impossible";
  return {
    issue: { text: `#${issue.issueNumber}`, ...(active && { look: "bold" }) },
    title: { text: cutToColumns(shown(issue.title), LONGEST_TITLE), ...(active && { look: "bold" }) },
    status: { text: active ? "active" : shown(WORDS[status] ?? status), ...(active && { look: "green" }) },
    progress: { text: progress === undefined ? "" : `${progress.completed}/${progress.total}` },
    age: {
      text: isKnown ? shortAge(Math.min(reading.instant, now), now) : "",
      ...(freshness && status !== "completed" && { look: FRESHNESS_COLORS[freshness] }),
    },
    branch: { text: cutToColumns(shown(branch), WIDEST_BRANCH), look: "cyan" },
    claim: { text: claim?.live ? shown(claim.holder.replace(/:[^:]*$/, "")) : "", look: "dim" },
  };
}

/** Blanks at the end of a line are nobody's. */
function withoutEnd(line: readonly Styled[]): readonly Styled[] {
  const last = line.findLastIndex(({ text }) => text.trim() !== "");
  return line.slice(0, last + 1);
}
