/** `gate run load` and `gate run list`: see `gate/runs/load.ts`. */
import { escapeHidden } from "../../../base/line.ts";
import { listRuns, loadRun } from "../../../gate/runs/load.ts";
import { fromAscii, JsonText } from "../../../json/json-text.ts";
import { command } from "../../command.ts";
import { pruneNote, shown } from "../../style.ts";
import { padToColumns, widestOf } from "../../views/columns.ts";
import { RUN, runsOf, SKILL } from "./runs.ts";

export const load = command({
  description:
    "Prints the state of a run. A run that is not there is NOT_FOUND, a damaged file CORRUPT, and the file of another " +
    "run FOREIGN_FORMAT.",
  examples: [
    ["gate run load review-20241023-163000-1f2e3d", "the state alone"],
    ["gate run load review-20241023-163000-1f2e3d --skill review --json", "with what is known of the run"],
  ],
  arguments: RUN,
  options: SKILL,
  async run(call, given) {
    const run = await loadRun(runsOf(call), given);
    const { runId, skillName, lastUpdated, json, revision, warnings } = run;
    // As text, because the state is not ours: its numbers and keys go out as they are written.
    const result = { runId, skillName, lastUpdated, state: new JsonText(json), revision };
    return { result, warnings, text: () => escapeHidden(fromAscii(json)) };
  },
});

export const list = command({
  description:
    "Lists the runs, newest first. Archived ones are not listed, files that are no runs are named. `gate run prune` removes old ones.",
  examples: [
    ["gate run list", "all of them"],
    ["gate run list --skill review", "those of one skill"],
  ],
  options: { skill: { flag: "--skill <name>", about: "only the runs of this skill" } },
  async run(call, given) {
    const result = await listRuns(runsOf(call), given);
    return {
      result,
      text: ({ dim, yellow }) => {
        if (result.runs.length + result.skipped.length === 0) return "There are no runs.";
        const width = widestOf(result.runs.map(({ runId }) => shown(runId)));
        return [
          ...result.runs.map(({ runId, skillName, lastUpdated }) => {
            return `${padToColumns(shown(runId), width)}  ${dim(shown(lastUpdated))}  ${shown(skillName)}`;
          }),
          ...pruneNote(result.runs.length, "run prune").map(dim),
          ...result.skipped.map(({ file, reason }) => `${yellow("no run:")} ${shown(file)}: ${shown(reason)}`),
        ].join("\n");
      },
    };
  },
});
