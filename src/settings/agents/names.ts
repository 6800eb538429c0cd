/** The names of all agents, alone: every hook asks for them. */
export const AGENTS = [
  "claude",
  "codex",
  "copilot",
  "gemini",
  "qwen",
  "opencode",
  "cursor",
  "vscode",
  "cline",
  "kiro",
  "windsurf",
  "pi",
] as const;
export type AgentName = (typeof AGENTS)[number];
