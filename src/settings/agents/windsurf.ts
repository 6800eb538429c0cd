/** Windsurf: its hooks can refuse, and say nothing else to the model. */
import { STRICT } from "../../json/token.ts";
import type { Agent } from "./agent.ts";

export const windsurf: Agent = {
  name: "windsurf",
  title: "Windsurf",
  reads: STRICT,
  events: [
    { event: "pre_write_code", hook: "PreToolUse" },
    { event: "pre_run_command", hook: "PreToolUse" },
    { event: "pre_mcp_tool_use", hook: "PreToolUse" },
  ],
  // It knows no limit.
  timeout: 0,
  hooks: { project: ".windsurf/hooks.json", user: ".codeium/windsurf/hooks.json" },
  hook: ({ command, powershell }) => ({ command, ...(powershell !== command && { powershell }) }),
  server: { user: { path: ".codeium/windsurf/mcp_config.json" } },
};
