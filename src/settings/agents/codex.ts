/** Codex. */
import { STRICT } from "../../json/token.ts";
import { type Agent, inGroup } from "./agent.ts";

export const codex: Agent = {
  name: "codex",
  title: "Codex",
  reads: STRICT,
  events: [
    { event: "SessionStart", hook: "SessionStart" },
    { event: "UserPromptSubmit", hook: "UserPromptSubmit" },
    { event: "PreToolUse", hook: "PreToolUse", matcher: "apply_patch|Edit|Write|Bash" },
    { event: "PostToolUse", hook: "PostToolUse", matcher: "apply_patch|Edit|Write|Bash" },
    { event: "PreCompact", hook: "PreCompact" },
    { event: "Stop", hook: "Stop" },
  ],
  timeout: 5,
  hooks: { project: ".codex/hooks.json", user: ".codex/hooks.json" },
  hook: inGroup,
  server: { project: { path: ".codex/config.toml" }, user: { path: ".codex/config.toml" } },
};
