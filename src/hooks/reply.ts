/** What a hook has to say, as the agent that asked understands it. */
import type { AgentName } from "../settings/agents.ts";
import type { Call } from "./call.ts";
import { claude } from "./dialects/claude.ts";
import { copilot } from "./dialects/copilot.ts";
import type { Answer, Dialect, Reply } from "./dialects/dialect.ts";
import { gemini } from "./dialects/gemini.ts";
import { denyAnybody, unknown } from "./dialects/unknown.ts";

/**
 * Codex took over Claude's answers, and drops one whole that holds a key it does not
 * know. Claude's are made of keys that both know; whatever is added there has to be
 * looked at for Codex too.
 */
const DIALECTS: Readonly<Record<AgentName, Dialect>> = { claude, codex: claude, copilot, gemini };

export function answerOf(reply: Reply, call: Call): Answer | undefined {
  if (call.agent === undefined && reply.kind === "deny") return denyAnybody(reply.text);
  const output = (call.agent === undefined ? unknown : DIALECTS[call.agent])(reply, call);
  return output && { output, code: 0 };
}
