/** `gate batch cleanup`: see `gate/batch/cleanup.ts`. */
import { cleanUpBatch, findBatch } from "../../../gate/batch/cleanup.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { wordsOf } from "../../option.ts";
import { BATCH } from "../../options/stores.ts";
import { requireConsent } from "../../prompts/consent.ts";
import { shown } from "../../style.ts";

export const cleanup = command({
  description:
    "Removes the record of the batch, or the rows of a shared one, after asking. That there is none is fine. What is " +
    "removed stays in the history.",
  examples: [
    ["gate batch cleanup", "see what would be removed, then decide"],
    ["gate batch cleanup --yes", "remove it"],
  ],
  options: BATCH,
  async run(call, batch) {
    const gate = call.openGate();
    const path = await findBatch(gate, batch);
    if (path !== undefined) {
      await requireConsent(call, {
        act: `remove ${path}`,
        question: `Remove ${path}?`,
        words: ["batch", "cleanup", ...wordsOf(BATCH, batch)],
        planned: () => cleanUpBatch(gate, batch, { ...call.write, dryRun: true }),
        declined: "Nothing was removed.",
      });
    }
    return wrote(await cleanUpBatch(gate, batch, call.write), ({ message }) => shown(message));
  },
});
