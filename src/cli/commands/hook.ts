/**
 * `gate hook` as the command line knows it: its help. The hook itself is a surface
 * of its own, run before any of this is loaded, and must be the first word.
 */
import type { DefinedCommand } from "../command.ts";

export const hook: DefinedCommand = {
  description:
    "Answers a hook of a coding agent: reads its JSON on standard input, answers in its dialect on standard output. " +
    "`gate install` puts it into the agent's settings. Exit code 0 but where it blocks and cannot say so otherwise; " +
    "silent where it has nothing to say or does not understand.",
  examples: [
    ["gate hook", "event and agent are seen from the payload and the environment"],
    ["gate hook preToolUse --agent copilot", "where the payload does not name them"],
    ["gate hook --auto-approve", "let valid writes of state files pass at PermissionRequest"],
  ],
  define(command) {
    command
      .argument("[event]", "the event, where the payload does not name it")
      .option("--agent <name>", "claude, codex, copilot or gemini; seen from the payload by default")
      .option("--auto-approve", "at PermissionRequest allow valid writes of state and work files")
      .allowUnknownOption()
      .allowExcessArguments();
    return async ({ io }) => {
      // An exit code other than 0 could block every tool of an agent.
      io.error("gate hook answers nothing here: `hook` must be the first word, in front of all flags\n");
      return { verbatim: "" };
    };
  },
};
