/** The begin of a session by the same functions as ever, built on its own: everybody waits for it. */
import type { Call } from "./hooks/call.ts";
import { sessionStart } from "./hooks/events/session-start.ts";
import type { World } from "./hooks/gates.ts";
import { type Answer, answerOf } from "./hooks/reply.ts";

export async function beginSession(call: Call, world: World): Promise<Answer | undefined> {
  const reply = await sessionStart(call, world);
  return reply && answerOf(reply, call);
}
