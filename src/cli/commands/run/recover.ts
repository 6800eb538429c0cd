/** `gate run recover`: see `gate/runs/recover.ts`. */
import { recoverRun } from "../../../gate/runs/recover.ts";
import { command } from "../../command.ts";
import { wordsOf } from "../../option.ts";
import { recoverAfterConsent } from "../../prompts/recovery.ts";
import { RUN, runsOf, SKILL } from "./runs.ts";

export const recover = command({
  description:
    "Brings a damaged or missing run back as its newest save in order; what is damaged is copied first. A run in " +
    "order is left alone. Shows the change and asks.",
  examples: [
    ["gate run recover review-20241023-163000-1f2e3d --skill review", "see what there is to go back to, then decide"],
    ["gate run recover review-20241023-163000-1f2e3d --dry-run", "see it, write nothing"],
  ],
  arguments: RUN,
  options: SKILL,
  run: async (call, { runId, ...given }) => {
    const runs = runsOf(call);
    const words = ["run", "recover", runId, ...wordsOf(SKILL, given)];
    return await recoverAfterConsent(call, words, (options) => recoverRun(runs, { runId, ...given }, options));
  },
});
