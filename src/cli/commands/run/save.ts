/** `gate run save`: see `gate/runs/save.ts`. */
import { readInput } from "../../../files/read/input.ts";
import { MAX_RECORD_BYTES } from "../../../files/read/read.ts";
import { planRun, saveRun } from "../../../gate/runs/save.ts";
import { viewMessage, wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { NEEDED_SKILL, RUN, runsOf } from "./runs.ts";

export const save = command({
  description: "Saves the state of a run, a JSON object, in place of what it was. A `_meta` in it is left out.",
  examples: [
    ["gate run save review-20241023-163000-1f2e3d --skill review --json-file state.json", "from a file"],
    ["gate run save review-20241023-163000-1f2e3d --skill review --json-file -", "from standard input"],
  ],
  arguments: RUN,
  options: {
    ...NEEDED_SKILL,
    jsonFile: { flag: "--json-file <file>", about: "the state; - is standard input", required: true },
  },
  async run(call, { jsonFile, ...given }) {
    const input = { ...given, json: readInput(jsonFile, call.io.cwd, MAX_RECORD_BYTES) };
    // People and programs at the command line see what would be written; the library says it by an error.
    return wrote(await (call.write.dryRun ? planRun : saveRun)(runsOf(call), input, call.write), viewMessage);
  },
});
