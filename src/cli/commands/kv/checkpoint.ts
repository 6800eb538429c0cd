/** `gate kv checkpoint`: see `gate/kv/checkpoints.ts`. */
import { kvCheckpoint } from "../../../gate/kv/checkpoints.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { refuseMatch, STORE } from "../../options/stores.ts";
import { shown } from "../../style.ts";

export const checkpoint = command({
  description:
    "Keeps all keys of a namespace as they are at this moment, under a name. Without one it gets a name with the " +
    "time; of those, the newest 50 are kept.",
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
