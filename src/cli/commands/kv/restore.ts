/** `gate kv restore`: see `gate/kv/checkpoints.ts`. */
import { kvRestore } from "../../../gate/kv/checkpoints.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { refuseMatch, STORE, withServer, wordsOfStore } from "../../options/stores.ts";
import { requireConsent } from "../../prompts/consent.ts";
import { shown } from "../../style.ts";

export const restore = command({
  description:
    "Makes the keys of a namespace exactly what a checkpoint holds: keys that came later are gone. What was there " +
    "is kept as another checkpoint first. Shows what would change and asks.",
  examples: [
    ["gate kv restore --checkpoint before-upgrade", "see the change, then decide"],
    ["gate kv restore --checkpoint before-upgrade --yes", "without being asked"],
  ],
  options: { checkpoint: { flag: "--checkpoint <name>", about: "which one", required: true }, ...STORE },
  async run(call, given) {
    refuseMatch(call, "kv restore");
    const input = withServer(given, call);
    const { checkpoint } = input;
    const gate = call.openGate();
    const planned = await kvRestore(gate, input, { dryRun: true });
    await requireConsent(call, {
      act: `restore checkpoint ${checkpoint}`,
      question: "Write this?",
      words: ["kv", "restore", "--checkpoint", checkpoint, ...wordsOfStore(input)],
      planned: async () => planned,
    });
    const outcome = await kvRestore(gate, input, call.write);
    const { restored, keys, before } = outcome.value;
    return wrote(outcome, ({ bold, dim }) =>
      [
        bold(`Restored ${shown(restored)}: ${keys} ${keys === 1 ? "key" : "keys"}`),
        dim(`What was there is checkpoint ${before}.`),
      ].join("\n"),
    );
  },
});
