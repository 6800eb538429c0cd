/** The guarded files that are there, for those who ask at every call of an agent: only where there is a list is this loaded. */
import type { Gate } from "../gate.ts";
import { guardedFiles } from "./guard.ts";

/** Finds the guarded files, relative to the project. */
export async function guardedNow(gate: Gate): Promise<readonly string[]> {
  return await guardedFiles(gate);
}
