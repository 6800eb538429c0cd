/** Recovers a run by the versions of its file. */
import { readRun } from "../../records/run.ts";
import { requireCall } from "../call.ts";
import type { RecordRecovery } from "../commit/record-recovery.ts";
import { recoverRecord } from "../commit/recover-record.ts";
import type { WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";
import { RUN, type RunInput, requireRun } from "./load.ts";
import { lockOf, pathOf, type Runs, skillOf } from "./runs.ts";

/**
 * Brings a damaged or missing run back as its newest save in order. The call is the
 * consent. `skill` has to be given for a run whose file is gone. `NOT_FOUND` or `CORRUPT`
 * where no version is in order. A run in order is left alone: `recovered` is false.
 */
export async function recoverRun(
  runs: Runs,
  input: RunInput,
  options: WriteOptions = {},
): Promise<Outcome<RecordRecovery>> {
  requireCall("recoverRun", { runs, input, options }, RUN);
  const { runId, skill } = input;
  const gate = runs.open();
  const name = skill ?? skillOf(gate, runId);
  const faultOf = (snapshot: RecordSnapshot) => {
    const { text, fault = "" } = snapshot;
    const reading = text === undefined ? ({ kind: "damaged", reason: fault } as const) : readRun(text);
    if (reading.kind === "damaged") return reading.reason;
    requireRun(snapshot, runId, "recover");
    return undefined;
  };
  const target = { path: pathOf({ runId, skill: name }), operation: "run recover", lock: lockOf(name) };
  const hints = [
    "Save the run again with `gate run save`; what is in the file is kept beside it then.",
    "`gate run list` shows those that are there.",
  ] as const;
  return await recoverRecord(gate, { target, faultOf, hints }, options);
}
