/** `gate batch recover`: see `gate/batch/recover.ts`. */
import { recoverBatch } from "../../../gate/batch/recover.ts";
import { command } from "../../command.ts";
import { wordsOf } from "../../option.ts";
import { BATCH } from "../../options/stores.ts";
import { recoverAfterConsent } from "../../prompts/recovery.ts";

export const recover = command({
  description:
    "Brings a damaged or missing batch back as its newest version in order; what is damaged is copied first. A shared " +
    "one goes back to what its store has kept. A batch in order is left alone. Shows the change and asks.",
  examples: [
    ["gate batch recover", "see what there is to go back to, then decide"],
    ["gate batch recover --dry-run", "see it, write nothing"],
  ],
  options: BATCH,
  run: async (call, batch) => {
    const gate = call.openGate();
    const words = ["batch", "recover", ...wordsOf(BATCH, batch)];
    return await recoverAfterConsent(call, words, (options) => recoverBatch(gate, batch, options));
  },
});
