/** `gate kv save`: see `gate/kv/operations.ts`. */
import { kvSave } from "../../../gate/kv/operations.ts";
import { JsonText } from "../../../json/json-text.ts";
import { compactJson } from "../../../json/layout.ts";
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
    const outcome = await kvSave(call.openGate(), given, call.write);
    return wrote(outcome, (_value, { bold }) => bold(`Saved ${shown(given.key)}`));
  },
});
