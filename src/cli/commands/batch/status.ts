/** `gate batch status` and `gate batch summary`: see `gate/batch/status.ts`. */
import { batchStatus, batchSummary } from "../../../gate/batch/status.ts";
import { command } from "../../command.ts";
import { BATCH, withServer } from "../../options/stores.ts";
import { viewBatch, viewSummary } from "../../views/batch.ts";

export const status = command({
  description: "Shows the counts, every feature with its state, retries and git operations, and what comes next.",
  examples: [
    ["gate batch status", "see where the batch stands"],
    ["gate batch status --json", "the same for a program"],
  ],
  options: BATCH,
  async run(call, given) {
    const result = await batchStatus(call.openGate(), withServer(given, call));
    return { result, text: (style) => viewBatch(result, style) };
  },
});

export const summary = command({
  description: "Shows the counts, what failed or was skipped, what to do now, and how to resume.",
  examples: [["gate batch summary", "see what to do now"]],
  options: BATCH,
  async run(call, given) {
    const result = await batchSummary(call.openGate(), withServer(given, call));
    return { result, text: (style) => viewSummary(result, style) };
  },
});
