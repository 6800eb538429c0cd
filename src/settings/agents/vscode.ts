/**
 * The agents of VS Code: Claude's events, tools of their own. Matchers are not looked at.
 * Copilot in the terminal reads the same folder, which is why the file has a name of its own.
 */
import { COMMENTED } from "../../json/token.ts";
import { type Agent, likeClaude } from "./agent.ts";

const FILE = "hooks/state-gatekeeper-vscode.json";

export const vscode: Agent = {
  name: "vscode",
  title: "VS Code",
  program: "code",
  reads: COMMENTED,
  events: likeClaude("SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "PreCompact", "Stop"),
  timeout: 5,
  hooks: { project: `.github/${FILE}`, user: `.copilot/${FILE}` },
  hook: ({ command, powershell, timeout }) => ({
    ...{ type: "command", command, timeout },
    ...(powershell !== command && { windows: powershell }),
  }),
  server: { project: { path: ".vscode/mcp.json" } },
  serversUnder: "servers",
  serverAs: (command, args) => ({ type: "stdio", command, args }),
};
