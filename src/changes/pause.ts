/** Pausing an issue and coming back to it: its plan moves between the state file and its work file, to the byte. */
import { normalTitle } from "../document/document.ts";
import { PAUSED_TITLE, PLAN_START, pausedPlan, pausedSection } from "../document/paused.ts";
import { activeLists, parseState, STATE_SECTIONS, type StateDocument } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import { makeField } from "../syntax/fields.ts";
import { applyEdits, type Edit } from "../text/edit.ts";
import { isBlankBefore, linesIn } from "../text/lines.ts";
import { sourceOf } from "../text/source.ts";
import type { ListChanges } from "./amendment.ts";
import { linesOfLists } from "./list.ts";
import { endOfContent, insertLines, removeLines } from "./place.ts";
import { isIssue } from "./recent.ts";
import { recoveredSection } from "./recovered.ts";
import { applyChanges, insertSubsections, ORDER } from "./update-progress.ts";
import { EMPTY_UPDATE, updateWork, type WorkUpdate } from "./update-work.ts";

/** Keeps the plan of a state file in the work file of its issue, with a line in the log. */
export function pauseWork(work: WorkDocument, state: StateDocument, now: number): readonly Edit[] {
  const lines = linesOfPlan(state);
  const before = pausedPlan(work);
  // A plan that is there already says what nobody has taken back; what of it is not in this one stays.
  const left = before ? [...restOf(before), ...unheldLines(before, lines)] : [];
  return [
    ...updateWork(work, { ...EMPTY_UPDATE, log: ["Paused"], once: true }, now),
    ...setPlan(work, left.length === 0 ? lines : [...lines, "", ...leftLines(left)]),
  ];
}

/** What becomes of a paused issue. */
export interface PausedChange {
  /** Its plan; that of no text where it has none. */
  readonly before: StateDocument;
  readonly changes: ListChanges;
  readonly update: WorkUpdate;
}

/** Changes the plan of a paused issue as a save changes the state file; the rest goes into its work file. */
export function updatePaused(
  work: WorkDocument,
  { before, changes, update }: PausedChange,
  now: number,
): readonly Edit[] {
  const section = pausedSection(work);
  const edits = applyChanges(before, changes, now);
  const logged = updateWork(work, update, now);
  if (section === undefined) {
    return [...logged, ...setPlan(work, linesOfPlan(parseState(sourceOf(applyEdits(before.text, edits)))))];
  }
  const offset = section.bodyStart - PLAN_START.length;
  return [...logged, ...edits.map((edit) => ({ ...edit, start: edit.start + offset, end: edit.end + offset }))];
}

/** The work file without a plan that is taken back or done; what is no part of a plan in it stays. */
export function withoutPlan(work: WorkDocument): readonly Edit[] {
  const plan = pausedPlan(work);
  return plan === undefined ? [] : setPlan(work, leftLines(restOf(plan)));
}

/** Whether a state file has all items of a plan, as after a start that was interrupted. */
export function holdsPlan(state: StateDocument, plan: StateDocument): boolean {
  return unheldLines(plan, linesOfPlan(state)).length === 0;
}

function unheldLines(plan: StateDocument, lines: readonly string[]): readonly string[] {
  const held = new Set(lines.map((line) => line.trim()));
  return Object.values(listsOf(plan))
    .flat()
    .filter((line) => !held.has(line.trim()));
}

/** The lines of a plan that are neither its fields nor in its lists. */
function restOf(plan: StateDocument): readonly string[] {
  const { text, active } = plan;
  const fields = [active.branch?.value, active.started?.field].flatMap((field) => field ?? []);
  const lists = Object.values(activeLists(plan)).flatMap((items) => items.map(({ list }) => list));
  const headings = plan.sections.flatMap(({ heading, title }) =>
    heading && OWN.has(normalTitle(title)) ? [heading] : [],
  );
  const own = [...fields, ...lists, ...headings];
  return linesIn(text, { start: 0, end: text.length })
    .filter(({ start, end }) => !own.some((span) => span.start < end && start < span.end))
    .map(({ start, end }) => text.slice(start, end))
    .filter((line) => line.trim() !== "");
}

const OWN: ReadonlySet<string> = new Set(Object.values(STATE_SECTIONS).map(({ title }) => normalTitle(title)));

function leftLines(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : recoveredSection(lines, { titled: false });
}

/** The lists of a plan, put where the state file has them; a section that it lacks is added. */
export function bringBack(document: StateDocument, plan: StateDocument): readonly Edit[] {
  const { text } = document;
  const missing = [];
  const edits: Edit[] = [];
  for (const name of ORDER) {
    const lines = listsOf(plan)[name];
    const section = document.known[name]?.value;
    if (lines.length === 0) continue;
    if (section === undefined) missing.push({ name, lines });
    else {
      const offset = endOfContent(text, { start: section.bodyStart, end: section.end });
      edits.push(insertLines(document, offset, lines, { before: offset > section.bodyStart, after: true }));
    }
  }
  return [...edits, ...insertSubsections(document, missing)];
}

/** What is active stands in Recent Work no more. */
export function withoutRecent(document: StateDocument, issue: number): readonly Edit[] {
  return document.recentWork
    .filter(({ reading }) => isIssue(reading.issue, String(issue)))
    .map(({ field }) => removeLines(document.text, field));
}

function linesOfPlan(state: StateDocument): readonly string[] {
  const { branch, started } = state.active;
  const fields = [
    ...(branch && branch.value.raw !== "" ? [makeField("Branch", branch.value.raw)] : []),
    ...(started && started.field.raw !== "" ? [makeField("Started", started.field.raw)] : []),
  ];
  const lists = listsOf(state);
  const sections = ORDER.flatMap((name) => {
    return lists[name].length === 0 ? [] : ["", `### ${STATE_SECTIONS[name].title}`, ...lists[name]];
  });
  return fields.length + sections.length === 0
    ? []
    : [`## ${PAUSED_TITLE}`, ...(fields.length === 0 ? [] : ["", ...fields]), ...sections];
}

/** The lists of Active Work, a line each, as they stand. */
function listsOf(state: StateDocument): Readonly<Record<(typeof ORDER)[number], readonly string[]>> {
  const { progress, nextSteps, openQuestions } = activeLists(state);
  return {
    progress: linesOfLists(state.text, progress),
    nextSteps: linesOfLists(state.text, nextSteps),
    openQuestions: linesOfLists(state.text, openQuestions),
  };
}

/** Puts a plan where one is, or before the log; without lines the one that is there goes. */
function setPlan(work: WorkDocument, lines: readonly string[]): readonly Edit[] {
  const { text } = work;
  const section = pausedSection(work);
  if (section) {
    const { eol } = work.source;
    if (lines.length === 0)
      return [{ start: section.start, end: section.end, text: isBlankBefore(text, section.start) ? "" : eol }];
    const end = endOfContent(text, section);
    return [{ start: section.start, end, text: `${lines.join(eol)}${/[\r\n]$/.test(text.slice(0, end)) ? eol : ""}` }];
  }
  if (lines.length === 0) return [];
  const offset = work.known.progressLog?.value.start ?? text.length;
  return [insertLines(work, offset, lines, { before: true, after: true })];
}
