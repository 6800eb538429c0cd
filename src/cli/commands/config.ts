/** `gate config`: see `gate/claims/config.ts`. */
import { GateError } from "../../base/errors.ts";
import { readSetting, SETTINGS, writeSetting } from "../../gate/claims/config.ts";
import { found } from "../answer.ts";
import { command } from "../command.ts";
import { shown } from "../style.ts";

export const config = command({
  description:
    "Shows or sets what holds for this clone alone. It is kept in git's configuration, never in a file of the project. " +
    "claims.remote: the remote on which claims are shown to other clones.",
  examples: [
    ["gate config claims.remote origin", "show claims to other clones"],
    ["gate config claims.remote", "see what is set"],
    ["gate config claims.remote --unset", "keep claims to this clone"],
  ],
  arguments: {
    name: { name: "[name]", about: "what is set", choices: SETTINGS },
    value: { name: "[value]", about: "what it shall be" },
  },
  options: { unset: { flag: "--unset", about: "take it out" } },
  async run({ openGate, flags }, { name, value, unset }) {
    const gate = openGate();
    if (unset && (name === undefined || value !== undefined)) {
      throw new GateError("INVALID_ARGUMENT", "Cannot take a setting out: name it, without a value", {
        hint: "For example: gate config claims.remote --unset",
      });
    }
    if (name !== undefined && (unset || value !== undefined) && !flags.dryRun) await writeSetting(gate, name, value);
    const settings = Object.fromEntries(
      await Promise.all(SETTINGS.map(async (one) => [one, (await readSetting(gate, one)) ?? null] as const)),
    );
    return found({ settings }, () =>
      Object.entries(settings)
        .filter(([one]) => name === undefined || one === name)
        .map(([one, set]) => `${one}  ${set === null ? "not set" : shown(set)}`)
        .join("\n"),
    );
  },
});
