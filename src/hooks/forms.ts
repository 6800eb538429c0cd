/** Payloads that are built otherwise than Claude's, brought into its form. Of each agent only what it documents is read. */
import { isObject } from "../base/json.ts";
import type { AgentName } from "../settings/agents.ts";
import { type Payload, stringIn } from "./payload.ts";

/** A payload in Claude's form, and whose it is where its own form shows that. */
export interface Formed {
  readonly payload: Payload;
  readonly agent: AgentName | undefined;
}

export function inOneForm(payload: Payload): Formed {
  if (typeof payload["agent_action_name"] === "string") return { payload: ofWindsurf(payload), agent: "windsurf" };
  if (typeof payload["hookName"] === "string" && "workspaceRoots" in payload) {
    return { payload: ofCline(payload), agent: "cline" };
  }
  if (typeof payload["cursor_version"] === "string") return { payload: ofCursor(payload), agent: "cursor" };
  return { payload, agent: undefined };
}

/** The action says what is done, and `tool_info` with what. It names no folder but for commands. */
function ofWindsurf(payload: Payload): Payload {
  const { agent_action_name: action, trajectory_id, tool_info } = payload;
  const info: Payload = isObject(tool_info) ? tool_info : {};
  const event = { hook_event_name: action, session_id: trajectory_id, cwd: info["cwd"] };
  if (action === "pre_run_command") {
    return { ...event, tool_name: "Bash", tool_input: { command: info["command_line"] } };
  }
  if (action === "pre_mcp_tool_use") {
    const name = `mcp__${String(info["mcp_server_name"])}__${String(info["mcp_tool_name"])}`;
    return { ...event, tool_name: name, tool_input: info["mcp_tool_arguments"] };
  }
  return { ...event, tool_name: "Edit", tool_input: info };
}

/** Every value among its parameters is a text. The program for the terminal hands over the tool's own input besides. */
function ofCline(payload: Payload): Payload {
  const use = [payload["preToolUse"], payload["postToolUse"]].find(isObject) ?? {};
  const call = [payload["tool_call"], payload["tool_result"]].find(isObject) ?? {};
  return {
    ...{ hook_event_name: payload["hookName"], session_id: payload["taskId"], cwd: firstOf(payload["workspaceRoots"]) },
    ...{ tool_name: use["toolName"], tool_input: call["input"] ?? use["parameters"] },
  };
}

function ofCursor(payload: Payload): Payload {
  const cwd = stringIn(payload, "cwd") ?? firstOf(payload["workspace_roots"]);
  const loops = payload["loop_count"];
  return {
    ...{ session_id: payload["conversation_id"], ...payload, cwd },
    stop_hook_active: typeof loops === "number" && loops > 0,
  };
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}
