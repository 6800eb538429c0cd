/** Save: the lists of the active work change, Last Updated moves; what is not named stays. */
import { formatTime } from "../base/time.ts";
import type { Item } from "../document/items.ts";
import { decisionOf, parseQuestion } from "../document/question.ts";
import { activeEnd, activeLists, STATE_SECTIONS, type StateDocument } from "../document/state.ts";
import { GLYPHS, hidePercentage, parseProgress } from "../document/values.ts";
import { encodeLine, encodeText } from "../syntax/escape.ts";
import { setUnderstood } from "../syntax/fields.ts";
import type { Edit } from "../text/edit.ts";
import { startOfLine } from "../text/lines.ts";
import { changesOf, type ListChanges, type Wanted } from "./amendment.ts";
import type { ProgressInput, ProgressUpdate, QuestionInput } from "./inputs.ts";
import { amendItems, type Entry, makeItems, replaceItems } from "./list.ts";
import { endOfContent, insertSections, joinEdits, removeLines } from "./place.ts";

type Subsection = keyof ReturnType<typeof activeLists>;

export const ORDER: readonly Subsection[] = ["progress", "nextSteps", "openQuestions"];

/** The edits of a save; see `changesOf` for what words mean and how it fails. */
export function updateProgress(document: StateDocument, update: ProgressUpdate, now: number): readonly Edit[] {
  return applyChanges(document, changesOf(document, update), now);
}

/** The edits that make these changes. */
export function applyChanges(document: StateDocument, changes: ListChanges, now: number): readonly Edit[] {
  const there = activeLists(document);
  const lists = {
    progress: mapWanted(changes.progress, progressEntry),
    nextSteps: mapWanted(changes.nextSteps, plainEntry),
    openQuestions: mapWanted(changes.openQuestions, (input) => questionEntry(document, input)),
  };
  const edits: Edit[] = [];
  const missing: { name: Subsection; lines: string[] }[] = [];
  for (const name of ORDER) {
    const wanted = lists[name];
    const ordered = name === "nextSteps";
    const section = document.known[name]?.value;
    const added = "whole" in wanted ? wanted.whole : wanted.added;
    const list = { items: there[name], ordered };
    if (section === undefined) {
      if (added.length > 0) missing.push({ name, lines: makeItems(added, ordered) });
    } else if ("whole" in wanted) {
      const keyOf = name === "progress" ? progressText : undefined;
      edits.push(...replaceItems(document, { section, ...list, entries: added }, keyOf));
    } else edits.push(...amendItems(document, { section, ...list }, wanted));
  }
  return joinEdits([...touch(document, now), ...edits, ...insertSubsections(document, missing)]);
}

function mapWanted<T>(wanted: Wanted<T>, entryOf: (input: T) => Entry): Wanted<Entry> {
  if ("whole" in wanted) return { whole: wanted.whole.map(entryOf) };
  const changed = new Map([...wanted.changed].map(([item, input]) => [item, entryOf(input)] as const));
  return { changed, dropped: wanted.dropped, added: wanted.added.map(entryOf) };
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
export function touch(document: Pick<StateDocument, "lastUpdated">, now: number): readonly Edit[] {
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
