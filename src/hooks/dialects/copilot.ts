/** Copilot nests nothing, and takes what is said after the fact as context. */
import type { Dialect } from "./dialect.ts";

export const copilot: Dialect = (reply) => {
  switch (reply.kind) {
    case "context":
    case "feedback":
      return { output: { additionalContext: reply.text }, code: 0 };
    case "deny":
      return { output: { permissionDecision: "deny", permissionDecisionReason: reply.reason }, code: 0 };
    case "remind":
      return { output: { decision: "block", reason: reply.text }, code: 0 };
    case "allow":
      return { output: { behavior: "allow" }, code: 0 };
  }
};
