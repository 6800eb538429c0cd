/** `gate batch create`: see `gate/batch/create.ts`. */
import { parseIssueNumber } from "../../../base/ids.ts";
import { createBatch } from "../../../gate/batch/create.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { BACKEND } from "../../options/stores.ts";
import { shown } from "../../style.ts";

export const create = command({
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
  options: {
    featuresFile: {
      flag: "--features-file <file>",
      about:
        "a file in the project, one feature for each line; - is standard input; beside --feature a note of the source",
    },
    features: [{ flag: "--feature <text...>", about: "a feature" }],
    issues: [
      {
        flag: "--issues <numbers...>",
        about: "issues, divided by commas or spaces; beside --feature one for each",
        read: readIssues,
      },
    ],
    batchId: { flag: "--id <name>", about: "a name for the batch instead of one made from the time" },
    force: { flag: "--force", about: "put away a batch that is not finished, and write over a damaged one" },
    ...BACKEND,
  },
  async run({ io, openGate, write }, { issues, ...given }) {
    const input = { ...given, cwd: io.cwd, ...(issues && { issues: issues.flat() }) };
    return wrote(
      await createBatch(openGate({ create: true }), input, write),
      ({ message, previousBatch }, { bold }) => {
        const put = previousBatch === undefined ? "" : `\nWhat was there is now ${shown(previousBatch)}`;
        return bold(shown(message)) + put;
      },
    );
  },
});

function readIssues(words: string): number[] {
  return words
    .split(",")
    .filter((word) => word !== "")
    .map((word) => parseIssueNumber(word.replace(/^#/, "")));
}
