/** `gate kv checkpoints`: see `gate/kv/checkpoints.ts`. */
import { kvCheckpoints } from "../../../gate/kv/checkpoints.ts";
import { command } from "../../command.ts";
import { STORE } from "../../options/stores.ts";
import { plural, shown } from "../../style.ts";

export const checkpoints = command({
  description: "Lists the checkpoints of a namespace, newest first.",
  examples: [["gate kv checkpoints", "with when they were made and how many keys they hold"]],
  options: STORE,
  async run(call, given) {
    const { value, warnings } = await kvCheckpoints(call.openGate(), given);
    const width = Math.max(0, ...value.checkpoints.map(({ name }) => shown(name).length));
    return {
      // The key stays where it is damaged: then it is null.
      result: { checkpoints: value.checkpoints.map(({ name, createdAt, keys }) => ({ name, createdAt, keys })) },
      warnings,
      text: ({ dim, red }) =>
        value.checkpoints
          .map(({ name, createdAt, keys }) => {
            const count = keys === undefined ? red("damaged") : plural(keys, "key");
            return `${shown(name).padEnd(width)}  ${dim(shown(createdAt))}  ${count}`;
          })
          .join("\n"),
    };
  },
});
