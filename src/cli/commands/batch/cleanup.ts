/** `gate batch cleanup`: see `gate/batch/cleanup.ts`. */
import { cleanUpBatch, findBatch } from "../../../gate/batch/cleanup.ts";
import type { DefinedCommand } from "../../command.ts";
import { batchOf, defineBatch, wordsOfBatch } from "../../options/batch-options.ts";
import { requireConsent } from "../../prompts/consent.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";

export const cleanup: DefinedCommand = {
  description:
    "Removes the record of the batch, or the rows of a shared one, after asking. That there is none is fine. What is " +
    "removed stays in the history.",
  examples: [
    ["gate batch cleanup", "see what would be removed, then decide"],
    ["gate batch cleanup --yes", "remove it"],
  ],
  define(command) {
    defineBatch(command);
    return async (call) => {
      const gate = call.openGate();
      const batch = batchOf(command, call);
      const path = await findBatch(gate, batch);
      if (path !== undefined) {
        await requireConsent(call, {
          act: `remove ${path}`,
          question: `Remove ${path}?`,
          words: ["batch", "cleanup", ...wordsOfBatch(batch)],
          planned: () => cleanUpBatch(gate, batch, { ...call.write, dryRun: true }),
          declined: "Nothing was removed.",
        });
      }
      const outcome = await cleanUpBatch(gate, batch, call.write);
      return { result: outcome.value, ...written(outcome), text: () => shown(outcome.value.message) };
    };
  },
};
