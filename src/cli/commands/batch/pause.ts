/** `gate batch clear-event`, `pause` and `resume`: see `gate/batch/pause.ts`. */
import { pauseBatch, recordClear, resumeBatch } from "../../../gate/batch/pause.ts";
import { viewMessage, wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { readWhole } from "../../numbers.ts";
import { BACKEND, BATCH, FEATURE } from "../../options/stores.ts";

export const clearEvent = command({
  description: "Records that the context was cleared at a feature; the estimate begins anew.",
  examples: [["gate batch clear-event 3 --tokens 155000", "the context held 155,000 tokens"]],
  arguments: FEATURE,
  options: {
    tokens: { flag: "--tokens <count>", about: "what the context held", required: true, read: readWhole },
    ...BATCH,
  },
  run: async (call, given) => wrote(await recordClear(call.openGate(), given, call.write), viewMessage),
});

export const pause = command({
  description: "Pauses the batch: no feature is claimed until it is resumed.",
  examples: [
    ["gate batch pause", "pause"],
    ["gate batch pause --tokens 155000", "and record that the context, which held so many tokens, is cleared"],
  ],
  options: {
    tokens: { flag: "--tokens <count>", about: "the context is cleared, and held so many tokens", read: readWhole },
    ...BATCH,
  },
  run: async (call, given) => wrote(await pauseBatch(call.openGate(), given, call.write), viewMessage),
});

export const resume = command({
  description: "Goes on with a paused batch, also after five failures in a row. With an id, only if it is this batch.",
  examples: [
    ["gate batch resume", "go on"],
    ["gate batch resume batch-20241023-163000-123456", "go on with this one"],
    ["gate batch resume batch-20241023-163000-123456 --backend redis", "work on a shared batch from this project too"],
  ],
  arguments: { batchId: { name: "[id]", about: "the batch" } },
  options: BACKEND,
  run: async (call, given) => wrote(await resumeBatch(call.openGate(), given, call.write), viewMessage),
});
