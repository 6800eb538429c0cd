/** `gate done`: see `gate/done.ts`. */
import { type DoneInput, done as finish } from "../../gate/documents/done.ts";
import type { DeclaredCommand } from "../command.ts";
import { optionsOf } from "../options.ts";
import { shown } from "../style.ts";
import { written } from "../written.ts";

interface Given {
  readonly reason?: string;
  readonly pr?: string;
  readonly archive?: boolean;
}

export const done: DeclaredCommand = {
  description:
    "Finishes the active work: its work file is completed and moves to .claude/archive, the issue moves to Recent " +
    "Work. Interrupted half-way, it is finished by running it again.",
  examples: [
    ["gate done --pr https://github.com/o/r/pull/5", "with the pull request"],
    ["gate done --reason 'Superseded by #1240'", "with a reason, for Recent Work"],
  ],
  declare(command) {
    command
      .option("--reason <text>", "why the work ended")
      .option("--pr <url>", "the address of the pull request")
      .option("--no-archive", "leave the completed work file where it is");
    return async ({ openGate, write }) => {
      const { reason, pr, archive = true } = optionsOf<Given>(command, "reason", "pr", "archive");
      const input: DoneInput = {
        archive,
        ...(reason !== undefined && { reason }),
        ...(pr !== undefined && { pullRequest: pr }),
      };
      const outcome = await finish(openGate(), input, write);
      const { message, archivedTo } = outcome.value;
      return {
        result: outcome.value,
        ...written(outcome),
        text: ({ bold, dim }) =>
          [bold(shown(message)), ...(archivedTo === undefined ? [] : [dim(`Work file: ${shown(archivedTo)}`)])].join(
            "\n",
          ),
      };
    };
  },
};
