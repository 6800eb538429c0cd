/** `gate run archive` and `gate run prune`: see `gate/runs/archive.ts`. */
import { GateError } from "../../../base/errors.ts";
import { archiveRun, pruneRuns } from "../../../gate/runs/archive.ts";
import type { DefinedCommand } from "../../command.ts";
import { readDuration } from "../../options/numbers.ts";
import { optionsOf } from "../../options.ts";
import { requireConsent } from "../../prompts/consent.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";
import { runsOf } from "./runs.ts";

export const archive: DefinedCommand = {
  description: "Moves a run into the archive folder of its skill, where `gate run list` does not look.",
  examples: [["gate run archive review-20241023-163000-1f2e3d", "put it away"]],
  define(command) {
    command.argument("<run_id>", "the run").option("--skill <name>", "the skill whose run it is");
    return async (call) => {
      const input = { runId: command.args[0]!, ...optionsOf<{ skill?: string }>(command, "skill") };
      try {
        const outcome = await archiveRun(runsOf(call), input, call.write);
        return { result: outcome.value, ...written(outcome), text: ({ bold }) => bold(shown(outcome.value.message)) };
      } catch (error) {
        if (!(error instanceof GateError) || error.code !== "DRY_RUN") throw error;
        const result = { success: true, path: error.path, dryRun: true };
        return { result, text: () => `Dry run: it would become ${shown(error.path)}` };
      }
    };
  },
};

export const prune: DefinedCommand = {
  description: "Removes the runs that were saved last before a time, archived ones too, after asking.",
  examples: [
    ["gate run prune --older-than 30d --dry-run", "see which would go"],
    ["gate run prune --older-than 30d --yes", "remove them"],
  ],
  define(command) {
    command
      .requiredOption("--older-than <duration>", "how long ago, such as 30d or 12h")
      .option("--skill <name>", "only the runs of this skill");
    return async (call) => {
      const given = optionsOf<{ olderThan: string; skill?: string }>(command, "olderThan", "skill");
      const { olderThan, skill } = given;
      const runs = runsOf(call);
      const input = { olderThan: readDuration(olderThan, "--older-than"), ...(skill !== undefined && { skill }) };
      const plan = await pruneRuns(runs, input, { dryRun: true });
      if (plan.pruned.length > 0 && !call.flags.dryRun) {
        await requireConsent(call, {
          act: "prune runs",
          question: `Remove ${plan.pruned.length === 1 ? "this run" : `these ${plan.pruned.length} runs`}?`,
          words: ["run", "prune", "--older-than", olderThan, ...(skill === undefined ? [] : ["--skill", skill])],
          declined: "Nothing was removed.",
          planned: async () => {
            call.io.error(`${plan.pruned.map((path) => `~/${shown(path)}`).join("\n")}\n`);
            return { written: [], moved: [] };
          },
        });
      }
      const result = call.flags.dryRun ? { ...plan, dryRun: true } : await pruneRuns(runs, input);
      const lines = () => [...result.pruned.map((path) => `  ~/${shown(path)}`), shown(result.message)];
      return { result, text: () => lines().join("\n") };
    };
  },
};
