/** Pausing an issue and coming back to it: its plan moves between the state file and its work file, to the byte. */
import { PAUSED_TITLE, pausedSection, readPlan } from "../document/paused.ts";
import { activeLists, parseState, STATE_SECTIONS, type StateDocument } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import { makeField } from "../syntax/fields.ts";
import { applyEdits, type Edit } from "../text/edit.ts";
import { isBlankBefore, linesIn } from "../text/lines.ts";
import { sourceOf } from "../text/source.ts";
import { endOfContent, insertLines, removeLines } from "./place.ts";
import { isIssue } from "./recent.ts";
import { insertSubsections, ORDER, type ProgressUpdate, updateProgress } from "./update-progress.ts";
import { EMPTY_UPDATE, updateWork, type WorkUpdate } from "./update-work.ts";

/** Keeps the plan of a state file in the work file of its issue, in place of one that is there, with a line in the log. */
export function pauseWork(work: WorkDocument, state: StateDocument, now: number): readonly Edit[] {
  return [
    ...updateWork(work, { ...EMPTY_UPDATE, log: ["Paused"], once: true }, now),
    ...setPlan(work, linesOfPlan(state)),
  ];
}

/** Changes the plan of a paused issue as a save changes the state file; the rest goes into its work file. */
export function updatePaused(
  work: WorkDocument,
  { plan, update }: { readonly plan: ProgressUpdate; readonly update: WorkUpdate },
  now: number,
): readonly Edit[] {
  const section = pausedSection(work);
  const before = readPlan(section ? work.text.slice(section.bodyStart, section.end) : "");
  const after = parseState(sourceOf(applyEdits(before.text, updateProgress(before, plan, now))));
  return [...updateWork(work, update, now), ...setPlan(work, linesOfPlan(after))];
}

/** The work file without a plan, as it is once the issue is active again or done. */
export function withoutPlan(work: WorkDocument): readonly Edit[] {
  return setPlan(work, []);
}

/** The lists of a plan, put into a state file that has none. */
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
  return fields.length + sections.length === 0 ? [] : [`## ${PAUSED_TITLE}`, "", ...fields, ...sections];
}

/** The lists of Active Work, a line each, as they stand. */
function listsOf(state: StateDocument): Readonly<Record<(typeof ORDER)[number], readonly string[]>> {
  const { text } = state;
  const items = activeLists(state);
  const linesOf = (name: (typeof ORDER)[number]) => {
    const lists = [...new Set(items[name].map(({ list }) => list))];
    return lists.flatMap((list, at) => {
      const lines = [...linesIn(text, list)].map(({ start, end }) => text.slice(start, end));
      return at === 0 ? lines : ["", ...lines];
    });
  };
  return { progress: linesOf("progress"), nextSteps: linesOf("nextSteps"), openQuestions: linesOf("openQuestions") };
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
