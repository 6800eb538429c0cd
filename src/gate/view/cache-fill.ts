/**
 * Caches what the state file and the work file of its issue say now, for those who ask
 * next. Done by whoever has the right to write anyway, and only where the gate has a
 * folder of its own.
 */
import { GateError } from "../../base/errors.ts";
import { GATE_FOLDER } from "../../files/guard/project.ts";
import { exists } from "../../files/read/read.ts";
import { checkAlone } from "../../rules/check.ts";
import { problemsOf } from "../../rules/report.ts";
import { decode, revisionOf } from "../../text/source.ts";
import { type Gate, STATE_PATH, workPath } from "../gate.ts";
import { type CachedState, cache, findCached } from "./cache.ts";
import { saidBy } from "./content.ts";
import { loadTolerantly } from "./facts.ts";
import { stateFrom } from "./parse-once.ts";
import { statusIn, yamlFor } from "./read.ts";

/** Documents that were written just now, by their paths. */
type Written = ReadonlyMap<string, { readonly bytes: Uint8Array }>;

/** Caches what is not cached yet. Nothing comes of a failure: what was to be done is done. */
export async function fillCache(gate: Gate, written: Written = new Map()): Promise<void> {
  try {
    await fill(gate, written);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
  }
}

async function fill(gate: Gate, written: Written): Promise<void> {
  const { project } = gate;
  if (!exists(project, GATE_FOLDER)) return;
  const bytesOf = (path: string) => written.get(path)?.bytes ?? loadTolerantly(gate, path).bytes;
  const bytes = bytesOf(STATE_PATH);
  if (bytes === undefined) return;
  // What was written just now is not what was cached before.
  const known = written.has(STATE_PATH) ? undefined : findCached(project, "state", bytes);
  const state = known ?? (await read(bytes));
  if (state === undefined) return;
  if (!known) cache(project, "state", bytes, state);
  const { issueNumber } = state.said.content;
  if (issueNumber === undefined) return;
  const path = workPath(issueNumber);
  const work = bytesOf(path);
  if (work && (written.has(path) || !findCached(project, "work", work))) {
    cache(project, "work", work, { status: statusIn(work) });
  }
}

/** What a state file says; `undefined` where its surroundings decide how it is read. */
async function read(bytes: Uint8Array): Promise<CachedState | undefined> {
  const source = decode(bytes);
  const document = stateFrom(source, await yamlFor(source.text));
  const diagnostics = checkAlone(document);
  if (diagnostics === undefined) return undefined;
  const findings = problemsOf(document.text, diagnostics).map((problem, index) => ({
    ...problem,
    start: diagnostics[index]!.start,
  }));
  return { said: saidBy(document), findings, revision: revisionOf(bytes) };
}
