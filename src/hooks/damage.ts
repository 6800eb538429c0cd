/** What is wrong with the state file after something has run that nobody could look into. */
import { damageFor } from "../gate/agent/session.ts";
import { STATE_PATH } from "../gate/gate.ts";
import type { Call } from "./call.ts";
import { gateOf, type World } from "./gates.ts";

const GONE = ".claude/state.md is gone, and nobody removed it by the gate. Run `gate recover` to have it as it was.";

/** The words for it, once for each time; `undefined` where all is well. */
export async function tellDamage(call: Call, world: World): Promise<string | undefined> {
  const gate = call.session === undefined ? undefined : gateOf(call, world);
  const damage = gate && (await damageFor(gate, call.session!));
  if (!gate || damage === undefined) return undefined;
  if (damage === "gone") return GONE;
  return await (await import("../gate/agent/write-guard.ts")).complainAbout(gate, STATE_PATH, true);
}
