/** Claude Code: decisions and context are nested, what is said after the fact is not. */
import type { Dialect } from "./dialect.ts";

export const claude: Dialect = (reply, { spelled: hookEventName }) => {
  switch (reply.kind) {
    case "context":
      return { output: { hookSpecificOutput: { hookEventName, additionalContext: reply.text } }, code: 0 };
    case "deny": {
      const { reason } = reply;
      const decision = { hookEventName, permissionDecision: "deny", permissionDecisionReason: reason };
      return { output: { hookSpecificOutput: decision }, code: 0 };
    }
    case "feedback":
    case "remind":
      return { output: { decision: "block", reason: reply.text }, code: 0 };
    case "allow":
      return { output: { hookSpecificOutput: { hookEventName, decision: { behavior: "allow" } } }, code: 0 };
  }
};
