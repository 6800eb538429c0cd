/** A prompt was given: the agent is told if the state went stale or was damaged since the last one. */
import { brief } from "../../gate/agent/brief.ts";
import { turnedTo } from "../../gate/agent/session.ts";
import { type Event, gateOf } from "../gates.ts";

const STALE =
  ".claude/state.md has not been saved for more than 48 hours: compare it with the branch and the issue before you rely on it, then run `gate save`.";

export const userPromptSubmit: Event = async (call, world) => {
  if (call.session === undefined) return undefined;
  const gate = gateOf(call, world);
  const condition = gate && (await turnedTo(gate, gate.actor!));
  if (!condition) return undefined;
  const text = condition === "stale" ? STALE : (await brief(gate)).text;
  return { kind: "context", text };
};
