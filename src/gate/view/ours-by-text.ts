/** Whose a state file is by what it says: read with the parser, which who asks in haste loads only for this. */
import type { Gate } from "../gate.ts";
import { isOurs, LEFT_ALONE } from "./ownership.ts";
import { readState } from "./read.ts";

/** Whether a state file is there, and one that the gate may write. */
export async function isOursByText(gate: Gate): Promise<boolean> {
  return isOurs(await readState(gate));
}

/** Whether the state file that is there is the gate's, however damaged; `undefined` without one. */
export async function isOwnByText(gate: Gate): Promise<boolean | undefined> {
  const { exists, diagnostics } = await readState(gate);
  return exists ? !diagnostics.some(({ rule }) => LEFT_ALONE.has(rule)) : undefined;
}
