/** `gate batch cleanup`: see `gate/batch/cleanup.ts`. */
import { BATCH_PATH } from "../../../gate/batch/batch-file.ts";
import { cleanUpBatch, hasBatch } from "../../../gate/batch/cleanup.ts";
import type { PlainCommand } from "../../command.ts";
import { requireConsent } from "../../consent.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";

export const cleanup: PlainCommand = {
  description: "Removes the record of the batch, after asking. That there is none is fine.",
  examples: [
    ["gate batch cleanup", "see what would be removed, then decide"],
    ["gate batch cleanup --yes", "remove it"],
  ],
  action: async (call) => {
    const gate = call.openGate();
    if (hasBatch(gate)) {
      await requireConsent(call, {
        act: `remove ${BATCH_PATH}`,
        question: `Remove ${BATCH_PATH}?`,
        words: ["batch", "cleanup"],
        planned: () => cleanUpBatch(gate, { ...call.write, dryRun: true }),
        declined: "Nothing was removed.",
      });
    }
    const outcome = await cleanUpBatch(gate, call.write);
    return { result: outcome.value, ...written(outcome), text: () => shown(outcome.value.message) };
  },
};
