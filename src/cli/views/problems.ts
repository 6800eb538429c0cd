/** What is wrong with a document, for people. */
import type { Problem } from "../../rules/report.ts";
import { type Style, shown } from "../style.ts";

/** One aligned line for each problem, and what to do about them unless only findings are wanted; empty without problems. */
export function viewProblems(
  problems: readonly Problem[],
  path: string,
  { dim, red, yellow }: Style,
  extent: "findings" | "advice" = "advice",
): string[] {
  const place = ({ line, column }: Problem) => `${line}:${column}`;
  const places = Math.max(0, ...problems.map((problem) => place(problem).length));
  const rules = Math.max(0, ...problems.map(({ rule }) => rule.length));
  const lines = problems.map((problem) => {
    const { severity, rule, message } = problem;
    const word = { error: red, warning: yellow, info: dim }[severity](severity.padEnd(7));
    return `  ${place(problem).padEnd(places)}  ${word}  ${rule.padEnd(rules)}  ${shown(message)}`;
  });
  if (extent === "findings") return lines;
  return [...lines, ...adviceFor(problems, path).map((line) => `  ${dim(line)}`)];
}

function adviceFor(problems: readonly Problem[], path: string): string[] {
  if (problems.length === 0) return [];
  const rules = new Set(problems.map(({ rule }) => rule));
  if (rules.has("foreign-format")) {
    return [
      "The file belongs to another tool or a person. Run `gate init --adopt` to add what is missing around its text.",
    ];
  }
  if (rules.has("unsupported-version")) return ["Use a newer gate for this project."];
  const fixable = problems.filter((problem) => problem.fixable).length;
  const errors = problems.some(({ severity }) => severity === "error");
  const mend = `Run \`gate check --fix ${path}\` to mend ${fixable === problems.length ? "this" : `${fixable} of these`}.`;
  const isCut = problems.some(({ rule, severity }) => rule === "missing-section" && severity === "error");
  // A section that is gone is not brought back by an empty one.
  return [
    ...(fixable > 0 && !isCut ? [mend] : []),
    ...(errors && (isCut || fixable < problems.length)
      ? [`Nothing is written to the file until it is mended: ${recoverCall(path)}`]
      : []),
  ];
}

/** The call that rebuilds a document; an archived one is mended by hand. */
function recoverCall(path: string): string {
  const issue = /^\.claude\/work\/(\d+)\.md$/.exec(path)?.[1];
  if (issue !== undefined) return `gate recover --work ${issue}`;
  return path === ".claude/state.md" ? "gate recover" : "edit it by hand";
}
