/** What a hook has to say, as the agent that asked understands it. */
import type { AgentName } from "../settings/agents.ts";
import type { Call } from "./call.ts";
import { claude } from "./dialects/claude.ts";
import { cline } from "./dialects/cline.ts";
import { copilot } from "./dialects/copilot.ts";
import { cursor } from "./dialects/cursor.ts";
import type { Answer, Dialect, Reply } from "./dialects/dialect.ts";
import { gemini } from "./dialects/gemini.ts";
import { own } from "./dialects/own.ts";
import { kiro, windsurf } from "./dialects/printed.ts";
import { unknown } from "./dialects/unknown.ts";
import { vscode } from "./dialects/vscode.ts";

/**
 * Codex took over Claude's answers, and drops one whole that holds a key it does not
 * know. Claude's are made of keys that both know; whatever is added there has to be
 * looked at for Codex too. Qwen Code took them over as they are.
 */
const DIALECTS: Readonly<Record<AgentName, Dialect>> = {
  ...{ claude, codex: claude, qwen: claude },
  ...{ copilot, gemini, cursor, vscode, cline, kiro, windsurf },
  ...{ opencode: own, pi: own },
};

export function answerOf(reply: Reply, call: Call): Answer | undefined {
  return dialectOf(call)(reply, call);
}

/** Cursor says of the hooks of others only that an exit code stops what they are asked about. */
function dialectOf({ agent, borrowed }: Call): Dialect {
  return agent === undefined || (agent === "cursor" && borrowed) ? unknown : DIALECTS[agent];
}
