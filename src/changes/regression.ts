/**
 * What a save takes away that it may not have meant to: completed work that is no
 * longer recorded, and lists of which little is left. Words for a warning; whether
 * the list was meant to be shorter, only the user knows.
 */
import { type Item, textOfItem } from "../document/items.ts";
import type { StateDocument } from "../document/state.ts";
import type { ListChanges, Wanted } from "./amendment.ts";
import type { ProgressInput } from "./inputs.ts";
import { placesOf } from "./match.ts";
import { listed, quoted, spaced } from "./quote.ts";

const SMALLEST = 2;
const WAY_BACK = "gate undo brings them back";

/** A sentence for each thing that is lost, none for an ordinary save. */
export function regressionsOf(document: StateDocument, changes: ListChanges): readonly string[] {
  const progress = document.progress.map(({ item, reading }) => ({ item, input: reading }));
  const lost = progressLosses(document, afterwards(progress, changes.progress));
  const steps = document.nextSteps.map((item) => ({ item, input: textOfItem(item) }));
  const left = afterwards(steps, changes.nextSteps);
  // Steps that were taken give way to others in every ordinary save; only a list that shrinks is worth a word.
  if (isMost(steps.length - left.length, steps.length)) {
    lost.push(
      ...dropped(
        "next steps",
        steps.map(({ input }) => input),
        left,
      ),
    );
  }
  const questions = document.openQuestions.map(({ item, reading }) => ({ item, input: reading }));
  const textsOf = (list: readonly { readonly question: string }[]) => list.map(({ question }) => question);
  const before = textsOf(questions.map(({ input }) => input));
  const gone = dropped("open questions", before, textsOf(afterwards(questions, changes.openQuestions)));
  return [...lost, ...gone, ...misread(document, changes.progress)];
}

/** A number behind the words of an item, which is not written as a percentage or is none. */
const NUMBER_BEHIND = /^(.*[^\s:])(?::\s*|\s+)-?\d+\s?%?$/s;

/** What looks like the percentage of an item that is there, but became a new item. */
function misread(document: StateDocument, wanted: ListChanges["progress"]): readonly string[] {
  if ("whole" in wanted) return [];
  const texts = document.progress.map(({ reading }) => reading.text);
  return wanted.added.flatMap(({ text }) => {
    const words = NUMBER_BEHIND.exec(text)?.[1];
    if (words === undefined || placesOf(texts, words).length !== 1) return [];
    const form = `${quoted(`${words}:40`)} says how far ${quoted(texts[placesOf(texts, words)[0]!]!)} is, from 0 to 100`;
    return [`${quoted(text)} is a new item; ${form}`];
  });
}

/** The list as it will stand. */
function afterwards<T>(there: readonly { readonly item: Item; readonly input: T }[], wanted: Wanted<T>): readonly T[] {
  if ("whole" in wanted) return wanted.whole;
  const { changed, dropped: gone, added } = wanted;
  const left = there.filter(({ item }) => !gone.includes(item));
  return [...left.map(({ item, input }) => changed.get(item) ?? input), ...added];
}

function progressLosses(document: StateDocument, progress: readonly ProgressInput[]): string[] {
  const kept = new Map<string, ProgressInput>();
  for (const item of progress) {
    const key = spaced(item.text);
    if (kept.get(key)?.status !== "completed") kept.set(key, item);
  }
  const readings = document.progress.map(({ reading }) => reading);
  const completed = distinct(readings.flatMap(({ status, text }) => (status === "completed" ? [text] : [])));
  const removed = completed.filter((text) => !kept.has(spaced(text)));
  const reopened = completed.flatMap((text) => {
    const now = kept.get(spaced(text));
    return now && now.status !== "completed" ? [`${quoted(text)} is ${STATES[now.status]}`] : [];
  });
  const lost: string[] = [];
  if (removed.length > 0) {
    lost.push(`${count(removed.length, "completed item")} no longer in Progress: ${named(removed)}; ${WAY_BACK}`);
  }
  if (reopened.length > 0) {
    lost.push(`${count(reopened.length, "completed item")} open again: ${listed(reopened)}; gate undo takes that back`);
  }
  const textsOf = (list: readonly { readonly text: string }[]) => list.map(({ text }) => text);
  return [...lost, ...dropped("progress items", textsOf(readings), textsOf(progress), removed)];
}

const STATES = { in_progress: "in progress", pending: "pending", blocked: "blocked" } as const;

/** A sentence where more than half of a list is gone, unless all of it stands in another sentence (`reported`). */
function dropped(
  name: string,
  before: readonly string[],
  after: readonly string[],
  reported: readonly string[] = [],
): readonly string[] {
  const kept = new Set(after.map(spaced));
  const all = distinct(before);
  const gone = all.filter((text) => !kept.has(spaced(text)));
  const further = gone.filter((text) => !reported.includes(text));
  if (!isMost(gone.length, all.length) || further.length === 0) return [];
  const names = [...further, ...gone.filter((text) => !further.includes(text))];
  return [`${gone.length} of ${all.length} ${name} are gone: ${named(names)}; ${WAY_BACK}`];
}

/** Whether a list is to lose more than half of its items; one of a single item has no half. */
function isMost(lost: number, of: number): boolean {
  return of >= SMALLEST && lost * 2 > of;
}

/** The texts that say something, each once. */
function distinct(texts: readonly string[]): readonly string[] {
  return [...new Map(texts.map((text) => [spaced(text), text])).values()].filter((text) => text !== "");
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun} is` : `${number} ${noun}s are`;
}

function named(texts: readonly string[]): string {
  return listed(texts.map(quoted));
}
