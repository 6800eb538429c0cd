/** `gate uninstall`: see `gate/install/install.ts`. */
import { uninstall as takeOut } from "../../gate/install/install.ts";
import { wrote } from "../answer.ts";
import { command } from "../command.ts";
import { installOptions, settingsOf, wordsOf } from "../options/install.ts";
import { requireConsent } from "../prompts/consent.ts";
import { viewInstallation } from "../views/installation.ts";

export const uninstall = command({
  description:
    "Takes out of settings what `gate install` put in, and nothing else. Without options: everything in this project. " +
    "State and work files stay.",
  examples: [
    ["gate uninstall", "everything in this project"],
    ["gate uninstall --scope user", "everything in your own settings"],
    ["gate uninstall --agent gemini", "for one agent alone"],
    ["gate uninstall --dry-run", "see what would go"],
  ],
  options: {
    ...settingsOf("uninstall for"),
    git: { flag: "--git", about: "take out the merge driver" },
    agentsMd: { flag: "--agents-md", about: "take out the block in AGENTS.md" },
  },
  async run(call, given) {
    const gate = call.openGate({ create: true });
    const options = installOptions(call);
    const planned = await takeOut(gate, given, { ...options, dryRun: true });
    if (planned.value.changed) {
      const words = wordsOf("uninstall", given);
      await requireConsent(call, { act: "uninstall", question: "Take this out?", words, planned: () => planned });
    }
    return wrote(await takeOut(gate, given, { ...options, planned }), viewInstallation);
  },
});
