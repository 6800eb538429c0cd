/** `gate run new` and `gate run path`: see `gate/runs/runs.ts`. */
import { newRun, runPath } from "../../../gate/runs/runs.ts";
import { command } from "../../command.ts";
import { shown } from "../../style.ts";
import { NEEDED_SKILL, RUN, runsOf } from "./runs.ts";

const newId = command({
  description: "Prints a new id: the prefix, the time in UTC and six random digits. Writes nothing.",
  examples: [["gate run new review", "such as review-20241023-163000-1f2e3d"]],
  arguments: {
    prefix: { name: "[prefix]", about: "what the id begins with, such as the skill's name; run by default" },
  },
  async run(call, { prefix }) {
    const runId = newRun(runsOf(call), prefix);
    return { result: { runId }, text: () => runId };
  },
});

export const path = command({
  description: "Prints where the state of a run is or would be kept. Makes nothing, and does not look for it.",
  examples: [["gate run path review-20241023-163000-1f2e3d --skill review", "print the path"]],
  arguments: RUN,
  options: NEEDED_SKILL,
  async run(call, given) {
    const result = { path: runPath(runsOf(call), given) };
    return { result, text: () => shown(result.path) };
  },
});

export { newId as new };
