/** `gate kv keys`: see `gate/kv.ts`. */
import { kvKeys } from "../../../gate/kv/operations.ts";
import type { DefinedCommand } from "../../command.ts";
import { defineStore, storeOf } from "../../options/kv-options.ts";
import { shown } from "../../style.ts";

export const keys: DefinedCommand = {
  description: "Lists the keys of a namespace, sorted, each on a line.",
  examples: [["gate kv keys --namespace shared", "those of one namespace"]],
  define(command) {
    defineStore(command);
    return async (call) => {
      const { value, warnings } = await kvKeys(call.openGate(), storeOf(command, call));
      return { result: value, warnings, text: () => value.keys.map(shown).join("\n") };
    };
  },
};
