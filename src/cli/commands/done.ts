/** `gate done`: see `gate/documents/done.ts`. */
import { GateError } from "../../base/errors.ts";
import { parseIssueNumber } from "../../base/ids.ts";
import { done as finish } from "../../gate/documents/done.ts";
import { wrote } from "../answer.ts";
import { command } from "../command.ts";
import { shown } from "../style.ts";

export const done = command({
  description:
    "Finishes the active work: its work file is completed and moves to .claude/archive, the issue moves to Recent " +
    "Work. Interrupted half-way, it is finished by running it again.",
  examples: [
    ["gate done --pr https://github.com/o/r/pull/5", "with the pull request"],
    ["gate done 42", "an issue that is paused"],
    ["gate done --reason 'Superseded by #1240'", "with a reason, for Recent Work"],
  ],
  arguments: { issue: { name: "[issue]", about: "the issue; the active one by default", read: parseIssueNumber } },
  options: {
    named: { flag: "--issue <number>", about: "the same, as an option", read: parseIssueNumber },
    reason: { flag: "--reason <text>", about: "why the work ended" },
    pullRequest: { flag: "--pr <url>", about: "the address of the pull request" },
    archive: { flag: "--no-archive", about: "leave the completed work file where it is" },
  },
  async run({ openGate, write }, { named, ...given }) {
    if (given.issue !== undefined && named !== undefined && given.issue !== named) {
      throw new GateError(
        "INVALID_ARGUMENT",
        `Cannot finish #${given.issue} with --issue ${named}: they name two issues`,
        {
          hint: "Give the issue once.",
        },
      );
    }
    const issue = given.issue ?? named;
    const input = { ...given, ...(issue !== undefined && { issue }) };
    return wrote(await finish(openGate(), input, write), ({ message, archivedTo }, { bold, dim }) =>
      [bold(shown(message)), ...(archivedTo === undefined ? [] : [dim(`Work file: ${shown(archivedTo)}`)])].join("\n"),
    );
  },
});
