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
  ".gitattributes",
  "AGENTS.md",
]);

/** Whether a path is one of these files, or a folder above one. */
export function isSettingsPath(path: string): boolean {
  return SETTINGS_PATHS.has(path) || [...SETTINGS_PATHS].some((file) => file.startsWith(`${path}/`));
}
