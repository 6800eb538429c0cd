/** `gate kv restore`: see `gate/kv/checkpoints.ts`. */
import { kvRestore } from "../../../gate/kv/checkpoints.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { type Options, wordsOf } from "../../option.ts";
import { refuseMatch, STORE } from "../../options/stores.ts";
import { requireConsent } from "../../prompts/consent.ts";
import { plural, shown } from "../../style.ts";

const OPTIONS = {
  checkpoint: { flag: "--checkpoint <name>", about: "which one", required: true },
  ...STORE,
} as const satisfies Options;

export const restore = command({
  description:
    "Makes the keys of a namespace exactly what a checkpoint holds: keys that came later are gone. What was there " +
    "is kept as another checkpoint first. Shows what would change and asks.",
  examples: [
    ["gate kv restore --checkpoint before-upgrade", "see the change, then decide"],
    ["gate kv restore --checkpoint before-upgrade --yes", "without being asked"],
  ],
  options: OPTIONS,
  async run(call, input) {
    refuseMatch(call, "kv restore");
    const { checkpoint } = input;
    const gate = call.openGate();
    const planned = await kvRestore(gate, input, { dryRun: true });
    await requireConsent(call, {
      act: `restore checkpoint ${checkpoint}`,
      question: "Write this?",
      words: ["kv", "restore", ...wordsOf(OPTIONS, input)],
      planned: () => planned,
    });
    return wrote(await kvRestore(gate, input, call.write), ({ restored, keys, before }, { bold, dim }) => {
      return `${bold(`Restored ${shown(restored)}: ${plural(keys, "key")}`)}\n${dim(`What was there is checkpoint ${before}.`)}`;
    });
  },
});
