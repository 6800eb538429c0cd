/** opencode: no commands at its events but a plugin of its own, which calls the gate. */
import { COMMENTED } from "../../json/token.ts";
import { type Agent, likeClaude } from "./agent.ts";
import { opencodePlugin } from "./program-texts.ts";

export const opencode: Agent = {
  name: "opencode",
  title: "opencode",
  folder: ".config/opencode",
  reads: COMMENTED,
  events: likeClaude("SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "PreCompact"),
  timeout: 5000,
  hooks: { project: ".opencode/plugin", user: ".config/opencode/plugin" },
  programs: (shell) => [{ name: "state-gatekeeper.js", text: opencodePlugin(shell) }],
  server: { project: { path: "opencode.json" }, user: { path: ".config/opencode/opencode.json" } },
  serversUnder: "mcp",
  serverAs: (command, args) => ({ type: "local", command: [command, ...args], enabled: true }),
};
