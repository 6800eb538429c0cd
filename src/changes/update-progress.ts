/** Save: the lists of the active work are replaced, Last Updated moves; what is not given stays. */
import { formatTime } from "../base/time.ts";
import type { Item } from "../document/items.ts";
import { parseQuestion } from "../document/question.ts";
import { activeEnd, STATE_SECTIONS, type StateDocument } from "../document/state.ts";
import { GLYPHS, hidePercentage, parseProgress } from "../document/values.ts";
import { encodeLine, encodeText } from "../syntax/escape.ts";
import { setValue } from "../syntax/fields.ts";
import type { Edit } from "../text/edit.ts";
import { startOfLine } from "../text/lines.ts";
import type { ProgressInput, QuestionInput } from "./inputs.ts";
import { type Entry, type ListStyle, makeItem, plainStyle, replaceItems } from "./list.ts";
import { endOfContent, insertLines, removeLines, settle } from "./place.ts";

export interface ProgressUpdate {
  readonly progress?: readonly ProgressInput[];
  readonly nextSteps?: readonly string[];
  readonly openQuestions?: readonly QuestionInput[];
}

export function updateProgress(document: StateDocument, update: ProgressUpdate, now: number): readonly Edit[] {
  const lists: SubsectionUpdate[] = [];
  if (update.progress) {
    const items = document.progress.map(({ item }) => item);
    lists.push({ name: "progress", items, entries: update.progress.map(progressEntry), style: PROGRESS_STYLE });
  }
  if (update.nextSteps) {
    const entries = update.nextSteps.map(plainEntry);
    lists.push({ name: "nextSteps", items: document.nextSteps, entries, style: plainStyle(true) });
  }
  if (update.openQuestions) {
    const items = document.openQuestions.map(({ item }) => item);
    const entries = update.openQuestions.map((input) => questionEntry(document, input));
    lists.push({ name: "openQuestions", items, entries, style: plainStyle(false) });
  }
  const replaced = lists.flatMap(({ name, items, entries, style }) => {
    const part = document.known[name];
    return part ? replaceItems(document, part.value, items, entries, style) : [];
  });
  const missing = lists.filter(({ name, entries }) => !document.known[name] && entries.length > 0);
  return settle([...touch(document, now), ...replaced, ...insertSubsections(document, missing)]);
}

interface SubsectionUpdate {
  readonly name: Subsection;
  readonly items: readonly Item[];
  readonly entries: readonly Entry[];
  readonly style: ListStyle;
}

type Subsection = "progress" | "nextSteps" | "openQuestions";

const ORDER: readonly Subsection[] = ["progress", "nextSteps", "openQuestions"];

/** New subsections stand before the next one of the format's order, or where the active work ends. */
function insertSubsections(document: StateDocument, missing: readonly SubsectionUpdate[]): readonly Edit[] {
  const { text } = document;
  const active = document.known.active!.value;
  const end = endOfContent(text, { start: active.bodyStart, end: activeEnd(document) });
  const byOffset = new Map<number, string[]>();
  for (const { name, entries, style } of missing) {
    const next = ORDER.slice(ORDER.indexOf(name)).find((other) => document.known[other]);
    const offset = next ? document.known[next]!.value.start : end;
    const items = entries.flatMap((entry, index) => makeItem(entry, style.ordered ? `${index + 1}.` : "-"));
    const lines = byOffset.get(offset) ?? [];
    byOffset.set(offset, [...lines, ...(lines.length > 0 ? [""] : []), `### ${STATE_SECTIONS[name].title}`, ...items]);
  }
  return [...byOffset].map(([offset, lines]) => insertLines(document, offset, lines, { before: true, after: true }));
}

/** Moves Last Updated to `now`. */
export function touch(document: StateDocument, now: number): readonly Edit[] {
  return document.lastUpdated ? [setValue(document.lastUpdated.field, formatTime(now))] : [];
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

const PROGRESS_STYLE: ListStyle = { ordered: false, keyOf: (item) => parseProgress(item.raw).text };

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
      if (input.decision === undefined) return [removeLines(document.text, arrow)];
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
