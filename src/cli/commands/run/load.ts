/** `gate run load` and `gate run list`: see `gate/runs/load.ts`. */
import { escapeHidden } from "../../../base/line.ts";
import { listRuns, loadRun } from "../../../gate/runs/load.ts";
import { JsonText } from "../../../json/json-text.ts";
import { toJson } from "../../../json/to-json.ts";
import type { DefinedCommand } from "../../command.ts";
import { optionsOf } from "../../options.ts";
import { shown } from "../../style.ts";
import { runsOf } from "./runs.ts";

export const load: DefinedCommand = {
  description:
    "Prints the state of a run. A run that is not there is NOT_FOUND, a damaged file CORRUPT, and the file of another " +
    "run FOREIGN_FORMAT.",
  examples: [
    ["gate run load review-20241023-163000-1f2e3d", "the state alone"],
    ["gate run load review-20241023-163000-1f2e3d --skill review --json", "with what is known of the run"],
  ],
  define(command) {
    command.argument("<run_id>", "the run").option("--skill <name>", "the skill whose run it is");
    return async (call) => {
      const run = await loadRun(runsOf(call), {
        runId: command.args[0]!,
        ...optionsOf<{ skill?: string }>(command, "skill"),
      });
      // As text, because the state is not ours: its numbers and keys go out as they are written.
      const json = call.flags.json
        ? toJson({
            run_id: run.runId,
            skill_name: run.skillName,
            last_updated: run.lastUpdated,
            state: new JsonText(run.json),
            revision: run.revision,
          })
        : escapeHidden(run.json);
      return { verbatim: `${json}\n` };
    };
  },
};

export const list: DefinedCommand = {
  description: "Lists the runs, newest first. Archived ones are not listed. Files that are no runs are named.",
  examples: [
    ["gate run list", "all of them"],
    ["gate run list --skill review", "those of one skill"],
  ],
  define(command) {
    command.option("--skill <name>", "only the runs of this skill");
    return async (call) => {
      const result = await listRuns(runsOf(call), optionsOf<{ skill?: string }>(command, "skill"));
      return {
        result,
        text: ({ dim, yellow }) => {
          if (result.runs.length + result.skipped.length === 0) return "There are no runs.";
          const width = Math.max(0, ...result.runs.map(({ runId }) => shown(runId).length));
          return [
            ...result.runs.map(({ runId, skillName, lastUpdated }) => {
              return `${shown(runId).padEnd(width)}  ${dim(shown(lastUpdated))}  ${shown(skillName)}`;
            }),
            ...result.skipped.map(({ file, reason }) => `${yellow("no run:")} ${shown(file)}: ${shown(reason)}`),
          ].join("\n");
        },
      };
    };
  },
};
