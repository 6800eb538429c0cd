/** `gate kv init`: see `gate/kv/operations.ts`. */
import { kvInit } from "../../../gate/kv/operations.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { refuseMatch, STORE } from "../../options/stores.ts";
import { shown } from "../../style.ts";

export const init = command({
  description:
    "Chooses where the keys of a namespace are kept, and remembers it in .claude/state/<namespace>/. Without it they " +
    "are kept in a JSON file. A second time changes nothing.",
  examples: [
    ["gate kv init --backend sqlite", "keep them in .claude/state/default/state.db"],
    ["gate kv init --backend redis --namespace shared", "keep them on the server that REDIS_URL names"],
  ],
  options: {
    ...STORE,
    force: { flag: "--force", about: "also where another backend is remembered; what it keeps stays there" },
  },
  async run(call, given) {
    refuseMatch(call, "kv init");
    const outcome = await kvInit(call.openGate({ create: true }), given, call.write);
    return wrote(outcome, ({ namespace, backend, place }, { bold }) => {
      return bold(`${shown(namespace)} is kept in ${backend}: ${shown(place)}`);
    });
  },
});
