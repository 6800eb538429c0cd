/** The parts of the screen, each a title with lines, as many as there are; `layout` says how many are shown. */
import { labelOf } from "../../../adapters/list.ts";
import { parseTime, recencyOf } from "../../../base/time.ts";
import { arrowOf } from "../../../document/question.ts";
import { GLYPHS } from "../../../document/values.ts";
import type { IssueClaim } from "../../../gate/claims/claim.ts";
import type { ListedIssue } from "../../../gate/documents/list.ts";
import { hasOwnState, type Status } from "../../../gate/view/status.ts";
import { shown } from "../../style.ts";
import { padToColumns, widestOf } from "../columns.ts";
import { blockersIn, completedIn, countsOf, FRESHNESS_COLORS, shortAge, untoldProblems } from "../parts.ts";
import { type Line, line, styled } from "./line.ts";
import type { SeenChange, WatchModel } from "./model.ts";

export interface Section {
  readonly title: Line;
  readonly lines: readonly Line[];
  /** So many of the lines are shown before others get more; the title always is. */
  readonly least: number;
  /** Who comes first when there is not room for all: 1 before 2. */
  readonly rank: number;
}

/** What is worked on: left, or above. */
export function workSections({ state }: WatchModel, columns: number): Section[] {
  if (!state) return [];
  if (!hasOwnState(state)) return state.elsewhere.map(elsewhereSection);
  if (isUnread(state)) return [];
  return present([
    progressOf(state, columns),
    {
      title: heading("Next steps"),
      lines: state.nextSteps.map((step, at) => line(`  ${at + 1}. ${step}`)),
      least: 2,
      rank: 3,
    },
    {
      title: heading("Open questions"),
      lines: state.openQuestions.flatMap((question) => {
        const arrow = arrowOf(question);
        const below = arrow === undefined ? [] : [line(styled("dim", `    → ${arrow}`))];
        return [line(`  ? ${question.question}`), ...below];
      }),
      least: 1,
      rank: 6,
    },
    { title: heading("Blockers", "red"), lines: blockersIn(state).map((text) => line(`  ${text}`)), least: 1, rank: 2 },
  ]);
}

/** What another tool says, where there is no state file of ours. */
function elsewhereSection({ title, status, nextSteps, path, source }: Status["elsewhere"][number]): Section {
  const steps = nextSteps.map((step, at) => line(`  ${at + 1}. ${step}`));
  const lines = [line(`  ${title}`), line(styled("dim", `  ${status}`)), ...steps];
  return { title: heading(`${path} (${labelOf(source)}, read only)`), lines, least: 2, rank: 2 };
}

/** What is around it: right, or below. */
export function otherSections(model: WatchModel, now: number, columns: number): Section[] {
  const { batch, changes, issues, claims, state } = model;
  const problems = state === undefined ? model.problems : untoldProblems(model.problems, state);
  const errors = problems.some(({ severity }) => severity === "error");
  return present([
    {
      title: heading(`Problems (${problems.length})`, errors ? "red" : "yellow"),
      lines: problems.map(problemLine),
      least: errors ? 3 : 1,
      rank: errors ? 1 : 5,
    },
    { title: heading("Batch"), lines: batch ? batchLines(batch, columns) : [], least: 1, rank: 4 },
    { title: heading("Other open issues"), lines: issueLines(issues, now), least: 1, rank: 6 },
    { title: heading("Claims"), lines: claimLines(claims), least: 1, rank: 7 },
    { title: heading("Recent work"), lines: state && !isUnread(state) ? recentLines(state) : [], least: 1, rank: 8 },
    { title: heading("Last changes"), lines: changeLines(changes, now), least: 1, rank: 7 },
  ]);
}

/** Nothing is shown of a file that is somebody else's or of a format not known yet. */
export function isUnread({ problems }: Status): boolean {
  return problems.some(({ rule }) => rule === "foreign-format" || rule === "unsupported-version");
}

function present(sections: readonly Section[]): Section[] {
  return sections.filter(({ lines }) => lines.length > 0);
}

function heading(text: string, look: "bold" | "red" | "yellow" = "bold"): Line {
  return line(styled(look, text));
}

