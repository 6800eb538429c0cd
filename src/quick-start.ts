/** The begin of a session by the same functions as ever, built on its own: everybody waits for it. */
import type { Call, Environment } from "./hooks/call.ts";
import { sessionStart } from "./hooks/events/session-start.ts";
import type { World } from "./hooks/gates.ts";
import { runHook } from "./hooks/hook.ts";
import { type Answer, answerOf } from "./hooks/reply.ts";

/** The hook for who said by a word which event it is; it serves all others as well. */
export async function runStart(words: readonly string[], environment: Environment): Promise<number> {
  return await runHook(words, environment, { SessionStart: async () => beginSession });
}

export async function beginSession(call: Call, world: World): Promise<Answer | undefined> {
  const reply = await sessionStart(call, world);
  return reply && answerOf(reply, call);
}
