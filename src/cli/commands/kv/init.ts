/** `gate kv init`: see `gate/kv.ts`. */
import { kvInit } from "../../../gate/kv/operations.ts";
import type { DefinedCommand } from "../../command.ts";
import { defineStore, refuseMatch, storeOf } from "../../options/kv-options.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";

export const init: DefinedCommand = {
  description:
    "Chooses where the keys of a namespace are kept, and remembers it in .claude/state/<namespace>/. Without it they " +
    "are kept in a JSON file. A second time changes nothing.",
  examples: [
    ["gate kv init --backend sqlite", "keep them in .claude/state/default/state.db"],
    ["gate kv init --backend redis --namespace shared", "keep them on the server that REDIS_URL names"],
  ],
  define(command) {
    defineStore(command).option("--force", "also where another backend is remembered; what it keeps stays there");
    return async (call) => {
      refuseMatch(call, "kv init");
      const { force = false } = command.opts<{ force?: boolean }>();
      const outcome = await kvInit(call.openGate({ create: true }), { ...storeOf(command, call), force }, call.write);
      const { namespace, backend, place } = outcome.value;
      return {
        result: outcome.value,
        ...written(outcome),
        text: ({ bold }) => bold(`${shown(namespace)} is kept in ${backend}: ${shown(place)}`),
      };
    };
  },
};
