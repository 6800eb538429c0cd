/** `gate batch clear-event`, `pause` and `resume`: see `gate/batch/pause.ts`. */
import { type BatchMoved, pauseBatch, recordClear, resumeBatch } from "../../../gate/batch/pause.ts";
import type { Outcome } from "../../../gate/outcome.ts";
import type { Answer, DefinedCommand } from "../../command.ts";
import { backendOf, batchOf, defineBackend, defineBatch } from "../../options/batch-options.ts";
import { readWhole } from "../../options/numbers.ts";
import { optionsOf } from "../../options.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";

export const clearEvent: DefinedCommand = {
  description: "Records that the context was cleared at a feature; the estimate begins anew.",
  examples: [["gate batch clear-event 3 --tokens 155000", "the context held 155,000 tokens"]],
  define(command) {
    command.argument("<index>", "the feature").requiredOption("--tokens <count>", "what the context held");
    defineBatch(command);
    return async (call) => {
      const { tokens } = optionsOf<{ tokens: string }>(command, "tokens");
      const index = readWhole(command.args[0]!, "the index");
      const input = { ...batchOf(command, call), index, tokens: readWhole(tokens, "--tokens") };
      return answer(await recordClear(call.openGate(), input, call.write));
    };
  },
};

export const pause: DefinedCommand = {
  description: "Pauses the batch: no feature is claimed until it is resumed.",
  examples: [["gate batch pause", "pause"]],
  define(command) {
    defineBatch(command);
    return async (call) => answer(await pauseBatch(call.openGate(), batchOf(command, call), call.write));
  },
};

export const resume: DefinedCommand = {
  description: "Goes on with a paused batch, also after five failures in a row. With an id, only if it is this batch.",
  examples: [
    ["gate batch resume", "go on"],
    ["gate batch resume batch-20241023-163000-123456", "go on with this one"],
    ["gate batch resume batch-20241023-163000-123456 --backend redis", "work on a shared batch from this project too"],
  ],
  define(command) {
    defineBackend(command.argument("[id]", "the batch"));
    return async (call) => {
      const [id] = command.args;
      const input = { ...backendOf(command, call), ...(id !== undefined && { batchId: id }) };
      return answer(await resumeBatch(call.openGate(), input, call.write));
    };
  },
};

function answer(outcome: Outcome<BatchMoved>): Answer {
  return { result: outcome.value, ...written(outcome), text: ({ bold }) => bold(shown(outcome.value.message)) };
}
