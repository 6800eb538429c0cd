/** pi: an extension of its own, which calls the gate. It knows no servers. */
import { STRICT } from "../../json/token.ts";
import { type Agent, likeClaude } from "./agent.ts";
import { piExtension } from "./program-texts.ts";

export const pi: Agent = {
  name: "pi",
  title: "pi",
  reads: STRICT,
  events: likeClaude(
    "SessionStart",
    "UserPromptSubmit",
    "PreToolUse",
    "PostToolUse",
    "PreCompact",
    "Stop",
    "SessionEnd",
  ),
  timeout: 5000,
  hooks: { project: ".pi/extensions", user: ".pi/agent/extensions" },
  programs: (shell) => [{ name: "state-gatekeeper.ts", text: piExtension(shell) }],
  server: {},
};
