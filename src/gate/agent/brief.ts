/**
 * The brief: what an agent has to know of the active work at the start of a
 * session, in few bytes, the most important first.
 *
 * A line is there or not; what found no room is counted in the last line, so that nobody
 * takes the brief for the whole. What marks lines from outside is loaded where there are any.
 */
import { attempt } from "../../base/errors.ts";
import { exists, listFolder } from "../../files/read/read.ts";
import { requireCall } from "../call.ts";
import { BATCH_PATH, type Gate, SHARED_BATCH_PATH, STATE_PATH, WORK_FOLDER } from "../gate.ts";
import { hasOwnState, type Status, statusOf, viewState } from "../view/status.ts";
import { isDamaged, partsOf } from "./brief-parts.ts";
import { BRIEF_BYTES, type Brief, compose, hasMarks, type Part, unmarked } from "./compose.ts";

/**
 * What an agent has to know of the active work, in at most `budget` bytes of UTF-8, the
 * most important first; `leftOut` lines found no room. Reads only, starts no process.
 *
 * ```ts
 * const { text } = await brief(gate, { budget: 4000 });
 * ```
 */
export async function brief(gate: Gate, input: { readonly budget?: number } = {}): Promise<Brief> {
  requireCall("brief", { gate, input }, { budget: "number?" });
  const { budget = BRIEF_BYTES } = input;
  const view = await viewState(gate);
  const status = await statusOf(gate, view, STATE_PATH, { counts: "cheap" });
  const facts = {
    ...{ status, now: gate.clock(), isHereHeld: await isHereHeld(status) },
    workFiles: status.issueTitle === undefined ? countWorkFiles(gate) : 0,
    ...{ marks: view.marks?.(), notes: view.notes?.() },
  };
  const damage = isDamaged(status) ? (await import("./brief-damage.ts")).damagePart(status) : undefined;
  const isElsewhere = status.elsewhere.length > 0 && !hasOwnState(status);
  const elsewhere = isElsewhere
    ? (await import("./brief-elsewhere.ts")).elsewhereParts(status.elsewhere, facts.now)
    : [];
  const parts = [...elsewhere, ...partsOf(facts, { batch: await readBatch(gate), damage })];
  const shown = hasMarks(parts) ? (await import("./marked.ts")).markParts(parts, facts.now) : parts.map(unmarked);
  return compose(shown, budget);
}

/** What is said of the batch, where there is one. */
async function readBatch(gate: Gate): Promise<Part> {
  const isThere = [SHARED_BATCH_PATH, BATCH_PATH].some((path) => attempt(() => exists(gate.project, path)) !== false);
  return isThere ? (await import("./brief-batch.ts")).readBatchPart(gate) : { lines: [] };
}

/** Whether the branch that is checked out, where it is told at all, has a name that no agent should read. */
async function isHereHeld({ git }: Status): Promise<boolean> {
  if (git?.recordedBranch === undefined || git.branch === undefined) return false;
  return (await import("../../text/steering.ts")).isSteering(git.branch);
}

function countWorkFiles({ project }: Gate): number {
  return listFolder(project, WORK_FOLDER).filter(({ name, kind }) => kind === "file" && /^[1-9]\d*\.md$/.test(name))
    .length;
}
