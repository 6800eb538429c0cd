/** `gate run new` and `gate run path`: see `gate/runs/runs.ts`. */
import { newRun, openRuns, runPath } from "../../../gate/runs/runs.ts";
import type { DefinedCommand } from "../../command.ts";
import { optionsOf } from "../../options.ts";
import { shown } from "../../style.ts";

export const newId: DefinedCommand = {
  description: "Prints a new id: the prefix, the time in UTC and six random digits. Writes nothing.",
  examples: [["gate run new review", "such as review-20241023-163000-1f2e3d"]],
  define(command) {
    command.argument("<prefix>", "what the id begins with, such as the skill's name");
    return async ({ io }) => {
      const runId = newRun(openRuns({ home: io.home }), command.args[0]!);
      return { result: { runId }, text: () => runId };
    };
  },
};

export const path: DefinedCommand = {
  description: "Prints where the state of a run is or would be kept. Makes nothing, and does not look for it.",
  examples: [["gate run path review-20241023-163000-1f2e3d --skill review", "print the path"]],
  define(command) {
    command.argument("<run_id>", "the run").requiredOption("--skill <name>", "the skill whose run it is");
    return async ({ io }) => {
      const { skill } = optionsOf<{ skill: string }>(command, "skill");
      const result = { path: runPath(openRuns({ home: io.home }), { runId: command.args[0]!, skill }) };
      return { result, text: () => shown(result.path) };
    };
  },
};
