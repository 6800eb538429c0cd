/** Claude Code: decisions and context are nested, what is said after the fact is not. */
import type { Dialect } from "./dialect.ts";

export const claude: Dialect = (reply, { spelled: hookEventName }) => {
  switch (reply.kind) {
    case "context":
      return { hookSpecificOutput: { hookEventName, additionalContext: reply.text } };
    case "deny":
      return {
        hookSpecificOutput: { hookEventName, permissionDecision: "deny", permissionDecisionReason: reply.text },
      };
    case "feedback":
    case "remind":
      return { decision: "block", reason: reply.text };
    case "allow":
      return { hookSpecificOutput: { hookEventName, decision: { behavior: "allow" } } };
  }
};
