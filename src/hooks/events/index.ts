/** The events, each loaded only when it is the one that happened. */
import type { Call, EventName } from "../call.ts";
import type { Answer } from "../dialects/dialect.ts";
import type { Event, World } from "../gates.ts";
import { answerOf } from "../reply.ts";

/** The answer to a call that concerns the gate, as its agent understands it. */
export async function respond(call: Call, world: World): Promise<Answer | undefined> {
  const event = await EVENTS[call.event]();
  const reply = await event(call, world);
  return reply && answerOf(reply, call);
}

const EVENTS: Readonly<Record<EventName, () => Promise<Event>>> = {
  SessionStart: async () => (await import("./session-start.ts")).sessionStart,
  PreToolUse: async () => (await import("./pre-tool-use.ts")).preToolUse,
  PostToolUse: async () => (await import("./post-tool-use.ts")).postToolUse,
  PreCompact: async () => (await import("./pre-compact.ts")).preCompact,
  Stop: async () => (await import("./stop.ts")).stop,
  SessionEnd: async () => (await import("./session-end.ts")).sessionEnd,
  UserPromptSubmit: async () => (await import("./user-prompt-submit.ts")).userPromptSubmit,
  PermissionRequest: async () => (await import("./permission-request.ts")).permissionRequest,
};
