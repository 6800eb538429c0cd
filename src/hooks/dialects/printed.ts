/**
 * Kiro: what is printed goes into the context as it stands, and a denial is an exit code.
 * Windsurf understands the exit code alone, and shows what is printed to the person at most.
 */
import { type Dialect, refuse } from "./dialect.ts";

export const kiro: Dialect = (reply) => {
  switch (reply.kind) {
    case "context":
    case "feedback":
      return { text: reply.text, code: 0 };
    case "deny":
      return refuse(reply.text);
    default:
      return undefined;
  }
};

export const windsurf: Dialect = (reply) => (reply.kind === "deny" ? refuse(reply.text) : undefined);
