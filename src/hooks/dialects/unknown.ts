/**
 * An agent that cannot be told: the smallest answer that is legal everywhere. A
 * denial is exit code 2 with the reason on standard error, which all take; nobody
 * is ever allowed anything.
 */
import type { Answer, Dialect } from "./dialect.ts";

export const unknown: Dialect = (reply, { spelled: hookEventName }) => {
  switch (reply.kind) {
    case "context":
    case "feedback":
      return { hookSpecificOutput: { hookEventName, additionalContext: reply.text } };
    case "remind":
      return { decision: "block", reason: reply.text };
    default:
      return undefined;
  }
};

export function denyAnybody(reason: string): Answer {
  return { error: reason, code: 2 };
}
