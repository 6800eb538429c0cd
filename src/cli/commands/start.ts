/** `gate start`: see `gate/start.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { readInput } from "../../files/read/input.ts";
import { type StartInput, start as startWork } from "../../gate/documents/start.ts";
import type { Call, DeclaredCommand } from "../command.ts";
import { optionsOf } from "../options.ts";
import { viewStart } from "../views/start.ts";
import { written } from "../written.ts";

const MAX_DESCRIPTION = 64 * 1024;

type Given = Pick<StartInput, "title" | "branch" | "started" | "url">;

export const start: DeclaredCommand = {
  description:
    "Makes an issue the active work and opens its work file. What was active before moves to Recent Work, " +
    "and what is unfinished of it into its own work file. The issue that is active already is resumed. " +
    "Without a number it asks, on a terminal, which of the work files it shall be.",
  examples: [
    ["gate start 1234 --title 'Add rate limiting' --branch feature/rate-limiting", "begin with an issue"],
    ["gate start 1234", "resume it, or take the title from its work file or from GitHub"],
    ["gate start", "choose from the work files, newest first"],
    ["gh issue view 7 --json body -q .body | gate start 7 --description-file -", "keep the issue's text"],
  ],
  declare(command) {
    command
      .argument("[issue]", "the issue's number; asked for on a terminal")
      .option("--title <text>", "its title; by default from the work file, else from `gh issue view`")
      .option("--branch <name>", "the branch the work is on")
      .option("--started <time>", "when the work began, as 2024-10-23T10:00:00Z; now by default")
      .option("--url <url>", "the issue's address, for a new work file")
      .option("--description-file <file>", "text for the Issue Description of a new work file; - is standard input");
    return async (call) => {
      const { io, write, openGate } = call;
      const [number] = command.args;
      const issue = number === undefined ? await choose(call) : parseIssueNumber(number);
      const gate = openGate();
      const given = optionsOf<Given>(command, "title", "branch", "started", "url");
      const { descriptionFile } = optionsOf<{ descriptionFile?: string }>(command, "descriptionFile");
      const text = descriptionFile === undefined ? undefined : readInput(descriptionFile, io.cwd, MAX_DESCRIPTION);
      const outcome = await startWork(
        gate,
        { issue, ...given, ...(text !== undefined && { description: text }) },
        write,
      );
      return { result: outcome.value, ...written(outcome), text: (style) => viewStart(outcome.value, style) };
    };
  },
};

/** Loaded only where it is asked for: with a number nothing needs choosing. */
async function choose(call: Call): Promise<number> {
  const { requireWork } = await import("../prompts/choose-work.ts");
  return await requireWork(call);
}
