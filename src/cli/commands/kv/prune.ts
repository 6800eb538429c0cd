/** `gate kv prune`: see `gate/kv/checkpoints.ts`. */
import { kvPrune } from "../../../gate/kv/checkpoints.ts";
import { command } from "../../command.ts";
import { readDuration } from "../../numbers.ts";
import { type Options, wordsOf } from "../../option.ts";
import { refuseMatch, STORE } from "../../options/stores.ts";
import { requireConsent } from "../../prompts/consent.ts";
import { plural, shown } from "../../style.ts";

const OPTIONS = {
  age: { flag: "--older-than <duration>", about: "how long ago, such as 30d or 12h", required: true },
  ...STORE,
} as const satisfies Options;

export const prune = command({
  description:
    "Removes the checkpoints of a namespace that were made before a time, also those with a name, after asking.",
  examples: [
    ["gate kv prune --older-than 30d --dry-run", "see which would go"],
    ["gate kv prune --older-than 30d --yes", "remove them"],
  ],
  options: OPTIONS,
  async run(call, given) {
    refuseMatch(call, "kv prune");
    const { age, ...place } = given;
    const gate = call.openGate();
    const input = { ...place, olderThan: readDuration(age, "--older-than") };
    const plan = await kvPrune(gate, input, { dryRun: true });
    const { pruned } = plan.value;
    if (pruned.length > 0 && !call.flags.dryRun) {
      await requireConsent(call, {
        act: "prune checkpoints",
        question: `Remove ${plural(pruned.length, "checkpoint")}?`,
        words: ["kv", "prune", ...wordsOf(OPTIONS, given)],
        declined: "Nothing was removed.",
        planned: async () => {
          call.io.error(`${pruned.map(shown).join("\n")}\n`);
          return { written: [], moved: [] };
        },
      });
    }
    const { value, warnings } = call.flags.dryRun ? plan : await kvPrune(gate, input);
    const result = call.flags.dryRun ? { ...value, dryRun: true } : value;
    return {
      result,
      warnings,
      text: () => [...value.pruned.map((name) => `  ${shown(name)}`), value.message].join("\n"),
    };
  },
});
