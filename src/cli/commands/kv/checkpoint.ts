/** `gate kv checkpoint`: see `gate/kv-checkpoints.ts`. */
import { kvCheckpoint } from "../../../gate/kv/checkpoints.ts";
import type { DefinedCommand } from "../../command.ts";
import { defineStore, refuseMatch, storeOf } from "../../options/kv-options.ts";
import { optionsOf } from "../../options.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";

export const checkpoint: DefinedCommand = {
  description:
    "Keeps all keys of a namespace as they are at this moment, under a name. Without one it gets a name with the " +
    "time; of those, the newest 50 are kept.",
  examples: [
    ["gate kv checkpoint", "under a name with the time"],
    ["gate kv checkpoint --name before-upgrade", "under a name of your own"],
  ],
  define(command) {
    command.option("--name <name>", "its name").option("--force", "replace one that has this name");
    defineStore(command);
    return async (call) => {
      refuseMatch(call, "kv checkpoint");
      const given = optionsOf<{ name?: string; force?: boolean }>(command, "name", "force");
      const outcome = await kvCheckpoint(call.openGate(), { ...storeOf(command, call), ...given }, call.write);
      const { name } = outcome.value;
      return { result: outcome.value, ...written(outcome), text: ({ bold }) => bold(`Made checkpoint ${shown(name)}`) };
    };
  },
};
