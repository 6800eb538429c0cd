/**
 * An agent that cannot be told: the smallest answer that is legal everywhere. A
 * denial is exit code 2 with the reason on standard error, which all take; nobody
 * is ever allowed anything.
 */
import type { Dialect } from "./dialect.ts";

export const unknown: Dialect = (reply, { spelled: hookEventName }) => {
  switch (reply.kind) {
    case "context":
    case "feedback":
      return { output: { hookSpecificOutput: { hookEventName, additionalContext: reply.text } }, code: 0 };
    case "deny":
      return { error: reply.reason, code: 2 };
    case "remind":
      return { output: { decision: "block", reason: reply.text }, code: 0 };
    case "allow":
      return undefined;
  }
};
