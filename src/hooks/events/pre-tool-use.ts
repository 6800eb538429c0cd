/** A tool is about to run: it must not damage a file of the state tree, and what it may take back is kept. */

import { refuseAct } from "../../gate/agent/refuse-act.ts";
import { keepVersions } from "../../gate/commit/keep.ts";
import { usesGate } from "../../gate/view/uses-gate.ts";
import type { Call } from "../call.ts";
import { changesOf } from "../changes.ts";
import { destroyedBy, effectsOf } from "../destroyed.ts";
import { type Event, gateOf, type World } from "../gates.ts";
import type { Effect } from "../shell/knowledge.ts";

/** What an agent has to read is kept short. */
const MOST_REASONS = 3;

export const preToolUse: Event = async (call, world) => {
  const reasons = new Set<string>();
  const effects = await effectsOf(call, world);
  const changes = changesOf(call, world, effects);
  const destroyed = destroyedBy(effects, call, world);
  for (const { gate, path, bytes } of changes) {
    const reason = bytes
      ? await (await import("../../gate/agent/write-guard.ts")).refuseWrite(gate, path, bytes)
      : await refuseAct(gate, path, "removed");
    if (reason !== undefined) reasons.add(reason);
  }
  for (const { gate, path, done } of destroyed) {
    const reason = await refuseAct(gate, path, done);
    if (reason !== undefined) reasons.add(reason);
    if (reasons.size >= MOST_REASONS) break;
  }
  for (const reason of await meetGit(effects, call, world)) reasons.add(reason);
  if (reasons.size === 0) return undefined;
  return { kind: "deny", text: [...reasons].slice(0, MOST_REASONS).join("\n") };
};

/** What git throws away is kept first. Only a cleaning that takes the versions along is refused. */
async function meetGit(effects: readonly Effect[], call: Call, world: World): Promise<readonly string[]> {
  const reasons: string[] = [];
  for (const effect of effects) {
    const gate = effect.kind === "git" ? gateOf({ ...call, cwd: effect.cwd }, world) : undefined;
    if (effect.kind !== "git" || !gate) continue;
    await keepVersions(gate);
    if (effect.clean !== undefined && (await usesGate(gate))) {
      reasons.push(`.claude holds state that git ignores or does not know, and its versions. Use \`${effect.clean}\`.`);
    }
  }
  return reasons;
}
