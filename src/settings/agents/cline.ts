/** Cline: a program for each event, found by its name. What is said at the beginning of a task reaches the model in its extension alone. */
import { STRICT } from "../../json/token.ts";
import type { Agent } from "./agent.ts";
import { scriptFor } from "./program-texts.ts";

const EVENTS = [
  { event: "TaskStart", hook: "SessionStart" },
  { event: "TaskResume", hook: "SessionStart" },
  { event: "UserPromptSubmit", hook: "UserPromptSubmit" },
  { event: "PreToolUse", hook: "PreToolUse" },
  { event: "PostToolUse", hook: "PostToolUse" },
  { event: "PreCompact", hook: "PreCompact" },
];

export const cline: Agent = {
  name: "cline",
  title: "Cline",
  reads: STRICT,
  events: EVENTS,
  timeout: 0,
  hooks: { project: ".clinerules/hooks", user: ".cline/hooks" },
  programs: (shell) =>
    EVENTS.map(({ event, hook }) => ({ name: event, text: scriptFor(shell, `hook ${hook} --agent cline`) })),
  server: { user: { path: ".cline/data/settings/cline_mcp_settings.json" } },
};
