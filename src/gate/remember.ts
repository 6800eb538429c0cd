/**
 * Keeps what the state file and the work file of its issue say now, for those who
 * ask next; see `kept`. Done by whoever has the right to write anyway, and only
 * where the gate has a folder of its own.
 */
import { GateError } from "../base/errors.ts";
import { parseState } from "../document/state.ts";
import { GATE_FOLDER } from "../files/project.ts";
import { exists } from "../files/read.ts";
import { checkAlone } from "../rules/check.ts";
import { problemsOf } from "../rules/report.ts";
import { decode, revisionOf } from "../text/source.ts";
import { type Gate, STATE_PATH, workPath } from "./gate.ts";
import { findKept, type KeptState, keep } from "./kept.ts";
import { statusIn, yamlFor } from "./read.ts";
import { saidBy } from "./said.ts";
import { loadTolerantly } from "./surroundings.ts";

/** Keeps what is not kept yet. Nothing comes of a failure: what was to be done is done. */
export async function remember(gate: Gate): Promise<void> {
  try {
    await keepAll(gate);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
  }
}

async function keepAll(gate: Gate): Promise<void> {
  const { project } = gate;
  const { bytes } = loadTolerantly(gate, STATE_PATH);
  if (bytes === undefined || !exists(project, GATE_FOLDER)) return;
  const known = findKept(project, "state", bytes);
  const state = known ?? (await read(bytes));
  if (state === undefined) return;
  if (!known) keep(project, "state", bytes, state);
  const { issueNumber } = state.said.content;
  if (issueNumber === undefined) return;
  const work = loadTolerantly(gate, workPath(issueNumber)).bytes;
  if (work && !findKept(project, "work", work)) keep(project, "work", work, { status: statusIn(work) });
}

/** What is to be kept of a state file; `undefined` where its surroundings decide how it is read. */
async function read(bytes: Uint8Array): Promise<KeptState | undefined> {
  const source = decode(bytes);
  const document = parseState(source, await yamlFor(source.text));
  const diagnostics = checkAlone(document);
  if (diagnostics === undefined) return undefined;
  const findings = problemsOf(document.text, diagnostics).map((problem, index) => ({
    ...problem,
    start: diagnostics[index]!.start,
  }));
  return { said: saidBy(document), findings, revision: revisionOf(bytes) };
}
