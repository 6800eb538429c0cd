/** A tool has run: what is wrong with the state files it touched goes back to the agent. */
import { complainAbout } from "../../gate/agent/write-guard.ts";
import { fillCache } from "../../gate/view/cache-fill.ts";
import { touchedBy } from "../changes.ts";
import type { Event } from "../gates.ts";

export const postToolUse: Event = async (call, world) => {
  const complaints: string[] = [];
  for (const { gate, path } of touchedBy(call, world)) {
    const complaint = await complainAbout(gate, path);
    if (complaint !== undefined) complaints.push(complaint);
    await fillCache(gate);
  }
  return complaints.length === 0 ? undefined : { kind: "feedback", text: complaints.join("\n") };
};
