/** `gate batch complete`, `fail` and `skip`: see `gate/batch/end.ts`. */
import { completeFeature, type FeatureEnded, failFeature, skipFeature } from "../../../gate/batch/end.ts";
import type { Outcome } from "../../../gate/outcome.ts";
import type { Answer, DefinedCommand } from "../../command.ts";
import { batchOf, defineBatch } from "../../options/batch-options.ts";
import { readWhole } from "../../options/numbers.ts";
import { optionsOf } from "../../options.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";

const TOKENS = ["--tokens <count>", "what it took, added to the estimate of the context"] as const;

export const complete: DefinedCommand = {
  description: "Records that a feature is done; an earlier failure of it goes. Repeating it changes nothing.",
  examples: [["gate batch complete 3 --tokens 8000", "feature 3 is done"]],
  define(command) {
    command.argument("<index>", "the feature").option(...TOKENS);
    defineBatch(command);
    return async (call) => {
      const { tokens } = optionsOf<{ tokens?: string }>(command, "tokens");
      const input = { ...batchOf(command, call), index: readWhole(command.args[0]!, "the index"), ...tokensOf(tokens) };
      return answer(await completeFeature(call.openGate(), input, call.write));
    };
  },
};

export const fail: DefinedCommand = {
  description: "Records that a feature failed, and with what. Repeating it changes nothing.",
  examples: [["gate batch fail 3 --error 'Connection timed out'", "feature 3 failed"]],
  notes: ["`gate batch retry` says whether it may be tried again."],
  define(command) {
    command
      .argument("<index>", "the feature")
      .requiredOption("--error <text>", "what it failed with")
      .option(...TOKENS);
    defineBatch(command);
    return async (call) => {
      const { tokens, error } = optionsOf<{ tokens?: string; error: string }>(command, "tokens", "error");
      const input = {
        ...batchOf(command, call),
        index: readWhole(command.args[0]!, "the index"),
        error,
        ...tokensOf(tokens),
      };
      return answer(await failFeature(call.openGate(), input, call.write));
    };
  },
};

export const skip: DefinedCommand = {
  description: "Records that a feature is left out, and why. Repeating it changes nothing.",
  examples: [["gate batch skip 3 --reason 'Already there'", "leave feature 3 out"]],
  define(command) {
    command
      .argument("<index>", "the feature")
      .requiredOption("--reason <text>", "why")
      .option("--category <word>", "what kind of reason (default: quality_gate)");
    defineBatch(command);
    return async (call) => {
      const { reason, category } = optionsOf<{ reason: string; category?: string }>(command, "reason", "category");
      const index = readWhole(command.args[0]!, "the index");
      const input = { ...batchOf(command, call), index, reason, ...(category !== undefined && { category }) };
      return answer(await skipFeature(call.openGate(), input, call.write));
    };
  },
};

function tokensOf(tokens: string | undefined): { readonly tokens?: number } {
  return tokens === undefined ? {} : { tokens: readWhole(tokens, "--tokens") };
}

function answer(outcome: Outcome<FeatureEnded>): Answer {
  const { message, remaining, status } = outcome.value;
  const left = status === "completed" ? "The batch is completed." : `${remaining} left.`;
  return { result: outcome.value, ...written(outcome), text: ({ bold }) => `${bold(shown(message))}\n${left}` };
}
