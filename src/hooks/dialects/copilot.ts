/** Copilot nests nothing, and takes what is said after the fact as context. */
import { type Dialect, say } from "./dialect.ts";

export const copilot: Dialect = (reply) => {
  switch (reply.kind) {
    case "context":
    case "feedback":
      return say({ additionalContext: reply.text });
    case "deny":
      return say({ permissionDecision: "deny", permissionDecisionReason: reply.text });
    case "remind":
      return say({ decision: "block", reason: reply.text });
    case "allow":
      return say({ behavior: "allow" });
  }
};
