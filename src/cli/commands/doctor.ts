/** `gate doctor`: see `gate/install/doctor.ts`. */
import { doctor as look } from "../../gate/install/doctor.ts";
import { found } from "../answer.ts";
import { command } from "../command.ts";
import { searchOf } from "../options/install.ts";
import { viewDiagnosis } from "../views/diagnosis.ts";

export const doctor = command({
  description:
    "Says of each coding agent on this machine whether what `gate install` or the plugin has entered is loaded and " +
    "works, and of git whether it merges by the merge driver. What is broken stands first, with the command that mends " +
    "it. Reads only, in any folder. Exits with 1 where something is broken.",
  examples: [
    ["gate doctor", "what is broken, and how to mend it"],
    ["gate doctor --json", "every check as an object, for a program"],
  ],
  async run(call) {
    const { io } = call;
    const options = { home: io.home, search: searchOf(io), version: io.version };
    const result = await look(call.openGate({ create: true }), options);
    return { ...found(result, viewDiagnosis), exitCode: result.checks.every(({ ok }) => ok) ? 0 : 1 };
  },
});
