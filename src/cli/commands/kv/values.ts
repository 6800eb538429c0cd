/** `gate kv save`, `load`, `delete` and `keys`: see `gate/kv/operations.ts`. */
import { GateError } from "../../../base/errors.ts";
import { kvDelete, kvKeys, kvLoad, kvSave } from "../../../gate/kv/operations.ts";
import { fromAscii, JsonText } from "../../../json/json-text.ts";
import { compactJson } from "../../../json/layout.ts";
import { toJson } from "../../../json/to-json.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { numberReader } from "../../numbers.ts";
import { STORE } from "../../options/stores.ts";
import { shown } from "../../style.ts";

const LONGEST = 10 * 366 * 24 * 3600;

export const save = command({
  description:
    "Saves a value under a key. Values are JSON and are kept as they are given, digit for digit; what is not JSON is " +
    "a string. With --if-match only if the value there still has the revision that `gate kv load --json` gave.",
  examples: [
    ["gate kv save --key build --value '{\"count\": 7}'", "an object"],
    ["gate kv save --key branch --value main", "a string"],
    ["gate kv save --key token --value abc --backend redis --ttl 3600", "one that goes after an hour"],
  ],
  options: {
    key: { flag: "--key <key>", about: "under which it is kept", required: true },
    value: {
      flag: "--value <value>",
      about: "JSON, or else a string",
      required: true,
      read: (text: string) => new JsonText(compactJson(text) ?? JSON.stringify(text)),
    },
    ttl: {
      flag: "--ttl <seconds>",
      about: "after how long it goes by itself; Redis only",
      read: numberReader({
        pattern: /^\d{1,9}(?:\.\d{1,3})?$/,
        from: 0.001,
        to: LONGEST,
        expected: "seconds, more than 0",
        example: 3600,
      }),
    },
    ...STORE,
  },
  async run(call, given) {
    const outcome = await kvSave(call.openGate({ create: true }), given, call.write);
    return wrote(outcome, (_value, { bold }) => bold(`Saved ${shown(given.key)}`));
  },
});

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
    const { value: loaded, warnings } = await kvLoad(call.openGate(), given);
    const { key, json, timestamp, revision } = loaded;
    const value = new JsonText(json);
    return { result: { key, value, timestamp, revision }, warnings, text: () => toJson(new JsonText(fromAscii(json))) };
  },
});

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

export const keys = command({
  description: "Lists the keys of a namespace, sorted, each on a line.",
  examples: [["gate kv keys --namespace shared", "those of one namespace"]],
  options: STORE,
  async run(call, given) {
    const { value, warnings } = await kvKeys(call.openGate(), given);
    return { result: value, warnings, text: () => value.keys.map(shown).join("\n") };
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
