/** What a brief says of the running batch; most projects have none. */
import { attempt } from "../../base/errors.ts";
import { readRecord } from "../../files/read/read.ts";
import { WORKFLOW_MODE, WORKFLOW_REMINDER } from "../../records/batch-state.ts";
import { type BatchGlance, glanceAtBatch, type SharedGlance } from "../batch/glance.ts";
import { BATCH_PATH, type Gate, SHARED_BATCH_PATH } from "../gate.ts";
import { marksOfWhole } from "../view/find-marks.ts";
import { askMark, type Marks } from "../view/marks.ts";
import { outsideOf } from "../view/origin.ts";
import type { BriefFacts } from "./brief-parts.ts";
import type { Part } from "./compose.ts";
import { shown } from "./shown.ts";

/** What the record of the batch says; a record is one thing, and so is its origin. */
export function readBatchPart(gate: Gate): Part {
  const batch = glanceAtBatch(gate);
  if (batch === undefined || batch.kind === "damaged") return batchPart(batch, undefined);
  const path = batch.kind === "shared" ? SHARED_BATCH_PATH : BATCH_PATH;
  const file = attempt(() => readRecord(gate.project, path));
  const outside = file?.kind === "file" ? outsideOf(gate, path, file.bytes) : [];
  return batchPart(batch, marksOfWhole(outside, batchTexts(batch)));
}

/** What a brief says of a batch, and what of that is from outside. */
export function batchPart(batch: BriefFacts["batch"], batchMarks: Marks | undefined): Part {
  if (!batch) return { lines: [] };
  const ask = askMark(batchMarks);
  if (batch.kind === "damaged") {
    return { unit: "batch", lines: ["The record of the batch is damaged: run `gate batch recover` before going on."] };
  }
  if (batch.kind === "shared") {
    const where = `Batch ${shown(batch.id, 80)} is shared in ${shown(batch.backend, 20)}`;
    const line = `${where}: \`gate batch status\` says where it stands.`;
    return { unit: "batch", lines: [{ line, mark: ask(...batchTexts(batch)[0]!) }] };
  }
  const { id, paused, completed, failed, total, next } = batch;
  const counts = `${completed} of ${total} done${failed > 0 ? `, ${failed} failed` : ""}`;
  const what = `Batch ${shown(id, 80)} is ${paused ? "paused" : "running"}: ${counts}`;
  const step = paused ? `; \`gate batch resume ${shown(id, 80)}\` goes on` : nextNote(next);
  const mode = batch.mode
    ? `Mode ${shown(batch.mode, 80)}${batch.reminder ? `: ${shown(batch.reminder, 300)}` : ""}`
    : "";
  const isUsual = batch.mode === WORKFLOW_MODE && batch.reminder === WORKFLOW_REMINDER;
  const [named, said] = batchTexts(batch);
  const how = isUsual ? mode : { line: mode, mark: ask(...said!) };
  const where = { line: `${what}${step}.`, mark: ask(...named!) };
  return { unit: "batch", lines: [where, ...(mode === "" ? [] : [how])] };
}

/** What the record of a batch says in each line about it. */
function batchTexts(batch: BatchGlance | SharedGlance): readonly (readonly string[])[] {
  if (batch.kind === "shared") return [[batch.id, batch.backend]];
  return [
    [batch.id, batch.next?.feature ?? ""],
    [batch.mode ?? "", batch.reminder ?? ""],
  ];
}

function nextNote(next: BatchGlance["next"]): string {
  return next === undefined ? "" : `; feature ${next.index} is next: ${shown(next.feature)}`;
}
