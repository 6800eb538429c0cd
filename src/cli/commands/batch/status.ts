/** `gate batch status` and `gate batch summary`: see `gate/batch/status.ts`. */
import { batchStatus, batchSummary } from "../../../gate/batch/status.ts";
import type { DefinedCommand } from "../../command.ts";
import { batchOf, defineBatch } from "../../options/batch-options.ts";
import { viewBatch, viewSummary } from "../../views/batch.ts";

export const status: DefinedCommand = {
  description: "Shows the counts, every feature with its state, retries and git operations, and what comes next.",
  examples: [
    ["gate batch status", "see where the batch stands"],
    ["gate batch status --json", "the same for a program"],
  ],
  define(command) {
    defineBatch(command);
    return async (call) => {
      const result = await batchStatus(call.openGate(), batchOf(command, call));
      return { result, text: (style) => viewBatch(result, style) };
    };
  },
};

export const summary: DefinedCommand = {
  description: "Shows the counts, what failed or was skipped, what to do now, and how to resume.",
  examples: [["gate batch summary", "see what to do now"]],
  define(command) {
    defineBatch(command);
    return async (call) => {
      const result = await batchSummary(call.openGate(), batchOf(command, call));
      return { result, text: (style) => viewSummary(result, style) };
    };
  },
};