function progressOf(state: Status, columns: number): Section {
  const { progressItems } = state;
  const parts = progressItems.map(({ status, percentage = 0 }) => (status === "completed" ? 100 : percentage));
  const share = parts.reduce((sum, part) => sum + part, 0) / (100 * parts.length);
  return {
    title: [
      ...line(styled("bold", "Progress"), "  "),
      ...bar(share, Math.min(30, columns - 40)),
      ...line(`  ${completedIn(state)} of ${progressItems.length} done, ${Math.floor(share * 100)} %`),
    ],
    lines: progressItems.map(({ status, text, percentage }) =>
      line(`  ${GLYPHS[status]} ${text}`, percentage !== undefined && styled("dim", ` (${percentage}% done)`)),
    ),
    least: 4,
    rank: 2,
  };
}

function problemLine({ path, line: row, column, severity, rule, message }: WatchModel["problems"][number]): Line {
  const look = severity === "error" ? "red" : "yellow";
  return line(
    `  ${path.replace(/^\.claude\//, "")}:${row}:${column} `,
    styled(look, rule),
    styled("dim", ` ${message}`),
  );
}

function batchLines(batch: NonNullable<WatchModel["batch"]>, columns: number): Line[] {
  const { batchId = "", status = "", totalFeatures = 0, completed = 0, failed = 0, skipped = 0, next } = batch;
  const share = totalFeatures === 0 ? 0 : (completed + failed + skipped) / totalFeatures;
  return [
    [...line("  "), ...bar(share, Math.min(30, columns - 50)), ...line(`  ${countsOf(batch)}, ${status}`)],
    ...(next ? [line(`  next ${next.index}: ${next.feature}`)] : []),
    line(styled("dim", `  ${batchId}`)),
  ];
}

/** The title last, because it is what may be cut. */
function issueLines(issues: readonly ListedIssue[], now: number): Line[] {
  const rows = issues.map(({ issueNumber, title, status = "", progress, lastUpdated, freshness }) => {
    const reading = lastUpdated === undefined ? undefined : parseTime(lastUpdated);
    const isKnown = reading !== undefined && reading.kind !== "impossible";
    return {
      cells: [
        `#${issueNumber}`,
        shown(status === "in_progress" ? "open" : status),
        progress === undefined ? "" : `${progress.completed}/${progress.total}`,
        isKnown ? shortAge(Math.min(reading.instant, now), now) : "",
      ],
      look: freshness === undefined ? ("dim" as const) : FRESHNESS_COLORS[freshness],
      title,
    };
  });
  const widths = [0, 1, 2, 3].map((at) => widestOf(rows.map(({ cells }) => cells[at]!)));
  return rows.map(({ cells, look, title }) => {
    const [issue, status, count, age] = cells.map((cell, at) =>
      widths[at] === 0 ? "" : `${padToColumns(cell, widths[at]!)}  `,
    );
    return line(`  ${issue}${status}${count}`, styled(look, age!), title);
  });
}

function claimLines(claims: readonly IssueClaim[]): Line[] {
  return claims.map(({ issueNumber, holder, worktree, until }) =>
    line(
      `  #${issueNumber}  ${holder.replace(/:[^:]*$/, "")}`,
      styled("dim", `  ${worktree.replace(/^.*[\\/]/, "")}, until ${until}`),
    ),
  );
}

function recentLines({ recentWork }: Status): Line[] {
  return recentWork.map(({ issueNumber, issueTitle = "", status, date, reason }) => {
    const when = [status, date].filter(Boolean).join(" ");
    const name = issueNumber === undefined ? issueTitle : `#${issueNumber} ${issueTitle}`;
    return line(`  ${name}`, when !== "" && styled("dim", ` (${when})`), reason !== undefined && ` — ${reason}`);
  });
}

function changeLines(changes: readonly SeenChange[], now: number): Line[] {
  const widest = widestOf(changes.map(({ operation }) => operation));
  return changes.map(({ time, operation, path, author }) => {
    const name = padToColumns(operation, widest);
    const age = recencyOf(time, now).padEnd(14);
    return line(
      styled("dim", `  ${age}`),
      ` ${name}  ${path.replace(/^\.claude\//, "")}`,
      styled("dim", `  ${author}`),
    );
  });
}

/** A bar that shows a share from 0 to 1, full only when all is done; empty where there is no room for one. */
function bar(share: number, columns: number): Line {
  if (columns < 5) return [];
  const filled = Math.floor(Math.min(1, Math.max(0, share)) * columns);
  return line(styled("green", "█".repeat(filled)), styled("dim", "░".repeat(columns - filled)));
}
