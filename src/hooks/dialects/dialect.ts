/** What a hook has to say, and what that is for the agent that asked. */
import type { Call } from "../call.ts";

export type Reply =
  | {
      /**
       * - `context`: text for the agent's context.
       * - `deny`: the tool must not run.
       * - `feedback`: the tool has run, and something is wrong with what it did.
       * - `remind`: the agent is asked to do one thing more before it stops.
       */
      readonly kind: "context" | "deny" | "feedback" | "remind";
      readonly text: string;
    }
  /** The tool may run without a person being asked. */
  | { readonly kind: "allow" };

/** What the process does about it. */
export interface Answer {
  /** One JSON object. */
  readonly output?: object;
  /** For an agent that takes what is printed as it stands. */
  readonly text?: string;
  /** For an agent that takes no JSON. */
  readonly error?: string;
  readonly code: 0 | 2;
}

/** A reply as the answer of one agent; `undefined` where that agent has no word for it. */
export type Dialect = (reply: Reply, call: Pick<Call, "spelled" | "event">) => Answer | undefined;

/** An answer that is one JSON object. */
export function say(output: object): Answer {
  return { output, code: 0 };
}

/** A denial that all understand: the reason on standard error, and exit code 2. */
export function refuse(reason: string): Answer {
  return { error: reason, code: 2 };
}
