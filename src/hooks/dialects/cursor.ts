/** Cursor: words of its own. A prompt can be stopped there, but nothing can be added to it. */
import { type Dialect, say } from "./dialect.ts";

export const cursor: Dialect = (reply, { event }) => {
  switch (reply.kind) {
    case "context":
    case "feedback":
      return event === "UserPromptSubmit" ? undefined : say({ additional_context: reply.text });
    case "deny":
      return say({ permission: "deny", user_message: reply.text, agent_message: reply.text });
    case "remind":
      return say({ followup_message: reply.text });
    case "allow":
      return undefined;
  }
};
