/** Cline: one form for all events. It cannot be kept from ending a task. */
import { type Dialect, say } from "./dialect.ts";

export const cline: Dialect = (reply) => {
  switch (reply.kind) {
    case "context":
    case "feedback":
      return say({ contextModification: reply.text });
    case "deny":
      return say({ cancel: true, errorMessage: reply.text });
    default:
      return undefined;
  }
};
