/** Copilot, the program for the terminal. */
import { STRICT } from "../../json/token.ts";
import type { Agent } from "./agent.ts";

const SECONDS = 5;

export const copilot: Agent = {
  name: "copilot",
  title: "Copilot",
  reads: STRICT,
  events: [
    { event: "sessionStart", hook: "SessionStart" },
    { event: "userPromptSubmitted", hook: "UserPromptSubmit" },
    { event: "preToolUse", hook: "PreToolUse", filtered: true },
    { event: "postToolUse", hook: "PostToolUse" },
    { event: "preCompact", hook: "PreCompact" },
    { event: "agentStop", hook: "Stop" },
    { event: "sessionEnd", hook: "SessionEnd" },
  ],
  off: { path: ["disableAllHooks"], value: true },
  timeout: SECONDS,
  hooks: { project: ".github/hooks/state-gatekeeper.json", user: ".copilot/hooks/state-gatekeeper.json" },
  sh: "everywhere",
  hook: ({ command, powershell }) => ({ type: "command", bash: command, powershell, timeoutSec: SECONDS }),
  version: 1,
  server: { project: { path: ".github/mcp.json" }, user: { path: ".copilot/mcp-config.json" } },
  serverAs: (command, args) => ({ type: "local", command, args, tools: ["*"] }),
};
