/** `gate kv checkpoint` and `gate kv checkpoints`: see `gate/kv/checkpoints.ts`. */
import { kvCheckpoint, kvCheckpoints } from "../../../gate/kv/checkpoints.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { refuseMatch, STORE } from "../../options/stores.ts";
import { plural, pruneNote, shown } from "../../style.ts";
import { padToColumns, widestOf } from "../../views/columns.ts";

export const checkpoint = command({
  description:
    "Keeps all keys of a namespace as they are at this moment, under a name. Without one it gets a name with the " +
    "time; of those, the newest 50 are kept, and those with a name until `gate kv prune`.",
  examples: [
    ["gate kv checkpoint", "under a name with the time"],
    ["gate kv checkpoint --name before-upgrade", "under a name of your own"],
  ],
  options: {
    name: { flag: "--name <name>", about: "its name" },
    force: { flag: "--force", about: "replace one that has this name" },
    ...STORE,
  },
  async run(call, given) {
    refuseMatch(call, "kv checkpoint");
    const outcome = await kvCheckpoint(call.openGate(), given, call.write);
    return wrote(outcome, ({ name }, { bold }) => bold(`Made checkpoint ${shown(name)}`));
  },
});

export const checkpoints = command({
  description: "Lists the checkpoints of a namespace, newest first.",
  examples: [["gate kv checkpoints", "with when they were made and how many keys they hold"]],
  options: STORE,
  async run(call, given) {
    const { value, warnings } = await kvCheckpoints(call.openGate(), given);
    const width = widestOf(value.checkpoints.map(({ name }) => shown(name)));
    return {
      // The key stays where it is damaged: then it is null.
      result: { checkpoints: value.checkpoints.map(({ name, createdAt, keys }) => ({ name, createdAt, keys })) },
      warnings,
      text: ({ dim, red }) =>
        [
          ...value.checkpoints.map(({ name, createdAt, keys }) => {
            const count = keys === undefined ? red("damaged") : plural(keys, "key");
            return `${padToColumns(shown(name), width)}  ${dim(shown(createdAt))}  ${count}`;
          }),
          ...pruneNote(value.checkpoints.length, "kv prune").map(dim),
        ].join("\n"),
    };
  },
});
