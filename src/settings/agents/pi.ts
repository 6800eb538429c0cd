/** pi: an extension of its own, which calls the gate. It knows no servers. */
import { STRICT } from "../../json/token.ts";
import type { Agent } from "./agent.ts";
import { piExtension } from "./program-texts.ts";

export const pi: Agent = {
  name: "pi",
  title: "pi",
  reads: STRICT,
  events: [
    { event: "SessionStart", hook: "SessionStart" },
    { event: "UserPromptSubmit", hook: "UserPromptSubmit" },
    { event: "PreToolUse", hook: "PreToolUse" },
    { event: "PostToolUse", hook: "PostToolUse" },
    { event: "PreCompact", hook: "PreCompact" },
    { event: "Stop", hook: "Stop" },
    { event: "SessionEnd", hook: "SessionEnd" },
  ],
  timeout: 5000,
  hooks: { project: ".pi/extensions", user: ".pi/agent/extensions" },
  programs: (shell) => [{ name: "state-gatekeeper.ts", text: piExtension(shell) }],
  server: {},
};
