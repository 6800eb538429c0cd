/**
 * An agent that cannot be told: the smallest answer that is legal everywhere. A
 * denial is exit code 2 with the reason on standard error, which all take; nobody
 * is ever allowed anything.
 */
import { type Dialect, refuse, say } from "./dialect.ts";

export const unknown: Dialect = (reply, { spelled: hookEventName }) => {
  switch (reply.kind) {
    case "context":
    case "feedback":
      return say({ hookSpecificOutput: { hookEventName, additionalContext: reply.text } });
    case "remind":
      return say({ decision: "block", reason: reply.text });
    case "deny":
      return refuse(reply.text);
    case "allow":
      return undefined;
  }
};
