/**
 * Where each agent keeps its settings, and what stands in them for the gate.
 *
 * All of it is data, because that is what differs: the names of events and tools,
 * the unit of a timeout, the shape of a list. The event is part of the command:
 * not every agent says in the payload which one it is.
 */
import { type Dialect, STRICT, WITH_COMMENTS } from "../json/token.ts";

export const AGENTS = ["claude", "codex", "copilot", "gemini"] as const;
export type AgentName = (typeof AGENTS)[number];

/** Whose hooks an agent runs besides its own. Apart from the rest, because every hook asks. */
export const ALSO_RUNS: { readonly [name in AgentName]?: readonly AgentName[] } = { copilot: ["claude"] };

export const SCOPES = ["project", "user", "local"] as const;
export type Scope = (typeof SCOPES)[number];

/** The name under which the server is entered, and of the driver in git. */
export const SERVER = "state-gatekeeper";

export interface HookEvent {
  /** As the agent has it. */
  readonly event: string;
  /** As `gate hook` has it. */
  readonly hook: string;
  readonly matcher?: string;
  /** Whether what `settings/filter` finds nothing in concerns no tool of the event: nothing is started for it. */
  readonly filtered?: true;
}

export interface Agent {
  /** Its program has this name, and its folder in the home folder this one behind a dot. */
  readonly name: AgentName;
  /** How people call it. */
  readonly title: string;
  /** The JSON it reads. Of settings with anything else in them it loads nothing, and says nothing. */
  readonly reads: Dialect;
  readonly events: readonly HookEvent[];
  /** The setting by which all hooks are switched off, where it stands beside them. */
  readonly off?: { readonly path: readonly string[]; readonly value: boolean };
  /** How long a hook may take, in what unit the agent counts. */
  readonly timeout: number;
  /** Where its hooks are, for each scope it has: relative to the project, or for `user` to the home folder. */
  readonly hooks: { readonly [scope in Scope]?: string };
  /**
   * Where its hooks are run by a POSIX shell: on every machine (Claude Code takes that of
   * Git, Copilot has a line of its own for PowerShell), on all but Windows, or nobody knows.
   */
  readonly sh: "everywhere" | "unix" | "unknown";
  /** How a hook is entered: in groups with a matcher, or each by itself. */
  readonly shape: "groups" | "single";
  /** Where the server is entered. `home` names a file in the home folder although the scope is another. */
  readonly server: { readonly [scope in Scope]?: { readonly path: string; readonly home?: boolean } };
  /** The rule by which the agent may run the gate without asking, where it has one in its settings. */
  readonly allow?: { readonly path: readonly string[]; readonly rule: string };
}

const EDITS = "Write|Edit|MultiEdit";

export const AGENT: Readonly<Record<AgentName, Agent>> = {
  claude: {
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
    shape: "groups",
    server: {
      project: { path: ".mcp.json" },
      local: { path: ".claude.json", home: true },
      user: { path: ".claude.json", home: true },
    },
    allow: { path: ["permissions", "allow"], rule: "Bash(gate:*)" },
  },
  codex: {
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
    sh: "unknown",
    shape: "groups",
    server: { project: { path: ".codex/config.toml" }, user: { path: ".codex/config.toml" } },
  },
  copilot: {
    name: "copilot",
    title: "Copilot",
    reads: STRICT,
    events: [
      { event: "sessionStart", hook: "SessionStart" },
      { event: "userPromptSubmitted", hook: "UserPromptSubmit" },
      { event: "preToolUse", hook: "PreToolUse", filtered: true },
      { event: "postToolUse", hook: "PostToolUse" },
      { event: "preCompact", hook: "PreCompact" },
      { event: "agentStop", hook: "Stop" },
      { event: "sessionEnd", hook: "SessionEnd" },
    ],
    off: { path: ["disableAllHooks"], value: true },
    timeout: 5,
    hooks: {
      project: ".github/hooks/state-gatekeeper.json",
      user: ".copilot/hooks/state-gatekeeper.json",
    },
    sh: "everywhere",
    shape: "single",
    server: { project: { path: ".github/mcp.json" }, user: { path: ".copilot/mcp-config.json" } },
  },
  gemini: {
    name: "gemini",
    title: "Gemini",
    reads: WITH_COMMENTS,
    events: [
      { event: "SessionStart", hook: "SessionStart" },
      { event: "BeforeAgent", hook: "UserPromptSubmit" },
      { event: "BeforeTool", hook: "PreToolUse", matcher: "write_file|replace" },
      { event: "BeforeTool", hook: "PreToolUse", matcher: "run_shell_command", filtered: true },
      { event: "AfterTool", hook: "PostToolUse", matcher: "write_file|replace|run_shell_command" },
      { event: "PreCompress", hook: "PreCompact" },
      { event: "AfterAgent", hook: "Stop" },
      { event: "SessionEnd", hook: "SessionEnd" },
    ],
    off: { path: ["hooksConfig", "enabled"], value: false },
    timeout: 5000,
    hooks: { project: ".gemini/settings.json", user: ".gemini/settings.json" },
    sh: "unix",
    shape: "groups",
    server: { project: { path: ".gemini/settings.json" }, user: { path: ".gemini/settings.json" } },
    allow: { path: ["tools", "allowed"], rule: "run_shell_command(gate)" },
  },
};

/** Asked for by a flag of its own: it decides in the user's place. */
export const PERMISSION_EVENT: HookEvent = {
  event: "PermissionRequest",
  hook: "PermissionRequest",
  matcher: "Write|Edit|apply_patch",
};
