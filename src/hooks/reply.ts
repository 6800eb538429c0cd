/** What a hook has to say, and what that is for the agent that asked. */
import type { AgentName, Call } from "./call.ts";
import { claude } from "./dialects/claude.ts";
import { codex } from "./dialects/codex.ts";
import { copilot } from "./dialects/copilot.ts";
import type { Answer, Dialect, Reply } from "./dialects/dialect.ts";
import { gemini } from "./dialects/gemini.ts";
import { unknown } from "./dialects/unknown.ts";

const DIALECTS: Readonly<Record<AgentName, Dialect>> = { claude, codex, copilot, gemini };

export function answerOf(reply: Reply, call: Call): Answer | undefined {
  return (call.agent === undefined ? unknown : DIALECTS[call.agent])(reply, call);
}
