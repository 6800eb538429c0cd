/** `gate batch status` and `gate batch summary`: see `gate/batch/status.ts`. */
import { batchStatus, batchSummary } from "../../../gate/batch/status.ts";
import type { PlainCommand } from "../../command.ts";
import { viewBatch, viewSummary } from "../../views/batch.ts";

export const status: PlainCommand = {
  description: "Shows the counts, every feature with its state, retries and git operations, and what comes next.",
  examples: [
    ["gate batch status", "see where the batch stands"],
    ["gate batch status --json", "the same for a program"],
  ],
  action: async ({ openGate }) => {
    const result = await batchStatus(openGate());
    return { result, text: (style) => viewBatch(result, style) };
  },
};

export const summary: PlainCommand = {
  description: "Shows the counts, what failed or was skipped, what to do now, and how to resume.",
  examples: [["gate batch summary", "see what to do now"]],
  action: async ({ openGate }) => {
    const result = await batchSummary(openGate());
    return { result, text: (style) => viewSummary(result, style) };
  },
};
