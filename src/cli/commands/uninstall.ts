/** `gate uninstall`: see `gate/install/install.ts`. */
import { uninstall as takeOut } from "../../gate/install/install.ts";
import { command } from "../command.ts";
import type { Options } from "../option.ts";
import { changeSettings, settingsOf } from "../options/install.ts";

const OPTIONS = {
  ...settingsOf("uninstall for"),
  git: { flag: "--git", about: "take out the merge driver" },
  agentsMd: { flag: "--agents-md", about: "take out the block in AGENTS.md" },
  skill: { flag: "--skill", about: "take out the skill" },
} as const satisfies Options;

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
  options: OPTIONS,
  run: async (call, given) =>
    await changeSettings(call, given, {
      name: "uninstall",
      options: OPTIONS,
      act: takeOut,
      question: () => "Take this out?",
    }),
});
