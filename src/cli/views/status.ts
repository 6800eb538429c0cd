/** The active work at a glance, for people. */
import { parseTime, recencyOf } from "../../base/time.ts";
import { arrowOf } from "../../document/question.ts";
import { hasOwnState, type Status } from "../../gate/view/status.ts";
import { LACKING_BRANCH } from "../../rules/active-work.ts";
import { plural, type Style, shown } from "../style.ts";
import { sectionsOfElsewhere } from "./elsewhere.ts";
import { blockersIn, FRESHNESS_COLORS, nameOf, progressLine, untoldProblems } from "./parts.ts";
import { viewProblems } from "./problems.ts";

/** All but the problems, which `show` has of more than one file. */
type StatusHead = Omit<Status, "problems">;

/** A title, empty for the head, with what stands below it. */
type TitledLines = readonly [title: string, lines: readonly string[]];

export function viewStatus(status: Status, now: number, style: Style): string {
  return viewSections(
    [
      ["", headOf(status, now, style)],
      ...(hasOwnState(status) ? sectionsOfPlan(status) : sectionsOfElsewhere(status, now, style)),
      ["Recent work", recentLines(status)],
      ["Problems", viewProblems(untoldProblems(status.problems, status), status.path, style)],
      ["Damaged records", damagedLines(status, style)],
      ["Guarded files", guardedLines(status, style)],
    ],
    style,
  );
}

/** What stands under Active Work, and beside it. */
export function sectionsOfPlan(status: StatusHead): readonly TitledLines[] {
  return [
    ["Progress", status.progressItems.map(progressLine)],
    ["Next steps", status.nextSteps.map((step, index) => `  ${index + 1}. ${shown(step)}`)],
    ["Open questions", status.openQuestions.flatMap(questionLines)],
    ["Blockers", blockersIn(status).map((line) => `  ${shown(line)}`)],
    ["Context", status.context.map((line) => `  ${shown(line)}`)],
  ];
}

/** The sections that have lines, with a blank line between them. */
export function viewSections(sections: readonly TitledLines[], style: Style): string {
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [...(title === "" ? [] : [style.bold(title)]), ...lines].join("\n"))
    .join("\n\n");
}

function damagedLines({ damagedRecords = [] }: Status, { red }: Style): string[] {
  return damagedRecords.map(({ path, fault, command }) => {
    return `  ${red(shown(path))}: ${shown(fault)}. Run: ${shown(command)}`;
  });
}

function guardedLines({ guardedProblems = [] }: Status, { red, yellow }: Style): string[] {
  return guardedProblems.map(({ path, rule, severity, message }) => {
    return `  ${(severity === "error" ? red : yellow)(shown(path))}: ${rule} ${shown(message)}`;
  });
}

function headOf(status: Status, now: number, style: Style): string[] {
  const { exists, valid, issueTitle, problems, path } = status;
  if (!exists) {
    if (problems.some(({ rule }) => rule === "rolled-back")) return [`${path} is missing.`];
    if (status.elsewhere.length > 0) return [`There is no ${path} yet; another tool says what is worked on.`];
    return [
      `There is no ${path} yet.`,
      "Run `gate start N --title T` to begin with an issue, or `gate init` to make an empty one.",
    ];
  }
  const foreign = problems.some(({ rule }) => rule === "foreign-format");
  if (foreign) return [`${path} is not in the gate's format, so nothing of it is shown.`];
  const warning = valid ? [] : [style.red(`${path} is damaged: what stands here may be wrong.`)];
  const fields = fieldsOf(status, now, style);
  if (issueTitle !== undefined) {
    return [...warning, style.bold(shown(nameOf(status).trim() || "The active work has no title")), ...fields];
  }
  const idle = valid ? ["No issue is active.", wayOn(status)] : [];
  return [...warning, ...idle, ...fields];
}

/** What to do where nothing is active: most come back to what they paused. */
function wayOn({ recentWork }: Status): string {
  const paused = recentWork.find(({ status }) => status === "paused");
  return paused?.issueNumber === undefined
    ? "Run `gate start N --title T` to begin, or `gate reconstruct` to find work to take up again."
    : `Run \`gate start ${paused.issueNumber}\` to go on with ${shown(nameOf(paused).trim())}, or \`gate start N --title T\` to begin.`;
}

/** The branch and the times of an issue, as lines. */
export function fieldsOf(status: StatusHead, now: number, style: Style): string[] {
  const { branch, started, lastUpdated, freshness } = status;
  const updated = [
    ageOf(status, now),
    freshness && style[FRESHNESS_COLORS[freshness]](freshness),
    lastUpdated && style.dim(shown(lastUpdated)),
  ];
  const fields = [
    ["Project", status.project && shown(status.project)],
    ["Branch", branch && [shown(branch), whereIs(status, style)].filter(Boolean).join("  ")],
    ["Updated", updated.filter(Boolean).join("  ")],
    ["Since", sinceThen(status)],
    ["Started", started && shown(started)],
  ];
  return fields.flatMap(([name, value]) => (value ? [`${name!.padEnd(7)}  ${value}`] : []));
}

/** What git says of the recorded branch, where it is not the one that is checked out. */
function whereIs({ git }: StatusHead, { yellow, red }: Style): string | undefined {
  if (git?.recordedBranch === undefined || git.recordedBranch === "checked-out") return undefined;
  const here = `${git.branch === undefined ? "no branch" : shown(git.branch)} is checked out`;
  const lacking = LACKING_BRANCH[git.recordedBranch];
  const words = lacking === undefined ? here : `${lacking}, ${here}`;
  return git.recordedBranch === "gone" ? red(words) : yellow(words);
}

/** What happened in git since the last save; nothing where nothing did. */
function sinceThen({ git }: StatusHead): string | undefined {
  const { commits, changedFiles } = git ?? {};
  const parts = [commits && plural(commits, "commit"), changedFiles && plural(changedFiles, "changed file")];
  return parts.filter(Boolean).join(", ") || undefined;
}

function ageOf({ lastUpdated, hoursSinceUpdate }: StatusHead, now: number): string | undefined {
  if (lastUpdated === undefined || hoursSinceUpdate === undefined) return undefined;
  const reading = parseTime(lastUpdated);
  return reading?.kind === "exact" ? recencyOf(reading.instant, now) : `${hoursSinceUpdate} hours ago`;
}

export function questionLines(question: Status["openQuestions"][number]): string[] {
  const arrow = arrowOf(question);
  return [`  ? ${shown(question.question)}`, ...(arrow === undefined ? [] : [`    → ${shown(arrow)}`])];
}

function recentLines({ recentWork }: Status): string[] {
  return recentWork.map(({ status, date, reason, ...work }) => {
    const name = shown(nameOf(work));
    const when = [shown(status), shown(date)].filter(Boolean).join(" ");
    return `  ${name}${when === "" ? "" : ` (${when})`}${reason === undefined ? "" : ` — ${shown(reason)}`}`;
  });
}
