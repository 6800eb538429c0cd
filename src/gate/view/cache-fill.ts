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
import { type CachedState, cache, findCached } from "./cache.ts";
import { loadTolerantly } from "./facts.ts";
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
  const known = written.has(STATE_PATH) ? undefined : findCached(project, "state", bytes);
  const state = known ?? (await read(bytes, written.get(STATE_PATH)?.document));
  if (state === undefined) return;
  if (!known) cache(project, "state", bytes, state);
  const { issueNumber } = state.summary.content;
  if (issueNumber === undefined) return;
  const path = workPath(issueNumber);
  const work = bytesOf(path);
  if (work && (written.has(path) || !findCached(project, "work", work))) {
    const document = written.get(path)?.document;
    cache(project, "work", work, { status: document?.kind === "work" ? document.status : statusIn(work) });
  }
}

/** What is to be cached of a state file; `undefined` where facts decide how it is read. */
async function read(bytes: Uint8Array, known: AnyDocument | undefined): Promise<CachedState | undefined> {
  const document = known?.kind === "state" ? known : await parse(bytes);
  const diagnostics = checkAlone(document);
  if (diagnostics === undefined) return undefined;
  const findings = problemsOf(document.text, diagnostics).map((problem, index) => ({
    ...problem,
    start: diagnostics[index]!.start,
  }));
  return { summary: summaryOf(document), findings, revision: revisionOf(bytes) };
}

async function parse(bytes: Uint8Array): Promise<StateDocument> {
  const source = decode(bytes);
  return parseState(source, await yamlFor(source.text));
}
