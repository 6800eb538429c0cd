/** Start: another issue becomes the active one, or the active one is resumed. */
import { formatTime } from "../base/time.ts";
import { activeLists, isIdle, orphansOf, type StateDocument } from "../document/state.ts";
import { encodeText } from "../syntax/escape.ts";
import { encodeValue, type Field, makeField, setUnderstood, setValue, withoutRemark } from "../syntax/fields.ts";
import type { Edit, Span } from "../text/edit.ts";
import { isBlankAt, linesIn, nextLine, startOfLine } from "../text/lines.ts";
import { clearSubsections } from "./clear-active.ts";
import { insertLines, joinEdits, removeLines } from "./place.ts";
import { addRecent, recentOf } from "./recent.ts";
import { setApart } from "./recovered.ts";
import { touch } from "./update-progress.ts";

export interface ActiveInput {
  readonly number: number;
  readonly title: string;
  readonly branch?: string;
  /** When the work was started, in milliseconds since the epoch; that of the plan where none is given. */
  readonly started?: number;
  /** What the issue was left with when it was paused; see `bringBack` for its lists. */
  readonly plan?: StateDocument | undefined;
}

/** Makes another issue the active one; the one before, if any, moves to Recent Work as paused. */
export function setActive(document: StateDocument, input: ActiveInput, now: number): readonly Edit[] {
  const { issue, issueField, branch, started } = document.active;
  const previous = issue?.kind === "issue" ? issue.issue : undefined;
  const edits: Edit[] = [...touch(document, now)];
  if (previous) {
    edits.push(...addRecent(document, { ...recentOf(issueField!.value, previous), status: "Paused", instant: now }));
  }
  const isApart = keepsApart(document);
  if (isApart) edits.push(...setApart(document));
  // Lists that say that they are empty make room for a plan.
  if (previous || isApart || input.plan) edits.push(...clearSubsections(document, "empty"));
  const kept = input.plan?.active;
  const since = input.started === undefined ? kept?.started?.field.raw : formatTime(input.started);
  const lines = [
    [issueField?.value, "Current Issue", issueValue(input)],
    [branch?.value, "Branch", input.branch === undefined ? kept?.branch?.value.raw : encodeValue(input.branch)],
    [started?.field, "Started", since ?? formatTime(now)],
  ] as const;
  return joinEdits([...edits, ...placeFields(document, lines)]);
}

/** Whether there are items whose issue has no work file that could take them: they are kept apart, and are not the next issue's. */
export function keepsApart(document: StateDocument): boolean {
  const { issue } = document.active;
  if (isIdle(document)) return orphansOf(document).length + document.openQuestions.length > 0;
  if (issue?.kind !== "issue") return false;
  return issue.issue.number === undefined && Object.values(activeLists(document)).some((items) => items.length > 0);
}

/** Moves Last Updated, and the title or the branch where a new one is given. */
export function resumeActive(
  document: StateDocument,
  input: Partial<Pick<ActiveInput, "title" | "branch">>,
  now: number,
): readonly Edit[] {
  const { issueField, branch, issue } = document.active;
  const reference = issue!.kind === "issue" ? issue!.issue : undefined;
  const edits: Edit[] = [...touch(document, now)];
  if (input.title !== undefined && input.title !== reference!.title) {
    edits.push(setValue(issueField!.value, issueValue({ number: reference!.number!, title: input.title })));
  }
  if (input.branch !== undefined && input.branch !== withoutRemark(branch?.value.value ?? "")) {
    if (branch) edits.push(spelled(document, branch.value, setUnderstood(branch.value, encodeValue(input.branch))));
    else edits.push(lineBelow(document, issueField!.value, [makeField("Branch", encodeValue(input.branch))]));
  }
  return edits;
}

/** `#N - title`, encoded. */
export function issueValue({ number, title }: Pick<ActiveInput, "number" | "title">): string {
  return title === "" ? `#${number}` : `#${number} - ${encodeText(title)}`;
}

type Line = readonly [field: Field | undefined, key: string, value: string | undefined];

/** Fields that are there are set, those without a value go, new ones stand behind the one before them. */
function placeFields(document: StateDocument, lines: readonly Line[]): readonly Edit[] {
  const edits: Edit[] = [];
  let pending: string[] = [];
  let before: Field | undefined;
  for (const [field, key, value] of lines) {
    if (field && value !== undefined) {
      if (pending.length > 0) edits.push(lineBelow(document, before, pending, field));
      pending = [];
      const edit = setValue(field, value);
      edits.push(key === "Current Issue" ? edit : spelled(document, field, edit));
      before = field;
    } else if (field) edits.push(removeLines(document.text, field));
    else if (value !== undefined) pending.push(makeField(key, value));
  }
  if (pending.length > 0) edits.push(lineBelow(document, before, pending));
  return edits;
}

/** A line without asterisks gets them with a value that would make prose of it. */
function spelled({ text }: StateDocument, field: Field, edit: Edit): Edit {
  if (text.startsWith("**", field.start) || /^[^\s`]+$/.test(edit.text)) return edit;
  const end = field.valueSpan.end + (field.quoted ? 1 : 0);
  return { start: field.start, end, text: makeField(field.key, edit.text) };
}

function lineBelow(document: StateDocument, before: Field | undefined, lines: readonly string[], next?: Field): Edit {
  const { text } = document;
  const anchor = before ?? next;
  const lineStart = anchor && startOfLine(text, anchor.start);
  const bullet = anchor ? /^[-*+][ \t]+$/.exec(text.slice(lineStart, anchor.start).trimStart())?.[0] : undefined;
  const styled = lines.map((line) => (bullet ? bullet + line : line));
  if (before) return insertLines(document, nextLine(text, before.end), styled);
  if (next) return insertLines(document, lineStart!, styled);
  return insertFirst(document, styled);
}

const IDLE_LINE = /^(?:no active work(?: currently)?|none|n\/a|idle)[.!]?$/i;

/** The first fields of Active Work take the place of the line that says nothing is active. */
function insertFirst(document: StateDocument, lines: readonly string[]): Edit {
  const { text } = document;
  const section = document.known.active!.value;
  const idle = idleLine(document);
  if (idle) return { ...idle, text: lines.join(document.source.eol) };
  const blank = section.bodyStart < section.end && isBlankAt(text, section.bodyStart);
  const offset = blank ? nextLine(text, section.bodyStart) : section.bodyStart;
  return insertLines(document, offset, lines, { before: true, after: true });
}

/** The line that says nothing is active, where there is one. */
function idleLine(document: StateDocument): Span | undefined {
  if (!isIdle(document)) return undefined;
  const { text } = document;
  return document.known
    .active!.value.blocks.filter(({ type }) => type === "paragraph")
    .flatMap((block) => linesIn(text, block))
    .find(({ start, end }) => IDLE_LINE.test(text.slice(start, end).trim()));
}
