/** Gemini denies with words of its own. After a tool a denial would hide the tool's result, so problems are context there. */
import { type Dialect, say } from "./dialect.ts";

export const gemini: Dialect = (reply, { spelled: hookEventName }) => {
  switch (reply.kind) {
    case "context":
    case "feedback":
      return say({ hookSpecificOutput: { hookEventName, additionalContext: reply.text } });
    case "deny":
    case "remind":
      return say({ decision: "deny", reason: reply.text });
    case "allow":
      return undefined;
  }
};
