/**
 * What a save takes away that it may not have meant to: completed work that is no
 * longer recorded, and lists of which little is left. Words for a warning; whether
 * the list was meant to be shorter, only the user knows.
 */
import { textOfItem } from "../document/items.ts";
import type { StateDocument } from "../document/state.ts";
import type { ProgressInput } from "./inputs.ts";
import type { ProgressUpdate } from "./update-progress.ts";

const MOST_NAMED = 3;
/** Characters of an item's text in a warning. */
const LONGEST = 60;
const SMALLEST = 2;
const WAY_BACK = "gate undo brings them back";

/** A sentence for each thing that is lost, none for an ordinary save; lists that are not given stay as they are. */
export function regressionsOf(document: StateDocument, update: ProgressUpdate): readonly string[] {
  const { progress, nextSteps, openQuestions } = update;
  const lost = progress ? progressLosses(document, progress) : [];
  const steps = document.nextSteps.map(textOfItem);
  // Steps that were taken give way to others in every ordinary save; only a list that shrinks is worth a word.
  if (nextSteps && isMost(steps.length - nextSteps.length, steps.length)) {
    lost.push(...dropped("next steps", steps, nextSteps));
  }
  if (openQuestions) {
    const questions = document.openQuestions.map(({ reading }) => reading.question);
    const after = openQuestions.map(({ question }) => question);
    lost.push(...dropped("open questions", questions, after));
  }
  return lost;
}

function progressLosses(document: StateDocument, progress: readonly ProgressInput[]): string[] {
  const kept = new Map<string, ProgressInput>();
  for (const item of progress) {
    const key = keyOf(item.text);
    if (kept.get(key)?.status !== "completed") kept.set(key, item);
  }
  const readings = document.progress.map(({ reading }) => reading);
  const completed = distinct(readings.flatMap(({ status, text }) => (status === "completed" ? [text] : [])));
  const removed = completed.filter((text) => !kept.has(keyOf(text)));
  const reopened = completed.flatMap((text) => {
    const now = kept.get(keyOf(text));
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
  const kept = new Set(after.map(keyOf));
  const all = distinct(before);
  const gone = all.filter((text) => !kept.has(keyOf(text)));
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
  return [...new Map(texts.map((text) => [keyOf(text), text])).values()].filter((text) => text !== "");
}

/** Spaces are typed one way and written another. */
function keyOf(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun} is` : `${number} ${noun}s are`;
}

function named(texts: readonly string[]): string {
  return listed(texts.map(quoted));
}

function listed(words: readonly string[]): string {
  const more = words.length > MOST_NAMED ? ` and ${words.length - MOST_NAMED} more` : "";
  return words.slice(0, MOST_NAMED).join(", ") + more;
}

function quoted(text: string): string {
  const characters = [...keyOf(text).slice(0, 4 * LONGEST)];
  return `"${characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("")}…` : characters.join("")}"`;
}
