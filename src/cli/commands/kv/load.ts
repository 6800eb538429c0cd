/** `gate kv load`: see `gate/kv/operations.ts`. */
import { GateError } from "../../../base/errors.ts";
import { kvLoad } from "../../../gate/kv/operations.ts";
import { JsonText } from "../../../json/json-text.ts";
import { compactJson } from "../../../json/layout.ts";
import { toJson } from "../../../json/to-json.ts";
import { command } from "../../command.ts";
import { STORE } from "../../options/stores.ts";

export const load = command({
  description: "Prints the value of a key, as JSON. A key that is not there is an error, unless there is a default.",
  examples: [
    ["gate kv load --key build", "print the value"],
    ["gate kv load --key build --default '{}'", "or {} where there is none"],
    ["gate kv load --key build --json", "with its time and revision"],
  ],
  options: {
    key: { flag: "--key <key>", about: "whose value", required: true },
    default: {
      flag: "--default <json>",
      about: "what to print where the key is not there; null counts",
      read: readDefault,
    },
    ...STORE,
  },
  async run(call, given) {
    const outcome = await kvLoad(call.openGate(), given);
    const { key, json, timestamp, revision } = outcome.value;
    const value = new JsonText(json);
    return {
      result: { key, value, timestamp, revision },
      warnings: outcome.warnings,
      text: () => toJson(value),
    };
  },
});

function readDefault(text: string): JsonText {
  const compact = compactJson(text);
  if (compact !== undefined) return new JsonText(compact);
  const message = `Cannot use --default ${JSON.stringify(text.slice(0, 80))}: it is no JSON`;
  throw new GateError("INVALID_ARGUMENT", message, {
    hint: `A string needs its quotes too, for example --default '"none"'`,
  });
}
