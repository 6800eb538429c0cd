/**
 * Caches what the state file and the work file of its issue say now, for those who ask
 * next. Done by whoever has the right to write anyway, and only where the gate has a
 * folder of its own.
 */
import { GateError } from "../../base/errors.ts";
import { parseState, type StateDocument } from "../../document/state.ts";
import { GATE_FOLDER } from "../../files/guard/project.ts";
import { exists } from "../../files/read/read.ts";
import { checkAlone } from "../../rules/check.ts";
import { problemsOf } from "../../rules/report.ts";
import { decode, revisionOf } from "../../text/source.ts";
import { type Gate, STATE_PATH, workPath } from "../gate.ts";
import { type CachedState, cache, findCached, mayCache } from "./cache.ts";
import { loadTolerantly } from "./facts.ts";
import { stateMarks } from "./find-marks.ts";
import { notesOf } from "./notes.ts";
import { outsideOf, tracedOf } from "./origin.ts";
import { type AnyDocument, statusIn, yamlFor } from "./read.ts";
import { summaryOf } from "./summary.ts";

/** Documents that were written just now, by their paths. */
type Written = ReadonlyMap<string, { readonly bytes: Uint8Array; readonly document?: AnyDocument | undefined }>;

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
  const place = { path: STATE_PATH, bytes };
  const known = written.has(STATE_PATH) ? undefined : findCached(gate, "state", place);
  const state = known ?? (await read(gate, bytes, written.get(STATE_PATH)?.document));
  if (state === undefined) return;
  if (!known) cache(gate, "state", place, state);
  const { issueNumber } = state.summary.content;
  if (issueNumber === undefined) return;
  const path = workPath(issueNumber);
  const work = bytesOf(path);
  if (!work || !mayCache({ path, bytes: work })) return;
  if (!written.has(path) && findCached(gate, "work", { path, bytes: work })) return;
  const document = written.get(path)?.document;
  const notes = notesOf(work, outsideOf(gate, path, work), document?.kind === "work" ? document : undefined);
  const status = document?.kind === "work" ? document.status : statusIn(work);
  cache(gate, "work", { path, bytes: work }, { status, notes });
}

/** What is to be cached of a state file; `undefined` where facts decide how it is read. */
async function read(gate: Gate, bytes: Uint8Array, known: AnyDocument | undefined): Promise<CachedState | undefined> {
  const document = known?.kind === "state" ? known : await parse(bytes);
  const diagnostics = checkAlone(document);
  if (diagnostics === undefined) return undefined;
  const findings = problemsOf(document.text, diagnostics).map((problem, index) => ({
    ...problem,
    start: diagnostics[index]!.start,
  }));
  const summary = summaryOf(document);
  const marks = stateMarks(tracedOf(gate, STATE_PATH, bytes), summary.content, gate.clock());
  return { summary, findings, revision: revisionOf(bytes), marks };
}

async function parse(bytes: Uint8Array): Promise<StateDocument> {
  const source = decode(bytes);
  return parseState(source, await yamlFor(source.text));
}
