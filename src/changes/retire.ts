/**
 * What the work file keeps when its issue leaves the state file: nothing that stood
 * under Active Work may exist nowhere else afterwards.
 */
import { type Item, textOfItem } from "../document/items.ts";
import type { StateDocument } from "../document/state.ts";
import { decodeText, encodeLine, encodeText } from "../syntax/escape.ts";
import { progressLine } from "./update-progress.ts";
import { EMPTY_UPDATE, type WorkUpdate } from "./update-work.ts";

/** The log entry and the next actions that carry over Progress, Next Steps and Open Questions. */
export function retire(document: StateDocument, first: string): WorkUpdate {
  const progress = document.progress.flatMap(({ item, reading }) => [
    ...(reading.text === "" ? [] : [progressLine(reading)]),
    ...linesBelow(document, item).map(encodeLine),
  ]);
  const branch = document.active.branch?.value.value;
  const questions = document.openQuestions.flatMap(({ item, reading }) => [
    ...(reading.question === "" ? [] : [`Open question: ${encodeText(reading.question)}`]),
    ...linesBelow(document, item).map(encodeText),
  ]);
  return {
    ...EMPTY_UPDATE,
    log: [encodeLine(first), ...(branch ? [`Branch: ${encodeText(branch)}`] : []), ...progress, ...questions],
    once: true,
    nextActions: document.nextSteps
      .flatMap((item) => [textOfItem(item), ...linesBelow(document, item)])
      .filter((text) => text !== ""),
  };
}

/** What stands below an item's own text, a line each, without bullets. */
function linesBelow(document: StateDocument, item: Item): readonly string[] {
  return item.below
    .filter((line) => item.raw === "" || line.start > item.lastSpan.start)
    .map((line) => decodeText(document.text.slice(line.start, line.end).replace(/^(?:[-*+]|\d+[.)])\s+/, "")));
}
