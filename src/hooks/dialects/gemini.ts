/** Gemini denies with words of its own. After a tool a denial would hide the tool's result, so problems are context there. */
import type { Dialect } from "./dialect.ts";

export const gemini: Dialect = (reply, { spelled: hookEventName }) => {
  switch (reply.kind) {
    case "context":
    case "feedback":
      return { output: { hookSpecificOutput: { hookEventName, additionalContext: reply.text } }, code: 0 };
    case "deny":
      return { output: { decision: "deny", reason: reply.reason }, code: 0 };
    case "remind":
      return { output: { decision: "deny", reason: reply.text }, code: 0 };
    case "allow":
      return undefined;
  }
};
