/** `gate kv delete`: see `gate/kv/operations.ts`. */
import { kvDelete } from "../../../gate/kv/operations.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { STORE } from "../../options/stores.ts";
import { shown } from "../../style.ts";

const remove = command({
  description: "Removes a key with its value. A key that is not there is an error.",
  examples: [["gate kv delete --key build", "remove it"]],
  options: { key: { flag: "--key <key>", about: "which one", required: true }, ...STORE },
  async run(call, given) {
    const outcome = await kvDelete(call.openGate(), given, call.write);
    return wrote(outcome, (_value, { bold }) => bold(`Removed ${shown(given.key)}`));
  },
});

export { remove as delete };
