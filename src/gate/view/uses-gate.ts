/** Whether a project uses the gate: what lies below `.claude` may as well be another program's. */
import { GATE_FOLDER } from "../../files/guard/project.ts";
import { exists } from "../../files/read/read.ts";
import type { Gate } from "../gate.ts";

/** Whether the gate keeps state here: it has written before, or the state file is one of its own. */
export async function usesGate(gate: Gate): Promise<boolean> {
  return exists(gate.project, GATE_FOLDER) || (await (await import("./ours-by-text.ts")).isOursByText(gate));
}
