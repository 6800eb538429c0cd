/** `gate kv diff`: see `gate/kv/checkpoints.ts`. */
import { kvDiff } from "../../../gate/kv/checkpoints.ts";
import { JsonText } from "../../../json/json-text.ts";
import { command } from "../../command.ts";
import { STORE } from "../../options/stores.ts";
import { shown } from "../../style.ts";

export const diff = command({
  description:
    "Shows which keys came, went or changed since a checkpoint. The order of keys within a value does not count.",
  examples: [["gate kv diff --checkpoint before-upgrade", "what has changed since"]],
  options: { checkpoint: { flag: "--checkpoint <name>", about: "which one", required: true }, ...STORE },
  async run(call, given) {
    const { checkpoint } = given;
    const { value, warnings } = await kvDiff(call.openGate(), given);
    const json = (text: string) => new JsonText(text);
    const entry = (each: { key: string; value: string }) => ({ key: each.key, value: json(each.value) });
    const result = {
      checkpoint,
      added: value.added.map(entry),
      removed: value.removed.map(entry),
      changed: value.changed.map(({ key, before, after }) => ({ key, before: json(before), after: json(after) })),
    };
    return {
      result,
      warnings,
      text: ({ green, red, dim }) => {
        const line = (key: string, text: string) => shown(`${JSON.stringify(key)}: ${text}`);
        const lines = [
          ...value.removed.map((each) => red(`- ${line(each.key, each.value)}`)),
          ...value.changed.flatMap(({ key, before, after }) => [
            red(`- ${line(key, before)}`),
            green(`+ ${line(key, after)}`),
          ]),
          ...value.added.map((each) => green(`+ ${line(each.key, each.value)}`)),
        ];
        return lines.length === 0 ? dim(`Nothing has changed since ${shown(checkpoint)}.`) : lines.join("\n");
      },
    };
  },
});
