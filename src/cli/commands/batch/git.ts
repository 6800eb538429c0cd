/** `gate batch git`: see `gate/batch/git.ts`. */
import { GateError } from "../../../base/errors.ts";
import { GIT_OPERATIONS, type GitOperation, recordGit } from "../../../gate/batch/git.ts";
import type { DefinedCommand } from "../../command.ts";
import { batchOf, defineBatch } from "../../options/batch-options.ts";
import { readWhole } from "../../options/numbers.ts";
import { optionsOf } from "../../options.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";

interface Texts {
  readonly sha?: string;
  readonly branch?: string;
  readonly remote?: string;
  readonly url?: string;
  readonly error?: string;
}

interface Given extends Texts {
  readonly ok?: boolean;
  readonly failed?: boolean;
  readonly number?: string;
}

export const git: DefinedCommand = {
  description: "Records what git did for a feature. The newest commit, push and pull request stay.",
  examples: [
    ["gate batch git 3 commit --ok --sha 1f2e3d --branch feature/3", "a commit"],
    ["gate batch git 3 push --failed --remote origin --error 'no access'", "a push that failed"],
    ["gate batch git 3 pr --ok --number 12 --url https://github.com/o/r/pull/12", "a pull request"],
  ],
  define(command) {
    command
      .argument("<index>", "the feature")
      .addArgument(command.createArgument("<operation>", "what was done").choices(GIT_OPERATIONS))
      .addOption(command.createOption("--ok", "it succeeded").conflicts("failed"))
      .option("--failed", "it did not")
      .option("--sha <sha>", "the commit")
      .option("--branch <branch>", "the branch")
      .option("--remote <remote>", "the remote")
      .option("--number <count>", "the pull request")
      .option("--url <url>", "its address")
      .option("--error <text>", "what it failed with");
    defineBatch(command);
    return async (call) => {
      const { ok, failed, number } = optionsOf<Given>(command, "ok", "failed", "number");
      if (ok === undefined && failed === undefined) {
        throw new GateError("INVALID_ARGUMENT", "Cannot record what git did: nothing says whether it succeeded", {
          hint: "Add --ok or --failed.",
        });
      }
      const input = {
        ...batchOf(command, call),
        index: readWhole(command.args[0]!, "the index"),
        operation: command.args[1] as GitOperation,
        success: ok === true,
        ...optionsOf<Texts>(command, "sha", "branch", "remote", "url", "error"),
        ...(number !== undefined && { number: readWhole(number, "--number") }),
      };
      const outcome = await recordGit(call.openGate(), input, call.write);
      return { result: outcome.value, ...written(outcome), text: ({ bold }) => bold(shown(outcome.value.message)) };
    };
  },
};
