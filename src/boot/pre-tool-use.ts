/** `gate hook PreToolUse` for a call that needs a look, built on its own: an agent waits for it at each such command. */
import type { Call } from "../hooks/call.ts";
import type { Answer } from "../hooks/dialects/dialect.ts";
import { preToolUse } from "../hooks/events/pre-tool-use.ts";
import type { World } from "../hooks/gates.ts";
import { answerOf } from "../hooks/reply.ts";

/** Answers a call of a tool that may change something protected. */
export async function lookAtTool(call: Call, world: World): Promise<Answer | undefined> {
  const reply = await preToolUse(call, world);
  return reply && answerOf(reply, call);
}
