/** Cursor. At a prompt it takes no words for the model. */
import { STRICT } from "../../json/token.ts";
import type { Agent } from "./agent.ts";

const TOOLS = "Write|StrReplace|Edit|MultiEdit|ApplyPatch|Delete|Shell";

export const cursor: Agent = {
  name: "cursor",
  title: "Cursor",
  reads: STRICT,
  events: [
    { event: "sessionStart", hook: "SessionStart" },
    // Nothing is said there; the session's first prompt is noted.
    { event: "beforeSubmitPrompt", hook: "UserPromptSubmit" },
    { event: "preToolUse", hook: "PreToolUse", matcher: `${TOOLS}|MCP:.*` },
    { event: "postToolUse", hook: "PostToolUse", matcher: TOOLS },
    { event: "preCompact", hook: "PreCompact" },
    { event: "stop", hook: "Stop" },
    { event: "sessionEnd", hook: "SessionEnd" },
  ],
  timeout: 5,
  hooks: { project: ".cursor/hooks.json", user: ".cursor/hooks.json" },
  hook: ({ matcher, command, timeout }) => ({ command, ...(matcher !== undefined && { matcher }), timeout }),
  version: 1,
  server: { project: { path: ".cursor/mcp.json" }, user: { path: ".cursor/mcp.json" } },
  serverAs: (command, args) => ({ type: "stdio", command, args }),
};
