/**
 * What an agent says when it calls a hook, in one form whichever agent it is.
 *
 * Payloads come from several programs in several versions, so nothing about them
 * is taken for granted: what is not understood is absent, and a hook that has too
 * little to go on is silent.
 */
import { parseObject } from "../base/json.ts";
import { type AgentName, ALSO_RUNS } from "../settings/agents.ts";
import { inOneForm } from "./forms.ts";
import { type Payload, stringIn } from "./payload.ts";
import { type Tool, toolIn } from "./tool.ts";

/** The events that this program does something at, under Claude's names. */
export type EventName =
  | "SessionStart"
  | "PreToolUse"
  | "PostToolUse"
  | "PreCompact"
  | "Stop"
  | "SessionEnd"
  | "UserPromptSubmit"
  | "PermissionRequest";

export interface Call {
  readonly event: EventName;
  /** The event as the agent spells it, for its answer. */
  readonly spelled: string;
  /** `undefined` where several agents may be meant: then the answer is one that all of them take. */
  readonly agent: AgentName | undefined;
  /** In whose settings the hook stands, where that is another agent whose hooks this one runs too. */
  readonly borrowed: AgentName | undefined;
  /** Where the agent works: absolute. */
  readonly cwd: string;
  readonly session: string | undefined;
  /** What the agent is about to do or has done, where that is a tool this program knows. */
  readonly tool: Tool | undefined;
  /** Whether the agent goes on only because a hook of its end asked it to. */
  readonly continued: boolean;
  /** Whether it only plans, or waits for what it has running in the background. */
  readonly waits: boolean;
  /** Why a session ends. */
  readonly reason: string | undefined;
}

/** What the command line says about a call, and where it was given. */
export interface Given {
  readonly event: string | undefined;
  readonly agent: AgentName | undefined;
  /** The folder of the process, for agents that name none. */
  readonly here?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const EVENTS: Readonly<Record<string, EventName>> = {
  sessionstart: "SessionStart",
  pretooluse: "PreToolUse",
  beforetool: "PreToolUse",
  posttooluse: "PostToolUse",
  aftertool: "PostToolUse",
  precompact: "PreCompact",
  precompress: "PreCompact",
  stop: "Stop",
  agentstop: "Stop",
  afteragent: "Stop",
  sessionend: "SessionEnd",
  userpromptsubmit: "UserPromptSubmit",
  userpromptsubmitted: "UserPromptSubmit",
  beforeagent: "UserPromptSubmit",
  permissionrequest: "PermissionRequest",
  // Cursor.
  beforesubmitprompt: "UserPromptSubmit",
  // Windsurf.
  prewritecode: "PreToolUse",
  preruncommand: "PreToolUse",
  premcptooluse: "PreToolUse",
  // Kiro as it was before version 3.
  agentspawn: "SessionStart",
  // Cline: its extension, and its program for the terminal.
  taskstart: "SessionStart",
  taskresume: "SessionStart",
  agentstart: "SessionStart",
  agentresume: "SessionStart",
  promptsubmit: "UserPromptSubmit",
  toolcall: "PreToolUse",
  toolresult: "PostToolUse",
};
const GEMINI_ALONE = /^(?:before|after)(?:tool|agent)$|^precompress$/;

/** Reads a payload; `undefined` where it is no call that this program does anything at. */
export function callIn(text: string, given: Given, environment: Environment): Call | undefined {
  const parsed = parseObject(text);
  if (parsed === undefined) return undefined;
  const { payload, agent: formed } = inOneForm(parsed);
  const spelled = stringIn(payload, "hook_event_name", "hookEventName") ?? given.event ?? "";
  const folded = spelled.length < 40 ? spelled.replace(/[-_\s]/g, "").toLowerCase() : "";
  const event = Object.hasOwn(EVENTS, folded) ? EVENTS[folded] : undefined;
  if (event === undefined) return undefined;
  const seen = formed ?? agentOf(payload, folded, environment) ?? guestOf(payload, given, environment);
  const borrowed = seen && ALSO_RUNS[seen]?.find((name) => name === given.agent);
  const agent = borrowed ? seen : (given.agent ?? seen);
  const cwd = stringIn(payload, "cwd") ?? (agent === "windsurf" || agent === "vscode" ? given.here : undefined);
  if (cwd === undefined || cwd.includes("\0")) return undefined;
  return {
    event,
    spelled,
    agent,
    borrowed,
    cwd,
    session: stringIn(payload, "session_id", "sessionId"),
    tool: toolIn(payload),
    continued: payload["stop_hook_active"] === true,
    waits: stringIn(payload, "permission_mode", "permissionMode") === "plan" || hasRunning(payload["background_tasks"]),
    reason: stringIn(payload, "reason"),
  };
}

/** A task is running unless it says that it is over. */
function hasRunning(tasks: unknown): boolean {
  const isRunning = (task: unknown) =>
    !/^(?:completed|failed|killed|stopped|done)$/.test(String((task as Payload | null)?.["status"]));
  return Array.isArray(tasks) && tasks.some(isRunning);
}

/** VS Code runs the hooks of others, sends a time as text as they do not, and has no mark of theirs. */
function guestOf(payload: Payload, { agent }: Given, environment: Environment): AgentName | undefined {
  const isOther = ["CLAUDECODE", "COPILOT_CLI", "GEMINI_SESSION_ID"].some((name) => environment[name]);
  const isTimed = typeof payload["timestamp"] === "string" && typeof payload["hook_event_name"] === "string";
  return isTimed && !isOther && agent !== undefined && ALSO_RUNS.vscode?.includes(agent) ? "vscode" : undefined;
}

/**
 * Which agent it is. What the payload shows counts more than the environment,
 * which an agent that runs inside another one inherits; `CLAUDE_PROJECT_DIR` is set
 * by several and proves nothing.
 */
function agentOf(payload: Payload, event: string, environment: Environment): AgentName | undefined {
  if (typeof payload["turn_id"] === "string") return "codex";
  if (GEMINI_ALONE.test(event)) return "gemini";
  if ("toolName" in payload || "sessionId" in payload) return "copilot";
  // Claude Code sends no time, and the others that do have no mark of Copilot's but by inheritance.
  const isTimed = typeof payload["timestamp"] === "string" && !environment["GEMINI_SESSION_ID"];
  if (isTimed && environment["COPILOT_CLI"]) return "copilot";
  const marks = [
    ["CLAUDECODE", "claude"],
    ["COPILOT_CLI", "copilot"],
    ["GEMINI_SESSION_ID", "gemini"],
  ] as const;
  const marked = marks.filter(([name]) => (environment[name] ?? "") !== "");
  return marked.length === 1 ? marked[0]![1] : undefined;
}
