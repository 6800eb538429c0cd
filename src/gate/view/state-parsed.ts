/** The state file as answers are made from it, read from its text; see `state-cached`. */
import { problemsOf } from "../../rules/report.ts";
import { type Gate, STATE_PATH, workPath } from "../gate.ts";
import { type Loaded, loadTolerantly } from "./facts.ts";
import { stateMarks } from "./find-marks.ts";
import { notesOf } from "./notes.ts";
import { outsideOf, tracedOf } from "./origin.ts";
import { activeNumber, readableIn, readState } from "./read.ts";
import type { StateView } from "./state-cached.ts";
import { summaryOf } from "./summary.ts";

export async function view(gate: Gate, file: Loaded): Promise<StateView> {
  const snapshot = await readState(gate, file);
  const { exists, document, diagnostics, facts } = snapshot;
  const readable = readableIn(snapshot);
  const summary = readable && summaryOf(readable);
  return {
    exists,
    problems: problemsOf(document?.text ?? "", diagnostics),
    get revision() {
      return snapshot.revision;
    },
    summary,
    workFile: readable && facts?.activeWorkFile,
    marks: () => summary && stateMarks(tracedOf(gate, STATE_PATH, file.bytes!), summary.content, gate.clock()),
    notes() {
      const issue = readable && activeNumber(readable);
      const path = issue === undefined ? undefined : workPath(issue);
      const bytes = path === undefined ? undefined : loadTolerantly(gate, path).bytes;
      return path === undefined || bytes === undefined ? undefined : notesOf(bytes, outsideOf(gate, path, bytes));
    },
  };
}
