/** Claude Code: decisions and context are nested, what is said after the fact is not. */
import { type Dialect, say } from "./dialect.ts";

export const claude: Dialect = (reply, { spelled: hookEventName }) => {
  switch (reply.kind) {
    case "context":
      return say({ hookSpecificOutput: { hookEventName, additionalContext: reply.text } });
    case "deny":
      return say({
        hookSpecificOutput: { hookEventName, permissionDecision: "deny", permissionDecisionReason: reply.text },
      });
    case "feedback":
    case "remind":
      return say({ decision: "block", reason: reply.text });
    case "allow":
      return say({ hookSpecificOutput: { hookEventName, decision: { behavior: "allow" } } });
  }
};
