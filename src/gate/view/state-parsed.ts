/** The state file as answers are made from it, read from its text; see `state-cached`. */
import { problemsOf } from "../../rules/report.ts";
import type { Gate } from "../gate.ts";
import type { Loaded } from "./facts.ts";
import { readableIn, readState } from "./read.ts";
import type { StateView } from "./state-cached.ts";
import { summaryOf } from "./summary.ts";

export async function view(gate: Gate, file: Loaded): Promise<StateView> {
  const snapshot = await readState(gate, file);
  const { exists, document, diagnostics, facts } = snapshot;
  const readable = readableIn(snapshot);
  return {
    exists,
    problems: problemsOf(document?.text ?? "", diagnostics),
    get revision() {
      return snapshot.revision;
    },
    summary: readable && summaryOf(readable),
    workFile: readable && facts?.activeWorkFile,
  };
}
