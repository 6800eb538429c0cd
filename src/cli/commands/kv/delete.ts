/** `gate kv delete`: see `gate/kv.ts`. */
import { kvDelete } from "../../../gate/kv/operations.ts";
import type { DefinedCommand } from "../../command.ts";
import { defineStore, storeOf } from "../../options/kv-options.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";

export const remove: DefinedCommand = {
  description: "Removes a key with its value. A key that is not there is an error.",
  examples: [["gate kv delete --key build", "remove it"]],
  define(command) {
    command.requiredOption("--key <key>", "which one");
    defineStore(command);
    return async (call) => {
      const { key } = command.opts<{ key: string }>();
      const outcome = await kvDelete(call.openGate(), { ...storeOf(command, call), key }, call.write);
      return { result: outcome.value, ...written(outcome), text: ({ bold }) => bold(`Removed ${shown(key)}`) };
    };
  },
};
