/** `gate kv keys`: see `gate/kv/operations.ts`. */
import { kvKeys } from "../../../gate/kv/operations.ts";
import { command } from "../../command.ts";
import { STORE } from "../../options/stores.ts";
import { shown } from "../../style.ts";

export const keys = command({
  description: "Lists the keys of a namespace, sorted, each on a line.",
  examples: [["gate kv keys --namespace shared", "those of one namespace"]],
  options: STORE,
  async run(call, given) {
    const { value, warnings } = await kvKeys(call.openGate(), given);
    return { result: value, warnings, text: () => value.keys.map(shown).join("\n") };
  },
});
