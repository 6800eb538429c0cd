/** `gate batch clear-event`, `pause` and `resume`: see `gate/batch/pause.ts`. */
import { type BatchMoved, pauseBatch, recordClear, resumeBatch } from "../../../gate/batch/pause.ts";
import type { Outcome } from "../../../gate/outcome.ts";
import { wrote } from "../../answer.ts";
import { type Answer, command } from "../../command.ts";
import { readWhole } from "../../numbers.ts";
import { BACKEND, BATCH, FEATURE, withServer } from "../../options/stores.ts";
import { shown } from "../../style.ts";

export const clearEvent = command({
  description: "Records that the context was cleared at a feature; the estimate begins anew.",
  examples: [["gate batch clear-event 3 --tokens 155000", "the context held 155,000 tokens"]],
  arguments: FEATURE,
  options: {
    tokens: {
      flag: "--tokens <count>",
      about: "what the context held",
      required: true,
      read: (word: string) => readWhole(word, "--tokens"),
    },
    ...BATCH,
  },
  run: async (call, given) => answer(await recordClear(call.openGate(), withServer(given, call), call.write)),
});

export const pause = command({
  description: "Pauses the batch: no feature is claimed until it is resumed.",
  examples: [["gate batch pause", "pause"]],
  options: BATCH,
  run: async (call, given) => answer(await pauseBatch(call.openGate(), withServer(given, call), call.write)),
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
  run: async (call, given) => answer(await resumeBatch(call.openGate(), withServer(given, call), call.write)),
});

function answer(outcome: Outcome<BatchMoved>): Answer {
  return wrote(outcome, ({ bold }) => bold(shown(outcome.value.message)));
}
