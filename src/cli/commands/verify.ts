/** `gate verify`: see `gate/documents/verify.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { type Verification, verify as verifyWork } from "../../gate/documents/verify.ts";
import { found } from "../answer.ts";
import { command } from "../command.ts";
import { type Style, shown } from "../style.ts";
import { viewProblems } from "../views/problems.ts";

export const verify = command({
  description:
    "Says whether the work file of an issue is there, whether it can be trusted, and how fresh it is. Reads only.",
  examples: [
    ["gate verify 1234", "for people"],
    ["gate verify 1234 --json", "for programs: `exists`, `valid`, `freshness`"],
  ],
  arguments: { issue: { name: "<issue>", about: "the issue's number", read: parseIssueNumber } },
  async run({ openGate }, { issue }) {
    return found(await verifyWork(openGate(), issue), (result, style) => view(result, issue, style));
  },
});

function view(result: Verification, issue: number, style: Style): string {
  const { exists, valid, issueTitle, status, lastUpdated, freshness, path, problems, archivedTo } = result;
  if (archivedTo !== undefined) {
    const calls = `\`gate show ${issue}\` shows it, \`gate start ${issue}\` takes the issue up again.`;
    return `#${issue} is finished: its work file is ${archivedTo}.\n${calls}`;
  }
  if (!exists) return `There is no ${path}.\nRun \`gate start ${issue} --title T\` to make it.`;
  const { bold, dim, green, red } = style;
  const facts = [shown(status), shown(freshness), lastUpdated && dim(shown(lastUpdated))].filter(Boolean).join("  ");
  return [
    bold(`#${issue} ${shown(issueTitle)}`.trimEnd()),
    `${dim(path)}  ${valid ? green("valid") : red("damaged")}`,
    ...(facts === "" ? [] : [facts]),
    ...viewProblems(problems, path, style),
  ].join("\n");
}
