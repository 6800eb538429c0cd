/** `gate batch complete`, `fail` and `skip`: see `gate/batch/end.ts`. */
import { completeFeature, type FeatureEnded, failFeature, skipFeature } from "../../../gate/batch/end.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { readWhole } from "../../numbers.ts";
import type { Options } from "../../option.ts";
import { BATCH, FEATURE } from "../../options/stores.ts";
import { type Style, shown } from "../../style.ts";

const TOKENS = {
  tokens: { flag: "--tokens <count>", about: "what it took, added to the estimate of the context", read: readWhole },
} as const satisfies Options;

const WORKER = {
  worker: { flag: "--worker <name>", about: "who has claimed it; by default the agent's session" },
  force: { flag: "--force", about: "record it though another worker has the feature" },
} as const satisfies Options;

export const complete = command({
  description: "Records that a feature is done; an earlier failure of it goes. Repeating it changes nothing.",
  examples: [
    ["gate batch complete 3 --tokens 8000", "feature 3 is done"],
    ["gate batch complete 3 --worker w1", "refused where w1 has lost its claim on it"],
  ],
  arguments: FEATURE,
  options: { ...TOKENS, ...WORKER, ...BATCH },
  run: async (call, given) => wrote(await completeFeature(call.openGate(), given, call.write), view),
});

export const fail = command({
  description: "Records that a feature failed, and with what. Repeating it changes nothing.",
  examples: [["gate batch fail 3 --error 'Connection timed out'", "feature 3 failed"]],
  notes: ["`gate batch retry` says whether it may be tried again."],
  arguments: FEATURE,
  options: {
    error: { flag: "--error <text>", about: "what it failed with; Unknown error by default" },
    retryCount: {
      flag: "--retry-count <count>",
      about: "how often it was tried, kept with the failure",
      read: readWhole,
    },
    ...TOKENS,
    ...WORKER,
    ...BATCH,
  },
  run: async (call, given) => wrote(await failFeature(call.openGate(), given, call.write), view),
});

export const skip = command({
  description: "Records that a feature is left out, and why. Repeating it changes nothing.",
  examples: [["gate batch skip 3 --reason 'Already there'", "leave feature 3 out"]],
  arguments: FEATURE,
  options: {
    reason: { flag: "--reason <text>", about: "why", required: true },
    category: { flag: "--category <word>", about: "what kind of reason (default: quality_gate)" },
    ...WORKER,
    ...BATCH,
  },
  run: async (call, given) => wrote(await skipFeature(call.openGate(), given, call.write), view),
});

function view({ message, remaining, status }: FeatureEnded, { bold }: Style): string {
  return `${bold(shown(message))}\n${status === "completed" ? "The batch is completed." : `${remaining} left.`}`;
}
