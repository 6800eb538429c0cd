/** What a hook has to say, and what that is for the agent that asked. */
import type { Call } from "../call.ts";

export type Reply =
  /** Text for the agent's context. */
  | { readonly kind: "context"; readonly text: string }
  /** The tool must not run. */
  | { readonly kind: "deny"; readonly reason: string }
  /** The tool has run, and something is wrong with what it did. */
  | { readonly kind: "feedback"; readonly text: string }
  /** The agent is asked to do one thing more before it stops. */
  | { readonly kind: "remind"; readonly text: string }
  /** The tool may run without a person being asked. */
  | { readonly kind: "allow" };

/** What the process does about it. */
export interface Answer {
  /** One JSON object. */
  readonly output?: object;
  /** For an agent that takes no JSON. */
  readonly error?: string;
  readonly code: 0 | 2;
}

/** Says a reply as one agent understands it; `undefined` where that agent has no word for it. */
export type Dialect = (reply: Reply, call: Pick<Call, "spelled">) => Answer | undefined;
