/** `gate kv migrate`: see `gate/kv-migrate.ts`. */
import { kvMigrate } from "../../../gate/kv/migrate.ts";
import { BACKENDS, type Backend } from "../../../store/driver.ts";
import type { DefinedCommand } from "../../command.ts";
import { defineStore, refuseMatch, storeOf, wordsOfStore } from "../../options/kv-options.ts";
import { requireConsent } from "../../prompts/consent.ts";
import { written } from "../../written.ts";

export const migrate: DefinedCommand = {
  description:
    "Moves a namespace to another backend: copies keys and checkpoints, compares the copy with what it was made " +
    "from, and only then uses it. The old store stays as it is. Asks first.",
  examples: [
    ["gate kv migrate --from json --to sqlite", "to a database in the project"],
    ["gate kv migrate --from sqlite --to redis --yes", "to the server that REDIS_URL names"],
  ],
  define(command) {
    const choice = (flag: string, text: string) => {
      command.addOption(command.createOption(flag, text).choices(BACKENDS).makeOptionMandatory());
    };
    choice("--from <backend>", "where it is kept now");
    choice("--to <backend>", "where it shall be kept");
    command.option("--force", "replace what the new store holds");
    defineStore(command, { backend: false });
    return async (call) => {
      refuseMatch(call, "kv migrate");
      const { from, to, force = false } = command.opts<{ from: Backend; to: Backend; force?: boolean }>();
      const store = storeOf(command, call);
      const gate = call.openGate();
      const input = { ...store, from, to, force };
      const planned = await kvMigrate(gate, input, { dryRun: true });
      const { keys, checkpoints } = planned.value;
      const what = `${keys} ${keys === 1 ? "key" : "keys"} and ${checkpoints} ${checkpoints === 1 ? "checkpoint" : "checkpoints"}`;
      await requireConsent(call, {
        act: `migrate from ${from} to ${to}`,
        question: `Copy ${what} from ${from} to ${to}?`,
        words: ["kv", "migrate", "--from", from, "--to", to, ...(force ? ["--force"] : []), ...wordsOfStore(store)],
        planned: async () => planned,
      });
      const outcome = await kvMigrate(gate, input, call.write);
      return {
        result: outcome.value,
        ...written(outcome),
        text: ({ bold }) => bold(`Moved ${what} from ${from} to ${to}`),
      };
    };
  },
};
