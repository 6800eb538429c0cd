/** `gate batch set`: see `gate/batch/set.ts`. */
import { parseJson } from "../../../base/json.ts";
import { isTextKey, SETTABLE, type SettableKey, saveBatch } from "../../../gate/batch/set.ts";
import type { Json } from "../../../records/json-edit.ts";
import { viewMessage, wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { BATCH } from "../../options/stores.ts";
import { requireExact } from "./exact.ts";

export const set = command({
  description: "Sets a key of the record that no other command sets: how the features are worked on, in which order.",
  examples: [
    ["gate batch set feature_order '[2, 0, 1]'", "the third feature first"],
    ["gate batch set workflow_mode manual", "a text needs no quotes of JSON"],
  ],
  arguments: {
    key: { name: "<key>", about: "which one", choices: SETTABLE },
    value: { name: "<value>", about: "JSON, or a text" },
  },
  options: BATCH,
  async run(call, { key, value, ...given }) {
    const parsed = isTextKey(key) ? undefined : (parseJson(value) as Json | undefined);
    if (parsed !== undefined) requireExact(value);
    const json = parsed ?? value;
    const values = { [key]: json } as Partial<Record<SettableKey, Json>>;
    return wrote(await saveBatch(call.openGate(), { ...given, values }, call.write), viewMessage);
  },
});
