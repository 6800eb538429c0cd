/** `gate batch status` and `gate batch summary`: see `gate/batch/status.ts`. */
import { batchStatus, batchSummary } from "../../../gate/batch/status.ts";
import { found } from "../../answer.ts";
import { command } from "../../command.ts";
import { BATCH } from "../../options/stores.ts";
import { viewBatch, viewSummary } from "../../views/batch.ts";

export const status = command({
  description: "Shows the counts, every feature with its state, retries and git operations, and what comes next.",
  examples: [
    ["gate batch status", "see where the batch stands"],
    ["gate batch status --json", "the same for a program"],
  ],
  options: BATCH,
  run: async (call, given) => found(await batchStatus(call.openGate(), given), viewBatch),
});

export const summary = command({
  description: "Shows the counts, what failed or was skipped, what to do now, and how to resume.",
  examples: [["gate batch summary", "see what to do now"]],
  options: BATCH,
  run: async (call, given) => found(await batchSummary(call.openGate(), given), viewSummary),
});
