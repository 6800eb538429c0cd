/** VS Code nests all of Claude's answers. What is said at a prompt is shown to the person alone. */
import { type Dialect, say } from "./dialect.ts";

export const vscode: Dialect = (reply, { spelled: hookEventName, event }) => {
  switch (reply.kind) {
    case "context":
      if (event === "UserPromptSubmit") return say({ systemMessage: reply.text });
      return say({ hookSpecificOutput: { hookEventName, additionalContext: reply.text } });
    case "feedback":
      return say({ hookSpecificOutput: { hookEventName, additionalContext: reply.text } });
    case "deny":
      return say({
        hookSpecificOutput: { hookEventName, permissionDecision: "deny", permissionDecisionReason: reply.text },
      });
    case "remind":
      return say({ hookSpecificOutput: { hookEventName, decision: "block", reason: reply.text } });
    case "allow":
      return undefined;
  }
};
