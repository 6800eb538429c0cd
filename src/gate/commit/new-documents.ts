/** New documents; what prints them is loaded by those who need one. */
import type { StateDocument } from "../../document/state.ts";
import type { WorkDocument } from "../../document/work.ts";
import type { WorkInput } from "../../pipeline/new-documents.ts";

const load = () => import("../../pipeline/new-documents.ts");

/** An idle state file. */
export async function newState(now: number): Promise<StateDocument> {
  return (await load()).newState(now);
}

/** A new work file. */
export async function newWork(input: WorkInput, now: number): Promise<WorkDocument> {
  return (await load()).newWork(input, now);
}

/** The work file that the active issue of a state file should have had. */
export async function missingWork(
  ...about: Parameters<Awaited<ReturnType<typeof load>>["missingWork"]>
): Promise<WorkDocument> {
  return (await load()).missingWork(...about);
}
