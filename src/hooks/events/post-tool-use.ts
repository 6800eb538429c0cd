/** A tool has run: what is wrong with the state files it touched, or a script has damaged, goes back to the agent. */
import { fillCache } from "../../gate/view/cache-fill.ts";
import { touchedBy } from "../changes.ts";
import { tellDamage } from "../damage.ts";
import type { Event } from "../gates.ts";

export const postToolUse: Event = async (call, world) => {
  if (call.tool?.kind === "shell") {
    const text = await tellDamage(call, world);
    return text === undefined ? undefined : { kind: "feedback", text };
  }
  const { complainAbout } = await import("../../gate/agent/write-guard.ts");
  const complaints: string[] = [];
  for (const { gate, path } of touchedBy(call, world)) {
    const complaint = await complainAbout(gate, path);
    if (complaint !== undefined) complaints.push(complaint);
    await fillCache(gate);
  }
  return complaints.length === 0 ? undefined : { kind: "feedback", text: complaints.join("\n") };
};
