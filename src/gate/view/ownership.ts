/** Whether a project uses the gate: what lies below `.claude` may as well be another program's. */
import { GATE_FOLDER } from "../../files/guard/project.ts";
import { exists } from "../../files/read/read.ts";
import type { Gate } from "../gate.ts";
import { readState, type StateSnapshot } from "./read.ts";

/** Whether the gate keeps state here: it has written before, or the state file is one of its own. */
export async function usesGate(gate: Gate): Promise<boolean> {
  return exists(gate.project, GATE_FOLDER) || isOurs(await readState(gate));
}

/** Whether a state file is there, and one that the gate may write. */
export function isOurs({ exists: isThere, diagnostics }: StateSnapshot): boolean {
  return isThere && !diagnostics.some(({ rule }) => NOT_OURS.has(rule));
}

/** Rules whose finding is that a file is not to be touched. */
export const NOT_OURS: ReadonlySet<string> = new Set([
  ...["foreign-format", "unsupported-version", "symbolic-link", "not-a-regular-file", "wrong-case", "unreadable-file"],
]);
