/** `gate kv restore`: see `gate/kv-checkpoints.ts`. */
import { kvRestore } from "../../../gate/kv/checkpoints.ts";
import type { DefinedCommand } from "../../command.ts";
import { defineStore, refuseMatch, storeOf, wordsOfStore } from "../../options/kv-options.ts";
import { requireConsent } from "../../prompts/consent.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";

export const restore: DefinedCommand = {
  description:
    "Makes the keys of a namespace exactly what a checkpoint holds: keys that came later are gone. What was there " +
    "is kept as another checkpoint first. Shows what would change and asks.",
  examples: [
    ["gate kv restore --checkpoint before-upgrade", "see the change, then decide"],
    ["gate kv restore --checkpoint before-upgrade --yes", "without being asked"],
  ],
  define(command) {
    command.requiredOption("--checkpoint <name>", "which one");
    defineStore(command);
    return async (call) => {
      refuseMatch(call, "kv restore");
      const { checkpoint } = command.opts<{ checkpoint: string }>();
      const store = storeOf(command, call);
      const gate = call.openGate();
      const input = { ...store, checkpoint };
      const planned = await kvRestore(gate, input, { dryRun: true });
      await requireConsent(call, {
        act: `restore checkpoint ${checkpoint}`,
        question: "Write this?",
        words: ["kv", "restore", "--checkpoint", checkpoint, ...wordsOfStore(store)],
        planned: async () => planned,
      });
      const outcome = await kvRestore(gate, input, call.write);
      const { restored, keys, before } = outcome.value;
      return {
        result: outcome.value,
        ...written(outcome),
        text: ({ bold, dim }) =>
          [
            bold(`Restored ${shown(restored)}: ${keys} ${keys === 1 ? "key" : "keys"}`),
            dim(`What was there is checkpoint ${before}.`),
          ].join("\n"),
      };
    };
  },
};
