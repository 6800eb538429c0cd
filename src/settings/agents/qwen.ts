/** Qwen Code: Claude's events and answers, Gemini's tools, timeouts in milliseconds. */
import { WITH_COMMENTS } from "../../json/token.ts";
import { type Agent, inGroup } from "./agent.ts";

const TOOLS = "write_file|edit|run_shell_command";

export const qwen: Agent = {
  name: "qwen",
  title: "Qwen Code",
  reads: WITH_COMMENTS,
  events: [
    // What is said at SessionStart it throws away: it is briefed at the first prompt.
    { event: "UserPromptSubmit", hook: "UserPromptSubmit" },
    { event: "PreToolUse", hook: "PreToolUse", matcher: `${TOOLS}|mcp__.*` },
    { event: "PostToolUse", hook: "PostToolUse", matcher: TOOLS },
    { event: "PreCompact", hook: "PreCompact" },
    { event: "Stop", hook: "Stop" },
    { event: "SessionEnd", hook: "SessionEnd" },
  ],
  off: { path: ["disableAllHooks"], value: true },
  timeout: 5000,
  hooks: { project: ".qwen/settings.json", user: ".qwen/settings.json" },
  hook: inGroup,
  server: { project: { path: ".qwen/settings.json" }, user: { path: ".qwen/settings.json" } },
  allow: { path: ["permissions", "allow"], rule: "Bash(gate *)" },
};
