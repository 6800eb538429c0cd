/** A session begins: the brief goes into its context. */
import { brief } from "../../gate/agent/brief.ts";
import { type Event, gateOf } from "../gates.ts";

export const sessionStart: Event = async (call, world) => {
  const gate = gateOf(call, world);
  const { text } = gate ? await brief(gate) : { text: "" };
  return text === "" ? undefined : { kind: "context", text };
};
