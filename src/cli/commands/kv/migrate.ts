/** `gate kv migrate`: see `gate/kv/migrate.ts`. */
import { kvMigrate } from "../../../gate/kv/migrate.ts";
import { BACKENDS } from "../../../store/driver.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { type Options, wordsOf } from "../../option.ts";
import { KEYS, refuseMatch } from "../../options/stores.ts";
import { requireConsent } from "../../prompts/consent.ts";
import { plural } from "../../style.ts";

const OPTIONS = {
  from: { flag: "--from <backend>", about: "where it is kept now", choices: BACKENDS, required: true },
  to: { flag: "--to <backend>", about: "where it shall be kept", choices: BACKENDS, required: true },
  force: { flag: "--force", about: "replace what the new store holds" },
  ...KEYS,
} as const satisfies Options;

export const migrate = command({
  description:
    "Moves a namespace to another backend: copies keys and checkpoints, compares the copy with what it was made " +
    "from, and only then uses it. The old store stays as it is. Asks first.",
  examples: [
    ["gate kv migrate --from json --to sqlite", "to a database in the project"],
    ["gate kv migrate --from sqlite --to redis --yes", "to the server that REDIS_URL names"],
  ],
  options: OPTIONS,
  async run(call, input) {
    refuseMatch(call, "kv migrate");
    const { from, to } = input;
    const gate = call.openGate();
    const planned = await kvMigrate(gate, input, { dryRun: true });
    const { keys, checkpoints } = planned.value;
    const what = `${plural(keys, "key")} and ${plural(checkpoints, "checkpoint")}`;
    await requireConsent(call, {
      act: `migrate from ${from} to ${to}`,
      question: `Copy ${what} from ${from} to ${to}?`,
      words: ["kv", "migrate", ...wordsOf(OPTIONS, input)],
      planned: () => planned,
    });
    return wrote(await kvMigrate(gate, input, call.write), (_value, { bold }) => {
      return bold(`Moved ${what} from ${from} to ${to}`);
    });
  },
});
