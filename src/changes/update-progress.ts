/** Save: the lists of the active work are replaced, Last Updated moves; what is not given stays. */
import { formatTime } from "../base/time.ts";
import type { Item } from "../document/items.ts";
import { decisionOf, parseQuestion } from "../document/question.ts";
import { activeEnd, activeLists, STATE_SECTIONS, type StateDocument } from "../document/state.ts";
import { GLYPHS, hidePercentage, parseProgress } from "../document/values.ts";
import { encodeLine, encodeText } from "../syntax/escape.ts";
import { setUnderstood } from "../syntax/fields.ts";
import type { Edit } from "../text/edit.ts";
import { startOfLine } from "../text/lines.ts";
import type { ProgressInput, QuestionInput } from "./inputs.ts";
import { type Entry, makeItems, replaceItems } from "./list.ts";
import { endOfContent, insertSections, joinEdits, removeLines } from "./place.ts";

export interface ProgressUpdate {
  readonly progress?: readonly ProgressInput[];
  readonly nextSteps?: readonly string[];
  readonly openQuestions?: readonly QuestionInput[];
}

type Subsection = keyof ReturnType<typeof activeLists>;

export const ORDER: readonly Subsection[] = ["progress", "nextSteps", "openQuestions"];

export function updateProgress(document: StateDocument, update: ProgressUpdate, now: number): readonly Edit[] {
  const items = activeLists(document);
  const entries: { readonly [name in Subsection]: readonly Entry[] | undefined } = {
    progress: update.progress?.map(progressEntry),
    nextSteps: update.nextSteps?.map(plainEntry),
    openQuestions: update.openQuestions?.map((input) => questionEntry(document, input)),
  };
  const lists = ORDER.flatMap((name) => {
    const wanted = entries[name];
    return wanted ? [{ name, items: items[name], entries: wanted, ordered: name === "nextSteps" }] : [];
  });
  const replaced = lists.flatMap((list) => {
    const section = document.known[list.name]?.value;
    const keyOf = list.name === "progress" ? progressText : undefined;
    return section ? replaceItems(document, { section, ...list }, keyOf) : [];
  });
  const missing = lists
    .filter((list) => !document.known[list.name] && list.entries.length > 0)
    .map(({ name, entries: wanted, ordered }) => ({ name, lines: makeItems(wanted, ordered) }));
  return joinEdits([...touch(document, now), ...replaced, ...insertSubsections(document, missing)]);
}

/** New subsections, by the lines of their lists, stand before the next one of the format's order, or where the active work ends. */
export function insertSubsections(
  document: StateDocument,
  lists: readonly { readonly name: Subsection; readonly lines: readonly string[] }[],
): readonly Edit[] {
  const { bodyStart: start } = document.known.active!.value;
  const sections = lists.map(({ name, lines }) => ({ name, lines: [`### ${STATE_SECTIONS[name].title}`, ...lines] }));
  return insertSections(document, sections, ORDER, endOfContent(document.text, { start, end: activeEnd(document) }));
}

/** Moves Last Updated to `now`. */
export function touch(document: StateDocument, now: number): readonly Edit[] {
  return document.lastUpdated ? [setUnderstood(document.lastUpdated.field, formatTime(now))] : [];
}

export function plainEntry(text: string): Entry {
  return { key: text, line: encodeLine(text) };
}

/** The line of a progress item: glyph, text, and the percentage of work in progress. */
export function progressLine(input: ProgressInput): string {
  return `${GLYPHS[input.status]} ${hidePercentage(encodeText(input.text))}${percentOf(input)}`;
}

function percentOf(input: ProgressInput): string {
  return input.percentage === undefined ? "" : ` (${input.percentage}% done)`;
}

function progressText(item: Item): string {
  return parseProgress(item.raw).text;
}

function progressEntry(input: ProgressInput): Entry {
  return {
    key: input.text,
    line: progressLine(input),
    rewrite(item) {
      const old = parseProgress(item.raw);
      const edits: Edit[] = [];
      if (!old.marked || old.status !== input.status) {
        const { start } = item.textSpan;
        edits.push({ start, end: start + old.textStart, text: `${GLYPHS[input.status]} ` });
      }
      if (old.percentage !== input.percentage) {
        const { end } = item.lastSpan;
        edits.push({ start: end - (item.raw.length - old.textEnd), end, text: percentOf(input) });
      }
      return edits;
    },
  };
}

/** The arrow line below a question. */
export function arrowLine(decision: string): string {
  return `→ ${/^TBD\b/.test(decision) ? "" : "Decision: "}${encodeText(decision)}`;
}

function questionEntry(document: StateDocument, input: QuestionInput): Entry {
  return {
    key: input.question,
    line: encodeLine(input.question),
    below: input.decision === undefined ? [] : [arrowLine(input.decision)],
    rewrite(item) {
      const { decision, arrow } = parseQuestion(item, document.text);
      if (decision === input.decision) return [];
      if (!arrow) return [arrowBelow(document, item, input.decision!)];
      if (input.decision === undefined) {
        // That it is open is what both say; what was noted of it stays.
        return decisionOf(decision).decision === undefined ? [] : [removeLines(document.text, arrow)];
      }
      const bullet = /^[-*+]\s+/.exec(document.text.slice(arrow.start, arrow.end))?.[0] ?? "";
      return [{ ...arrow, text: bullet + arrowLine(input.decision) }];
    },
  };
}

function arrowBelow(document: StateDocument, item: Item, decision: string): Edit {
  const column = item.textSpan.start - startOfLine(document.text, item.textSpan.start);
  const added = document.source.eol + " ".repeat(column) + arrowLine(decision);
  return { start: item.lastSpan.end, end: item.lastSpan.end, text: added };
}
