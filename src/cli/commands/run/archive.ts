/** `gate run archive` and `gate run prune`: see `gate/runs/archive.ts`. */
import { GateError } from "../../../base/errors.ts";
import { archiveRun, pruneRuns } from "../../../gate/runs/archive.ts";
import { viewMessage, wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { readDuration } from "../../numbers.ts";
import { requireConsent } from "../../prompts/consent.ts";
import { shown } from "../../style.ts";
import { RUN, runsOf, SKILL } from "./runs.ts";

export const archive = command({
  description: "Moves a run into the archive folder of its skill, where `gate run list` does not look.",
  examples: [["gate run archive review-20241023-163000-1f2e3d", "put it away"]],
  arguments: RUN,
  options: SKILL,
  async run(call, given) {
    try {
      return wrote(await archiveRun(runsOf(call), given, call.write), viewMessage);
    } catch (error) {
      if (!(error instanceof GateError) || error.code !== "DRY_RUN") throw error;
      const result = { success: true, path: error.path, dryRun: true };
      return { result, text: () => `Dry run: it would become ${shown(error.path)}` };
    }
  },
});

export const prune = command({
  description: "Removes the runs that were saved last before a time, archived ones too, after asking.",
  examples: [
    ["gate run prune --older-than 30d --dry-run", "see which would go"],
    ["gate run prune --older-than 30d --yes", "remove them"],
  ],
  options: {
    age: { flag: "--older-than <duration>", about: "how long ago, such as 30d or 12h", required: true },
    skill: { flag: "--skill <name>", about: "only the runs of this skill" },
  },
  async run(call, { age, ...given }) {
    const runs = runsOf(call);
    const input = { ...given, olderThan: readDuration(age, "--older-than") };
    const plan = await pruneRuns(runs, input, { dryRun: true });
    if (plan.pruned.length > 0 && !call.flags.dryRun) {
      const { skill } = given;
      await requireConsent(call, {
        act: "prune runs",
        question: `Remove ${plan.pruned.length === 1 ? "this run" : `these ${plan.pruned.length} runs`}?`,
        words: ["run", "prune", "--older-than", age, ...(skill === undefined ? [] : ["--skill", skill])],
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
  },
});
