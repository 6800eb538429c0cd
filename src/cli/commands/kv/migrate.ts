/** `gate kv migrate`: see `gate/kv/migrate.ts`. */
import { kvMigrate } from "../../../gate/kv/migrate.ts";
import { BACKENDS } from "../../../store/driver.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { KEYS, refuseMatch, withServer, wordsOfStore } from "../../options/stores.ts";
import { requireConsent } from "../../prompts/consent.ts";

export const migrate = command({
  description:
    "Moves a namespace to another backend: copies keys and checkpoints, compares the copy with what it was made " +
    "from, and only then uses it. The old store stays as it is. Asks first.",
  examples: [
    ["gate kv migrate --from json --to sqlite", "to a database in the project"],
    ["gate kv migrate --from sqlite --to redis --yes", "to the server that REDIS_URL names"],
  ],
  options: {
    from: { flag: "--from <backend>", about: "where it is kept now", choices: BACKENDS, required: true },
    to: { flag: "--to <backend>", about: "where it shall be kept", choices: BACKENDS, required: true },
    force: { flag: "--force", about: "replace what the new store holds" },
    ...KEYS,
  },
  async run(call, given) {
    refuseMatch(call, "kv migrate");
    const input = withServer(given, call);
    const { from, to, force } = input;
    const gate = call.openGate();
    const planned = await kvMigrate(gate, input, { dryRun: true });
    const { keys, checkpoints } = planned.value;
    const what = `${keys} ${keys === 1 ? "key" : "keys"} and ${checkpoints} ${checkpoints === 1 ? "checkpoint" : "checkpoints"}`;
    await requireConsent(call, {
      act: `migrate from ${from} to ${to}`,
      question: `Copy ${what} from ${from} to ${to}?`,
      words: ["kv", "migrate", "--from", from, "--to", to, ...(force ? ["--force"] : []), ...wordsOfStore(input)],
      planned: async () => planned,
    });
    const outcome = await kvMigrate(gate, input, call.write);
    return wrote(outcome, ({ bold }) => bold(`Moved ${what} from ${from} to ${to}`));
  },
});
