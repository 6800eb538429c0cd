/** `gate hook SessionStart`, built on its own: everybody waits for the begin of a session. */
import type { Call, Environment } from "../hooks/call.ts";
import type { Answer } from "../hooks/dialects/dialect.ts";
import { sessionStart } from "../hooks/events/session-start.ts";
import type { World } from "../hooks/gates.ts";
import { runHook } from "../hooks/hook.ts";
import { answerOf } from "../hooks/reply.ts";

/** Answers the hook of a caller who named the event; it serves all other events as well. */
export async function run(words: readonly string[], environment: Environment): Promise<number> {
  return await runHook(words, environment, { SessionStart: async () => beginSession });
}

/** Answers a call that turned out to be the begin of a session. */
export async function beginSession(call: Call, world: World): Promise<Answer | undefined> {
  const reply = await sessionStart(call, world);
  return reply && answerOf(reply, call);
}
