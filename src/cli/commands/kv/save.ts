/** `gate kv save`: see `gate/kv.ts`. */
import { GateError } from "../../../base/errors.ts";
import { kvSave } from "../../../gate/kv/operations.ts";
import type { DefinedCommand } from "../../command.ts";
import { defineStore, readValue, storeOf } from "../../options/kv-options.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";

export const save: DefinedCommand = {
  description:
    "Saves a value under a key. Values are JSON and are kept as they are given, digit for digit; what is not JSON is " +
    "a string. With --if-match only if the value there still has the revision that `gate kv load --json` gave.",
  examples: [
    ["gate kv save --key build --value '{\"count\": 7}'", "an object"],
    ["gate kv save --key branch --value main", "a string"],
    ["gate kv save --key token --value abc --backend redis --ttl 3600", "one that goes after an hour"],
  ],
  define(command) {
    command
      .requiredOption("--key <key>", "under which it is kept")
      .requiredOption("--value <value>", "JSON, or else a string")
      .option("--ttl <seconds>", "after how long it goes by itself; Redis only");
    defineStore(command);
    return async (call) => {
      const { key, value, ttl } = command.opts<{ key: string; value: string; ttl?: string }>();
      const input = {
        ...storeOf(command, call),
        key,
        value: readValue(value),
        ...(ttl !== undefined && { ttl: readTtl(ttl) }),
      };
      const outcome = await kvSave(call.openGate(), input, call.write);
      return { result: outcome.value, ...written(outcome), text: ({ bold }) => bold(`Saved ${shown(key)}`) };
    };
  },
};

const LONGEST = 10 * 366 * 24 * 3600;

function readTtl(text: string): number {
  const seconds = /^\d{1,9}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds > 0 && seconds <= LONGEST) return seconds;
  throw new GateError("INVALID_ARGUMENT", `Cannot use --ttl ${JSON.stringify(text)}: expected seconds, more than 0`, {
    hint: "Give a number, for example --ttl 3600",
  });
}
