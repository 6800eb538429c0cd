/** The work that could be taken up again, for people. */
import type { Reconstruction } from "../../gate/reconstruct.ts";
import { type Style, shown } from "../style.ts";

export function viewReconstruction({ suggestions, skipped }: Reconstruction, { bold, dim, yellow }: Style): string {
  const rows = suggestions.map(({ issueNumber, title, status, recency, freshness }) => ({
    issue: `#${issueNumber}`,
    status: shown(status),
    age: recency === undefined ? "no date" : `${recency}${freshness === undefined ? "" : ` (${freshness})`}`,
    title: shown(title),
  }));
  const width = (key: "issue" | "status" | "age") => Math.max(0, ...rows.map((row) => row[key].length));
  const [issues, statuses, ages] = [width("issue"), width("status"), width("age")];
  const found = rows.map(({ issue, status, age, title }) =>
    `  ${issue.padEnd(issues)}  ${dim(age.padEnd(ages))}  ${status.padEnd(statuses)}  ${title}`.trimEnd(),
  );
  const left = skipped.map(({ file, reason }) => `  ${shown(file)}  ${shown(reason)}`);
  const [first] = suggestions;
  return [
    ...(first ? [bold("Work files, newest first"), ...found] : ["There are no work files to take up again."]),
    ...(left.length > 0 ? ["", yellow("Skipped, because they cannot be read"), ...left] : []),
    "",
    first
      ? `Run \`gate reconstruct --select ${first.issueNumber} --yes\` to make one the active work.`
      : "Run `gate start N --title T` to begin with an issue.",
  ].join("\n");
}
