/** `gate kv recover`: see `gate/kv/recover.ts`. */
import { kvRecover } from "../../../gate/kv/recover.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { wordsOf } from "../../option.ts";
import { refuseMatch, STORE } from "../../options/stores.ts";
import { requireConsent } from "../../prompts/consent.ts";
import { plural, shown } from "../../style.ts";

export const recover = command({
  description:
    "Makes a damaged store good again, from its newest good version, checkpoint or backup. What is damaged is copied first. " +
    "A store that is in order is left alone. Shows what it would hold and asks.",
  examples: [
    ["gate kv recover", "see what there is to go back to, then decide"],
    ["gate kv recover --dry-run", "see it, write nothing"],
  ],
  options: STORE,
  async run(call, store) {
    refuseMatch(call, "kv recover");
    const gate = call.openGate();
    const planned = await kvRecover(gate, store, { dryRun: true });
    const { source } = planned.value;
    if (source !== undefined) {
      await requireConsent(call, {
        act: `recover ${planned.written[0]?.path}`,
        question: `Back up what is damaged and restore ${source.kind} ${source.name}?`,
        words: ["kv", "recover", ...wordsOf(STORE, store)],
        declined: "Nothing was touched.",
        planned: () => planned,
      });
    }
    const outcome = source === undefined ? planned : await kvRecover(gate, store, call.write);
    return wrote(outcome, ({ backups, keys }, { bold, dim }) => {
      if (source === undefined) return bold("Nothing is damaged.");
      const what = bold(`Recovered ${plural(keys, "key")} from ${source.kind} ${shown(source.name)}`);
      return `${what}\n${dim(`What was damaged is kept as ${backups.map(shown).join(", ")}.`)}`;
    });
  },
});
