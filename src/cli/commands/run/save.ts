/** `gate run save`: see `gate/runs/save.ts`. */
import { readInput } from "../../../files/read/input.ts";
import { MAX_RECORD_BYTES } from "../../../files/read/read.ts";
import { planRun, saveRun } from "../../../gate/runs/save.ts";
import type { DefinedCommand } from "../../command.ts";
import { optionsOf } from "../../options.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";
import { runsOf } from "./runs.ts";

export const save: DefinedCommand = {
  description: "Saves the state of a run, a JSON object, in place of what it was. A `_meta` in it is left out.",
  examples: [
    ["gate run save review-20241023-163000-1f2e3d --skill review --json-file state.json", "from a file"],
    ["gate run save review-20241023-163000-1f2e3d --skill review --json-file -", "from standard input"],
  ],
  define(command) {
    command
      .argument("<run_id>", "the run")
      .requiredOption("--skill <name>", "the skill whose run it is")
      .requiredOption("--json-file <file>", "the state; - is standard input");
    return async (call) => {
      const { skill, jsonFile } = optionsOf<{ skill: string; jsonFile: string }>(command, "skill", "jsonFile");
      const json = readInput(jsonFile, call.io.cwd, MAX_RECORD_BYTES);
      const input = { runId: command.args[0]!, skill, json };
      // People and programs at the command line see what would be written; the library says it by an error.
      const outcome = await (call.write.dryRun ? planRun : saveRun)(runsOf(call), input, call.write);
      return { result: outcome.value, ...written(outcome), text: ({ bold }) => bold(shown(outcome.value.message)) };
    };
  },
};
