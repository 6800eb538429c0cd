/** `gate start`: see `gate/documents/start.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { readInput } from "../../files/read/input.ts";
import { start as startWork } from "../../gate/documents/start.ts";
import { SOURCES } from "../../gate/documents/start-from.ts";
import { MAX_DESCRIPTION } from "../../gate/documents/start-input.ts";
import { wrote } from "../answer.ts";
import { type Call, command } from "../command.ts";
import { type Options, wordsOf } from "../option.ts";
import { LEASE, leaseWord, requireTakeOver, TAKE_OVER } from "../options/claims.ts";
import { HERE, openToBegin, sayingWhere } from "../options/here.ts";
import { viewStart } from "../views/start.ts";

const OPTIONS = {
  ...HERE,
  title: { flag: "--title <text>", about: "its title; by default from the work file, else from `gh issue view`" },
  branch: {
    flag: "--branch <name>",
    about: "the branch the work is on; by default the one checked out, if not the default one",
  },
  started: { flag: "--started <time>", about: "when the work began, as 2024-10-23T10:00:00Z; now by default" },
  url: { flag: "--url <url>", about: "the issue's address, for a new work file" },
  lease: LEASE,
  takeOver: TAKE_OVER,
  from: {
    flag: "--from <name>",
    about: "begin with what another tool keeps: title, progress, next steps, questions; its file stays as it is",
    choices: SOURCES,
  },
  descriptionFile: {
    flag: "--description-file <file>",
    about: "text for the Issue Description of a new work file; - is standard input",
  },
} as const satisfies Options;

export const start = command({
  description:
    "Makes an issue the active work and opens its work file. What was active before moves to Recent Work, " +
    "and what is unfinished of it into its own work file. The issue that is active already is resumed. " +
    "It is claimed for this worktree until `gate done`, or until nothing was saved for 8 hours. " +
    "Without a number it asks, on a terminal, which of the work files it shall be.",
  examples: [
    ["gate start 1234 --title 'Add rate limiting' --branch feature/rate-limiting", "begin with an issue"],
    ["gate start 1234", "resume it, or take the title from its work file or from GitHub"],
    ["gate start", "choose from the work files, newest first"],
    ["gate start 1234 --from gsd", "begin with what .planning/STATE.md says is in hand"],
    ["gate start 1234 --take-over", "take it from another worktree, after asking while its claim holds"],
    ["gh issue view 7 --json body -q .body | gate start 7 --description-file -", "keep the issue's text"],
  ],
  arguments: {
    asked: { name: "[issue]", about: "the issue's number; asked for on a terminal", read: parseIssueNumber },
  },
  options: OPTIONS,
  async run(call, { asked, descriptionFile, here, ...given }) {
    const { io, write } = call;
    const issue = asked ?? (await choose(call));
    const gate = openToBegin(call, here);
    const text = descriptionFile === undefined ? undefined : readInput(descriptionFile, io.cwd, MAX_DESCRIPTION);
    const input = { issue, ...given, ...(text !== undefined && { description: text }) };
    if (given.takeOver) {
      const planned = () => startWork(gate, input, { ...write, dryRun: true });
      const words = [
        "start",
        String(issue),
        ...wordsOf(OPTIONS, { ...given, here, descriptionFile, lease: leaseWord(given.lease) }),
      ];
      await requireTakeOver(call, gate, { issue, words, planned });
    }
    return wrote(sayingWhere(call, gate, await startWork(gate, input, write)), viewStart);
  },
});

/** Loaded only where it is asked for: with a number nothing needs choosing. */
async function choose(call: Call): Promise<number> {
  const { requireWork } = await import("../prompts/choose-work.ts");
  return await requireWork(call);
}
