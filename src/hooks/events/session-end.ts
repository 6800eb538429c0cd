/** A session is over: one line in the log. */
import { noteSessionEnd } from "../../gate/agent/session.ts";
import { type Event, gateOf } from "../gates.ts";

export const sessionEnd: Event = async (call, world) => {
  const gate = gateOf(call, world);
  if (gate) await noteSessionEnd(gate, call.reason?.slice(0, 100));
  return undefined;
};
