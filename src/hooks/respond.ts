/** From a call that concerns the gate to the answer its agent understands. */
import type { Call } from "./call.ts";
import type { Answer } from "./dialects/dialect.ts";
import { EVENTS } from "./events/index.ts";
import type { World } from "./gates.ts";
import { answerOf } from "./reply.ts";

export async function respond(call: Call, world: World): Promise<Answer | undefined> {
  const event = await EVENTS[call.event]();
  const reply = await event(call, world);
  return reply && answerOf(reply, call);
}
