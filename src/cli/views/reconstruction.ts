/** The work that could be taken up again, for people. */
import type { Reconstruction } from "../../gate/documents/suggestions.ts";
import { type Style, shown } from "../style.ts";
import { padToColumns, widestOf } from "./columns.ts";
import { ageOf, progressOf } from "./suggestions.ts";

/** The list with what to do about it. */
export function viewReconstruction(found: Reconstruction, style: Style): string {
  const [first] = found.suggestions;
  const advice = first
    ? `Run \`gate reconstruct --select ${first.issueNumber} --yes\` to make one the active work.`
    : "Run `gate start N --title T` to begin with an issue.";
  return [...viewWork(found, style), "", advice].join("\n");
}

/** The list as lines, and what was skipped. */
function viewWork(found: Reconstruction, style: Style): string[] {
  const { bold, dim } = style;
  const rows = found.suggestions.map((suggestion) => ({
    issue: `#${suggestion.issueNumber}`,
    status: shown(suggestion.status),
    progress: suggestion.status === "completed" ? "" : progressOf(suggestion),
    age: ageOf(suggestion),
    title: shown(suggestion.title),
  }));
  const width = (key: "issue" | "status" | "progress" | "age") => widestOf(rows.map((row) => row[key]));
  const [issues, statuses, counts, ages] = [width("issue"), width("status"), width("progress"), width("age")];
  const lines = rows.map(({ issue, status, progress, age, title }) => {
    const count = counts === 0 ? "" : `${progress.padEnd(counts)}  `;
    return `  ${issue.padEnd(issues)}  ${dim(age.padEnd(ages))}  ${padToColumns(status, statuses)}  ${count}${title}`.trimEnd();
  });
  const skipped = viewSkipped(found, style);
  return [
    ...(rows.length > 0 ? [bold("Work files, newest first"), ...lines] : ["There are no work files to take up again."]),
    ...viewLeftOut(found, style),
    ...(skipped.length > 0 ? ["", ...skipped] : []),
  ];
}

/** How many files nobody has looked into because others are newer; empty where all were read. */
export function viewLeftOut(found: Reconstruction, { dim }: Style): string[] {
  const count = found.foundWorkFiles - found.suggestions.length - found.skipped.length;
  if (found.complete || count <= 0) return [];
  return [dim(`  and ${count} more, which \`gate reconstruct --full\` lists`)];
}

/** The files that are in no list, with the reasons; empty without any. */
export function viewSkipped({ skipped }: Reconstruction, { yellow }: Style): string[] {
  if (skipped.length === 0) return [];
  const lines = skipped.map(({ file, reason }) => `  ${shown(file)}  ${shown(reason)}`);
  return [yellow("Skipped, because they cannot be read"), ...lines];
}
