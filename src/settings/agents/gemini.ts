/** Gemini. */
import { WITH_COMMENTS } from "../../json/token.ts";
import { type Agent, inGroup } from "./agent.ts";

export const gemini: Agent = {
  name: "gemini",
  title: "Gemini",
  reads: WITH_COMMENTS,
  events: [
    { event: "SessionStart", hook: "SessionStart" },
    { event: "BeforeAgent", hook: "UserPromptSubmit" },
    { event: "BeforeTool", hook: "PreToolUse", matcher: "write_file|replace" },
    { event: "BeforeTool", hook: "PreToolUse", matcher: "run_shell_command", filtered: true },
    { event: "AfterTool", hook: "PostToolUse", matcher: "write_file|replace|run_shell_command" },
    { event: "PreCompress", hook: "PreCompact" },
    { event: "AfterAgent", hook: "Stop" },
    { event: "SessionEnd", hook: "SessionEnd" },
  ],
  off: { path: ["hooksConfig", "enabled"], value: false },
  timeout: 5000,
  hooks: { project: ".gemini/settings.json", user: ".gemini/settings.json" },
  sh: "unix",
  hook: inGroup,
  server: { project: { path: ".gemini/settings.json" }, user: { path: ".gemini/settings.json" } },
  allow: { path: ["tools", "allowed"], rule: "run_shell_command(gate)" },
};
