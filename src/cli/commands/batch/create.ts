/** `gate batch create`: see `gate/batch/create.ts`. */
import { parseIssueNumber } from "../../../base/ids.ts";
import { createBatch } from "../../../gate/batch/create.ts";
import type { DefinedCommand } from "../../command.ts";
import { backendOf, defineBackend } from "../../options/batch-options.ts";
import { optionsOf } from "../../options.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";

interface Given {
  readonly featuresFile?: string;
  readonly feature?: readonly string[];
  readonly issues?: readonly string[];
  readonly id?: string;
  readonly force?: boolean;
}

export const create: DefinedCommand = {
  description:
    "Begins a batch with features from one place. A batch that is not finished is in the way, unless --force puts " +
    "it away as batch_state.<id>.json. With --backend sqlite or redis it is kept there, one row for each feature; a " +
    "project remembers which batch it works on, another one is told with `gate batch resume ID --backend redis`.",
  examples: [
    ["gate batch create --features-file features.txt", "one feature for each line; # begins a comment"],
    ["gate batch create --feature 'Add login' --feature 'Add logout'", "features as words"],
    ["gate batch create --issues 72,73", "issues, with their titles where gh is installed"],
    ["gate batch create --features-file features.txt --backend redis", "one that several machines work on"],
  ],
  define(command) {
    command
      .option("--features-file <file>", "a file with one feature for each line; - is standard input")
      .option("--feature <text...>", "a feature")
      .option("--issues <numbers...>", "issues, divided by commas or spaces")
      .option("--id <name>", "a name for the batch instead of one made from the time")
      .option("--force", "put away a batch that is not finished, and write over a damaged one");
    defineBackend(command);
    return async (call) => {
      const { io, openGate, write } = call;
      const given = optionsOf<Given>(command, "featuresFile", "feature", "issues", "id", "force");
      const { featuresFile, feature, issues, id, force } = given;
      const input = {
        ...backendOf(command, call),
        cwd: io.cwd,
        ...(featuresFile !== undefined && { featuresFile }),
        ...(feature !== undefined && { features: feature }),
        ...(issues !== undefined && { issues: issues.flatMap(readIssues) }),
        ...(id !== undefined && { id }),
        ...(force !== undefined && { force }),
      };
      const outcome = await createBatch(openGate(), input, write);
      const { message, previousBatch } = outcome.value;
      return {
        result: outcome.value,
        ...written(outcome),
        text: ({ bold }) =>
          [
            bold(shown(message)),
            ...(previousBatch === undefined ? [] : [`What was there is now ${shown(previousBatch)}`]),
          ].join("\n"),
      };
    };
  },
};

function readIssues(words: string): number[] {
  return words
    .split(",")
    .filter((word) => word !== "")
    .map((word) => parseIssueNumber(word.replace(/^#/, "")));
}
