/** Copilot nests nothing, and takes what is said after the fact as context. */
import type { Dialect } from "./dialect.ts";

export const copilot: Dialect = (reply) => {
  switch (reply.kind) {
    case "context":
    case "feedback":
      return { additionalContext: reply.text };
    case "deny":
      return { permissionDecision: "deny", permissionDecisionReason: reply.text };
    case "remind":
      return { decision: "block", reason: reply.text };
    case "allow":
      return { behavior: "allow" };
  }
};
