/** The events, each loaded only when it is the one that happened. */
import type { EventName } from "../call.ts";
import type { Event } from "../event.ts";

export const EVENTS: Readonly<Record<EventName, () => Promise<Event>>> = {
  SessionStart: async () => (await import("./session-start.ts")).sessionStart,
  PreToolUse: async () => (await import("./pre-tool-use.ts")).preToolUse,
  PostToolUse: async () => (await import("./post-tool-use.ts")).postToolUse,
  PreCompact: async () => (await import("./pre-compact.ts")).preCompact,
  Stop: async () => (await import("./stop.ts")).stop,
  SessionEnd: async () => (await import("./session-end.ts")).sessionEnd,
  UserPromptSubmit: async () => (await import("./user-prompt-submit.ts")).userPromptSubmit,
  PermissionRequest: async () => (await import("./permission-request.ts")).permissionRequest,
};
