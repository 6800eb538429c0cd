/** Claude Code. */
import { STRICT } from "../../json/token.ts";
import { type Agent, inGroup } from "./agent.ts";

const EDITS = "Write|Edit|MultiEdit";

export const claude: Agent = {
  name: "claude",
  title: "Claude Code",
  reads: STRICT,
  events: [
    { event: "SessionStart", hook: "SessionStart" },
    { event: "UserPromptSubmit", hook: "UserPromptSubmit" },
    { event: "PreToolUse", hook: "PreToolUse", matcher: `${EDITS}|mcp__.*` },
    { event: "PreToolUse", hook: "PreToolUse", matcher: "Bash", filtered: true },
    { event: "PostToolUse", hook: "PostToolUse", matcher: `${EDITS}|Bash` },
    { event: "PreCompact", hook: "PreCompact" },
    { event: "Stop", hook: "Stop" },
    { event: "SessionEnd", hook: "SessionEnd" },
  ],
  off: { path: ["disableAllHooks"], value: true },
  timeout: 5,
  hooks: { project: ".claude/settings.json", local: ".claude/settings.local.json", user: ".claude/settings.json" },
  sh: "everywhere",
  hook: inGroup,
  server: {
    project: { path: ".mcp.json" },
    local: { path: ".claude.json", home: true },
    user: { path: ".claude.json", home: true },
  },
  serverAs: (command, args) => ({ type: "stdio", command, args }),
  allow: { path: ["permissions", "allow"], rule: "Bash(gate:*)" },
};
