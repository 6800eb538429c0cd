/** Kiro, the program for the terminal from version 3 on: one list of hooks in a file of their own. */
import { STRICT } from "../../json/token.ts";
import type { Agent } from "./agent.ts";

const TOOLS = "write|fs_write|fsWrite|str_replace|shell|execute_bash|execute_cmd|@.*";

export const kiro: Agent = {
  name: "kiro",
  title: "Kiro",
  program: "kiro-cli",
  reads: STRICT,
  events: [
    { event: "SessionStart", hook: "SessionStart" },
    { event: "UserPromptSubmit", hook: "UserPromptSubmit" },
    { event: "PreToolUse", hook: "PreToolUse", matcher: TOOLS },
    { event: "PostToolUse", hook: "PostToolUse", matcher: TOOLS },
  ],
  timeout: 5,
  hooks: { project: ".kiro/hooks/state-gatekeeper.json" },
  hook: ({ event, matcher, command, timeout }) => ({
    ...{ name: `state-gatekeeper ${event}`, trigger: event },
    ...(matcher !== undefined && { matcher }),
    ...{ action: { type: "command", command }, timeout, enabled: true },
  }),
  isList: true,
  version: "v1",
  server: { project: { path: ".kiro/settings/mcp.json" } },
};
