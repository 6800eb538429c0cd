/** A tool is about to run: it must not damage a file of the state tree. */
import { refuseAct, refuseWrite } from "../../gate/agent/write-guard.ts";
import { changesOf } from "../changes.ts";
import { destroyedBy } from "../destroyed.ts";
import type { Event } from "../gates.ts";

/** What an agent has to read is kept short. */
const MOST_REASONS = 3;

export const preToolUse: Event = async (call, world) => {
  const reasons = new Set<string>();
  for (const { gate, path, bytes } of changesOf(call, world)) {
    const reason = bytes ? await refuseWrite(gate, path, bytes) : await refuseAct(gate, path, "removed");
    if (reason !== undefined) reasons.add(reason);
  }
  for (const { gate, path, done } of destroyedBy(call, world)) {
    const reason = await refuseAct(gate, path, done);
    if (reason !== undefined) reasons.add(reason);
    if (reasons.size >= MOST_REASONS) break;
  }
  if (reasons.size === 0) return undefined;
  return { kind: "deny", text: [...reasons].slice(0, MOST_REASONS).join("\n") };
};
