/**
 * `gate hook` as the command line knows it: its help. The hook itself is a surface
 * of its own, run before any of this is loaded, and must be the first word.
 */
import { AGENTS } from "../../settings/agents.ts";
import { command } from "../command.ts";

export const hook = command({
  description:
    "Answers a hook of a coding agent: reads its JSON on standard input, answers in its dialect on standard output. " +
    "`gate install` puts it into the agent's settings. Exit code 0 but where it blocks and cannot say so otherwise; " +
    "silent where it has nothing to say or does not understand.",
  examples: [
    ["gate hook", "event and agent are seen from the payload and the environment"],
    ["gate hook preToolUse --agent copilot", "where the payload does not name them"],
    ["gate hook --auto-approve", "let valid writes of state files pass at PermissionRequest"],
  ],
  arguments: { event: { name: "[event]", about: "the event, where the payload does not name it" } },
  options: {
    agent: { flag: "--agent <name>", about: `${AGENTS.join(", ")}; seen from the payload by default` },
    autoApprove: { flag: "--auto-approve", about: "at PermissionRequest allow valid writes of state and work files" },
  },
  lenient: true,
  async run({ io }) {
    // An exit code other than 0 could block every tool of an agent.
    io.error("gate hook answers nothing here: `hook` must be the first word, in front of all flags\n");
    return { verbatim: "" };
  },
});
