/** Done: the work file says that the work is completed, or, started again, that it goes on. */
import { formatTime } from "../base/time.ts";
import { WORK_FIELDS, type WorkDocument, type WorkFieldName } from "../document/work.ts";
import { encodeValue, makeField, setUnderstood } from "../syntax/fields.ts";
import type { Edit } from "../text/edit.ts";
import { nextLine, startOfLine } from "../text/lines.ts";
import { insertLines, removeLines } from "./place.ts";
import { EMPTY_UPDATE, updateWork, type WorkUpdate } from "./update-work.ts";

export interface CompleteInput {
  readonly pullRequest?: string;
  /** What is still to be kept of the active work. */
  readonly update?: WorkUpdate;
}

/** Sets Status and Completed, the pull request where one is given, and adds what the update holds. */
export function completeWork(document: WorkDocument, input: CompleteInput, now: number): readonly Edit[] {
  const { fields } = document;
  const values: readonly (readonly [WorkFieldName, string | undefined])[] = [
    ["Pull Request", input.pullRequest && encodeValue(input.pullRequest)],
    ["Status", document.status === "completed" ? undefined : "completed"],
    ["Completed", document.status === "completed" && fields["Completed"] ? undefined : formatTime(now)],
  ];
  // Before the additions: at one place the fields come first.
  const edits: Edit[] = [];
  const inserted = new Map<number, string[]>();
  for (const [name, value] of values) {
    if (value === undefined) continue;
    const field = fields[name]?.value;
    if (field && name === "Status") edits.push(setUnderstood(field, value, STATUS_WORD));
    else if (field) edits.push(setUnderstood(field, value));
    else {
      const offset = placeOf(document, name);
      inserted.set(offset, [...(inserted.get(offset) ?? []), bulletOf(document) + makeField(name, value)]);
    }
  }
  for (const [offset, lines] of inserted) edits.push(insertLines(document, offset, lines));
  return [...edits, ...updateWork(document, input.update ?? EMPTY_UPDATE, now)];
}

/** The status itself; what somebody wrote behind it is theirs. */
const STATUS_WORD = /^(?:in[ _-]?progress|completed?|done|finished)(?![\w-])/i;

/** Says that completed work goes on: Status is set back and Completed goes, for the history to keep. */
export function reopenWork(document: WorkDocument, now: number): readonly Edit[] {
  const { Status: status, Completed: completed } = document.fields;
  const edits = [...updateWork(document, EMPTY_UPDATE, now), setUnderstood(status!.value, "in_progress", STATUS_WORD)];
  // Where Completed stood for Last Updated it becomes that.
  if (completed && !document.lastUpdated) {
    const { start, end } = completed.value;
    edits.push({ start, end, text: makeField("Last Updated", formatTime(now)) });
  } else if (completed) edits.push(removeLines(document.text, completed.value));
  return edits;
}

/** Behind the last of the fields that come before it, else where the first one stands. */
function placeOf(document: WorkDocument, name: WorkFieldName): number {
  const { text, fields } = document;
  const before = WORK_FIELDS.slice(0, WORK_FIELDS.indexOf(name)).findLast((other) => fields[other]);
  if (before) return nextLine(text, fields[before]!.value.end);
  const first = WORK_FIELDS.find((other) => fields[other]);
  return startOfLine(text, fields[first!]!.value.start);
}

/** Fields may be list items; a new one looks like the others. */
function bulletOf(document: WorkDocument): string {
  const field = document.fields["Status"]?.value;
  if (!field) return "";
  const before = document.text.slice(startOfLine(document.text, field.start), field.start);
  return /^[ \t]*[-*+][ \t]+$/.test(before) ? before : "";
}
