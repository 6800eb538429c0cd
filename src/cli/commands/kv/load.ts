/** `gate kv load`: see `gate/kv.ts`. */

import { kvLoad } from "../../../gate/kv/operations.ts";
import { JsonText } from "../../../json/json-text.ts";
import type { DefinedCommand } from "../../command.ts";
import { defineStore, readJson, storeOf, viewJson } from "../../options/kv-options.ts";
import { written } from "../../written.ts";

export const load: DefinedCommand = {
  description: "Prints the value of a key, as JSON. A key that is not there is an error, unless there is a default.",
  examples: [
    ["gate kv load --key build", "print the value"],
    ["gate kv load --key build --default '{}'", "or {} where there is none"],
    ["gate kv load --key build --json", "with its time and revision"],
  ],
  define(command) {
    command
      .requiredOption("--key <key>", "whose value")
      .option("--default <json>", "what to print where the key is not there; null counts");
    defineStore(command);
    return async (call) => {
      const given = command.opts<{ key: string; default?: string }>();
      const fallback = given.default === undefined ? {} : { default: readJson(given.default, "--default") };
      const outcome = await kvLoad(call.openGate(), { ...storeOf(command, call), key: given.key, ...fallback });
      const { key, json, timestamp, revision } = outcome.value;
      return {
        result: { key, value: new JsonText(json), timestamp, revision },
        warnings: written(outcome).warnings ?? [],
        text: () => viewJson(json),
      };
    };
  },
};
