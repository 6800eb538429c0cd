/** One issue with all that is recorded of it, for people. */
import type { Shown, ShownProblem } from "../../gate/documents/show.ts";
import { plural, type Style, shown } from "../style.ts";
import { wrapToColumns } from "./columns.ts";
import { nameOf, untoldProblems } from "./parts.ts";
import { viewProblems } from "./problems.ts";
import { fieldsOf, sectionsOfPlan, viewSections } from "./status.ts";

/** The issue; long lines of it in several of `width` columns. */
export function viewShown(issue: Shown, now: number, width: number, style: Style): string {
  const items = (list: readonly string[]) => list.map((text) => `  - ${shown(text)}`);
  const said = [
    ...sectionsOfPlan(issue),
    ["Description", linesOf(issue.description)],
    ["Approach", linesOf(issue.approach)],
    ["Decisions", issue.decisions.map((text, at) => `  ${at + 1}. ${shown(text)}`)],
    ["Learnings", items(issue.learnings)],
    ["Tests", issue.tests.map(testLine)],
    ["Files", items(issue.files)],
    ["Log, newest first", logLines(issue)],
  ] as const;
  return viewSections(
    [
      ["", headOf(issue, now, style)],
      ...said.map(([title, lines]) => [title, lines.flatMap((line) => hang(line, width))] as const),
      ...problemsOf(issue, style),
    ],
    style,
  );
}

function headOf(issue: Shown, now: number, style: Style): string[] {
  const { active, status, valid, path, problems } = issue;
  const errors = problems.filter(({ severity }) => severity === "error");
  const damaged = new Set(errors.map((problem) => shown(problem.path ?? path)));
  const isForeign = problems.some(({ rule }) => rule === "foreign-format");
  return [
    ...(valid ? [] : [...damaged].map((each) => style.red(`${each} is damaged: what stands here may be wrong.`))),
    ...(isForeign ? [style.yellow(`${path} is not in the gate's format, so nothing of it is shown.`)] : []),
    style.bold(shown(nameOf(issue))),
    `${active ? style.green("active") : shown(status ?? "")}  ${style.dim(path)}`.trimStart(),
    ...fieldsOf(issue, now, style),
  ];
}

/** The problems by the files that have them. */
function problemsOf(issue: Shown, style: Style) {
  const { problems, path } = issue;
  const files = new Map<string, ShownProblem[]>();
  for (const problem of untoldProblems(problems, issue)) {
    const file = problem.path ?? path;
    files.set(file, [...(files.get(file) ?? []), problem]);
  }
  return [...files].map(([file, list]) => [`Problems of ${file}`, viewProblems(list, file, style)] as const);
}

/** Free text as it stands, without the blank lines at its ends. */
function linesOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(/\r\n|\n|\r/).map((line) => `  ${shown(line)}`.trimEnd());
}

/** A test on one line, with the run that proves it. */
export function testLine({ name, passed, command, state }: Shown["tests"][number]): string {
  const proof = command === undefined ? "" : `  (${state}: ${shown(command)})`;
  return `  ${passed === undefined ? "-" : passed ? "[x]" : "[ ]"} ${shown(name)}${proof}`;
}

function logLines({ log, olderLog = 0, active, issueNumber, path }: Shown): string[] {
  const place = active ? `.claude/work/${issueNumber}.md` : path;
  const more = olderLog === 0 ? [] : [`  and ${plural(olderLog, "older entry", "older entries")} in ${place}`];
  return [
    ...log.flatMap(({ timestamp, items }) => [`  ${shown(timestamp)}`, ...items.map((text) => `    - ${shown(text)}`)]),
    ...more,
  ];
}

/** A line in as many as it takes, the further ones behind the first word of the first. */
function hang(line: string, width: number): string[] {
  const indent = /^ *(?:(?:-|\d+\.|\[.\]) )?/.exec(line)![0].length;
  const [first = "", ...others] = wrapToColumns(line.slice(indent), Math.max(8, width - indent));
  return [line.slice(0, indent) + first, ...others.map((each) => " ".repeat(indent) + each)];
}
