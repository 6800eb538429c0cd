/** `gate uninstall`: see `gate/install/install.ts`. */
import { uninstall as takeOut } from "../../gate/install/install.ts";
import type { DefinedCommand } from "../command.ts";
import { addAgentOptions, flagsOf, inputOf, installOptions, wordsOf } from "../options/install-options.ts";
import { requireConsent } from "../prompts/consent.ts";
import { viewInstallation } from "../views/installation.ts";
import { written } from "../written.ts";

export const uninstall: DefinedCommand = {
  description:
    "Takes out of settings what `gate install` put in, and nothing else. Without options: everything in this project. " +
    "State and work files stay.",
  examples: [
    ["gate uninstall", "everything in this project"],
    ["gate uninstall --scope user", "everything in your own settings"],
    ["gate uninstall --agent gemini", "for one agent alone"],
    ["gate uninstall --dry-run", "see what would go"],
  ],
  define(command) {
    addAgentOptions(command, "uninstall for");
    command.option("--git", "take out the merge driver").option("--agents-md", "take out the block in AGENTS.md");
    return async (call) => {
      const flags = flagsOf(command);
      const gate = call.openGate({ create: true });
      const options = installOptions(call);
      const planned = await takeOut(gate, inputOf(flags), { ...options, dryRun: true });
      if (planned.value.changed) {
        const words = wordsOf("uninstall", flags);
        await requireConsent(call, {
          act: "uninstall",
          question: "Take this out?",
          words,
          planned: async () => planned,
        });
      }
      const outcome = await takeOut(gate, inputOf(flags), { ...options, planned });
      return { result: outcome.value, ...written(outcome), text: (style) => viewInstallation(outcome.value, style) };
    };
  },
};
