/** The context is about to be compacted. Nothing is said: it would become instructions for the compaction. */
import { markCompaction } from "../../gate/agent/session.ts";
import { type Event, gateOf } from "../gates.ts";

export const preCompact: Event = async (call, world) => {
  const gate = gateOf(call, world);
  if (gate) await markCompaction(gate);
  return undefined;
};
