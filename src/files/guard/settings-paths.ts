/**
 * The files outside of `.claude` that `gate install` may write, in the project or in
 * the home folder: the stated exception from the rule that nothing else is. They are
 * named one by one, so that no path from outside can widen it.
 */
export const SETTINGS_PATHS: ReadonlySet<string> = new Set([
  ".mcp.json",
  ".claude.json",
  ".codex/hooks.json",
  ".codex/config.toml",
  ".github/hooks/state-gatekeeper.json",
  ".github/mcp.json",
  ".copilot/hooks/state-gatekeeper.json",
  ".copilot/mcp-config.json",
  ".gemini/settings.json",
  ".github/hooks/state-gatekeeper-vscode.json",
  ".copilot/hooks/state-gatekeeper-vscode.json",
  ".vscode/mcp.json",
  ".qwen/settings.json",
  ".cursor/hooks.json",
  ".cursor/mcp.json",
  ".windsurf/hooks.json",
  ".codeium/windsurf/hooks.json",
  ".codeium/windsurf/mcp_config.json",
  ".kiro/hooks/state-gatekeeper.json",
  ".kiro/settings/mcp.json",
  ".opencode/plugin/state-gatekeeper.js",
  ".config/opencode/plugin/state-gatekeeper.js",
  "opencode.json",
  ".config/opencode/opencode.json",
  ".pi/extensions/state-gatekeeper.ts",
  ".pi/agent/extensions/state-gatekeeper.ts",
  ...clineHooks(".clinerules/hooks"),
  ...clineHooks(".cline/hooks"),
  ".cline/data/settings/cline_mcp_settings.json",
  ".agents/skills/state-gatekeeper/SKILL.md",
  ".gitattributes",
  "AGENTS.md",
]);

/** Cline finds the programs that are its hooks by their names. */
function clineHooks(folder: string): readonly string[] {
  const names = ["TaskStart", "TaskResume", "UserPromptSubmit", "PreToolUse", "PostToolUse", "PreCompact"];
  return names.map((name) => `${folder}/${name}`);
}

/** Whether a path is one of these files, or a folder above one. */
export function isSettingsPath(path: string): boolean {
  return SETTINGS_PATHS.has(path) || [...SETTINGS_PATHS].some((file) => file.startsWith(`${path}/`));
}
