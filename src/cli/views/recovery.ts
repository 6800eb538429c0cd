/** What a recovery found, what it would keep and what it would lose, for people. */
import type { RecoveryPlan } from "../../gate/recovery/plan.ts";
import type { Recovery } from "../../gate/recovery/recover.ts";
import type { Conflict } from "../../salvage/conflict.ts";
import type { PartSource } from "../../salvage/source.ts";
import { plural, type Style, shown } from "../style.ts";
import { viewProblems } from "./problems.ts";

/** So many lost lines are shown; all are in the JSON result. */
const MAX_LOST = 20;

/** What is wrong and what would come of it, to be read before the diff. */
export function viewPlan(plan: RecoveryPlan, style: Style): string {
  const { bold, yellow } = style;
  const found = viewProblems(plan.problems, plan.path, style, "findings");
  return [
    bold(plan.before === undefined ? `${plan.path} does not exist` : `${plan.path} is damaged`),
    ...found,
    "",
    bold("What is kept"),
    ...keptLines(plan.kept),
    ...sourceLines(plan.sources),
    ...lostLines(plan.lost, style),
    ...plan.warnings.map((warning) => `${yellow("warning:")} ${shown(warning)}`),
  ].join("\n");
}

export function viewRecovery({ recovered, backup, kept, lost, stateFile, sources }: Recovery, style: Style): string {
  if (!recovered) return `${shown(stateFile)} is in order; there is nothing to recover.`;
  const [, issue] = /\/work\/(\d+)\.md$/.exec(stateFile) ?? [];
  const [see, back] = issue === undefined ? ["status", "undo"] : [`show ${issue}`, `undo --work ${issue}`];
  return [
    style.bold(`Rebuilt ${shown(stateFile)}`),
    ...(backup === undefined ? [] : [`The damaged file is kept as ${shown(backup)}.`]),
    ...keptLines(kept),
    ...sourceLines(sources),
    ...lostLines(lost, style),
    style.dim(`Run \`gate ${see}\` to see it, \`gate ${back}\` to go back.`),
  ].join("\n");
}

/** Both sides by their names: neither is the old text of the other, so nothing looks like a diff. */
export function viewConflict(
  { ours, theirs, names, line }: Conflict,
  number: number,
  count: number,
  style: Style,
): string {
  const { bold, cyan, dim } = style;
  const side = (whose: string, name: string, lines: readonly string[]) => [
    cyan(name === "ours" || name === "theirs" ? whose : `${whose} (${shown(name)})`),
    ...(lines.some((each) => each.trim() !== "") ? lines.map((each) => `  │ ${shown(each)}`) : [dim("  nothing")]),
  ];
  return [
    bold(`Conflict ${number} of ${count}, line ${line}`),
    ...side("Yours", names[0], ours),
    ...side("Theirs", names[1], theirs),
  ].join("\n");
}

function keptLines(kept: RecoveryPlan["kept"]): string[] {
  if (!kept) return [];
  const counts = [
    [kept.progressItems, "progress item", "progress items"],
    [kept.nextSteps, "next step", "next steps"],
    [kept.openQuestions, "open question", "open questions"],
    [kept.recentWork, "line of recent work", "lines of recent work"],
    [kept.blockers, "line of blockers", "lines of blockers"],
    [kept.context, "line of context", "lines of context"],
    [kept.sections, "section of your own", "sections of your own"],
  ] as const;
  const found = counts.flatMap(([count, one, many]) => (count === 0 ? [] : [plural(count, one, many)]));
  return [`  ${[kept.issue ? "the active issue" : "no active issue", ...found].join(", ")}`];
}

const NAMES: Readonly<Record<PartSource["source"], string>> = {
  salvage: "the damaged file",
  history: "the history",
  work: "a work file",
  archive: "the archive",
  file: "the time of the file",
  new: "nothing that was known",
};

/** Only what is not from the damaged file itself has to be said. */
function sourceLines(sources: readonly PartSource[]): string[] {
  return sources
    .filter(({ source }) => source !== "salvage")
    .map(({ part, source, path }) => {
      return `  ${part.replaceAll("_", " ")}: from ${NAMES[source]}${path === undefined ? "" : ` (${shown(path)})`}`;
    });
}

function lostLines(lost: readonly string[], { bold, dim, red }: Style): string[] {
  if (lost.length === 0) return [];
  const more = lost.length - MAX_LOST;
  return [
    bold("What stands in the backup alone"),
    ...lost.slice(0, MAX_LOST).map((line) => red(`  ${shown(line.trim())}`)),
    ...(more > 0 ? [dim(`  and ${more} more lines`)] : []),
  ];
}
