/**
 * The agents that the gate can be entered into: each is a file in `agents/`, and a line
 * in each of the two lists here.
 */
import type { Agent, HookEvent, Scope } from "./agents/agent.ts";
import { claude } from "./agents/claude.ts";
import { cline } from "./agents/cline.ts";
import { codex } from "./agents/codex.ts";
import { copilot } from "./agents/copilot.ts";
import { cursor } from "./agents/cursor.ts";
import { gemini } from "./agents/gemini.ts";
import { kiro } from "./agents/kiro.ts";
import type { AgentName } from "./agents/names.ts";
import { opencode } from "./agents/opencode.ts";
import { pi } from "./agents/pi.ts";
import { qwen } from "./agents/qwen.ts";
import { vscode } from "./agents/vscode.ts";
import { windsurf } from "./agents/windsurf.ts";

export { SCOPES } from "./agents/agent.ts";
export { AGENTS } from "./agents/names.ts";
export type { Agent, AgentName, HookEvent, Scope };

/** Whose hooks an agent runs besides its own. Apart from the rest, because every hook asks. */
export const ALSO_RUNS: { readonly [name in AgentName]?: readonly AgentName[] } = {
  copilot: ["claude", "vscode"],
  cursor: ["claude"],
  vscode: ["claude", "copilot"],
};

/** The name under which the server is entered, and of the driver in git. */
export const SERVER = "state-gatekeeper";

export const AGENT: Readonly<Record<AgentName, Agent>> = {
  claude,
  codex,
  copilot,
  gemini,
  qwen,
  opencode,
  cursor,
  vscode,
  cline,
  kiro,
  windsurf,
  pi,
};

/** Asked for by a flag of its own: it decides in the user's place. */
export const PERMISSION_EVENT: HookEvent = {
  event: "PermissionRequest",
  hook: "PermissionRequest",
  matcher: "Write|Edit|apply_patch",
};
