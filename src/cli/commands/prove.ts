/** `gate prove`: see `gate/documents/prove.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { prove as proveTest } from "../../gate/documents/prove.ts";
import { viewMessage, wrote } from "../answer.ts";
import { command } from "../command.ts";
import { testLine } from "../views/show.ts";

export const prove = command({
  description:
    "Runs a command and records it in the work file's Tests: its exit code, the time, the commit and a digest of the " +
    "project's files. The test is proven as long as the files are the ones that it ran on. A command that fails is " +
    "recorded too, and the exit code is 1.",
  examples: [
    ["gate prove -- npm test", "under the command's own name"],
    ["gate prove 'Tests pass' -- npm test", "under another one, such as that of a progress item"],
    ["gate save --done 'Tests pass' -- npm test", "complete the item too, if it passes"],
    ["gate prove Build -- sh -c 'npm ci && npm run build'", "what needs a shell"],
  ],
  notes: [
    "The command is recorded as it is given: give passwords by the environment.",
    "With --json the command's output goes to standard error. With --dry-run nothing is run.",
  ],
  arguments: { name: { name: "[text]", about: "the name of the test; the command by default" } },
  behind: "<command...>",
  options: {
    issue: { flag: "--issue <number>", about: "another issue than the active one", read: parseIssueNumber },
  },
  async run({ io, openGate, write, flags, behind = [] }, given) {
    const outputTo = flags.json ? "error" : "output";
    const outcome = await proveTest(openGate(), { command: behind, cwd: io.cwd, outputTo, ...given }, write);
    return wrote(outcome, (value, style) => [viewMessage(value, style), ...value.tests.map(testLine)].join("\n"));
  },
});
