/** What a save changes in the lists of the active work, found by the words of their items. */
import { type Item, textOfItem } from "../document/items.ts";
import type { QuestionReading } from "../document/question.ts";
import type { StateDocument } from "../document/state.ts";
import type { ProgressReading } from "../document/values.ts";
import type { ProgressInput, ProgressUpdate, QuestionInput } from "./inputs.ts";
import { ambiguous, placesOf, samePlaces, unknown } from "./match.ts";
import { spaced } from "./quote.ts";

/** What of a list changes; the rest of it stays as it is. */
export interface Amendment<T> {
  /** What items that are there become, with the words that they have. */
  readonly changed: ReadonlyMap<Item, T>;
  readonly dropped: readonly Item[];
  /** What comes behind the last one. */
  readonly added: readonly T[];
}

/** What shall become of a list: all of it anew, or changes in it. */
export type Wanted<T> = { readonly whole: readonly T[] } | Amendment<T>;

export interface ListChanges {
  readonly progress: Wanted<ProgressInput>;
  readonly nextSteps: Wanted<string>;
  readonly openQuestions: Wanted<QuestionInput>;
}

/** An item as it is found by its words. */
interface Named<Reading = unknown> {
  readonly item: Item;
  readonly text: string;
  readonly reading: Reading;
}

/** How what is given for a list is put to an item that is there, or that was given before. */
interface Kind<T, Reading> {
  readonly noun: string;
  textOf(given: T): string;
  /** Whether an item that has only some of the words can be meant. */
  meansPart(given: T, there: Reading): boolean;
  /** Whether nothing is left to be done about an item: of several that read the same another one is meant. */
  isSettled(there: Reading): boolean;
  onto(given: T, before: Pick<Named<Reading>, "text" | "reading">): T;
}

const PROGRESS: Kind<ProgressInput, Pick<ProgressReading, "status" | "percentage">> = {
  noun: "progress item",
  textOf: ({ text }) => text,
  // What is still to do is not what is done already: that is named in full to be open again.
  meansPart: ({ status }, there) => status !== "pending" || there.status !== "completed",
  isSettled: ({ status }) => status === "completed",
  onto: ({ status, percentage: given }, { text, reading }) => {
    // That it goes on does not say that it is no longer as far as it was.
    const goesOn = status === "in_progress" && reading.status === "in_progress";
    const percentage = given ?? (goesOn ? reading.percentage : undefined);
    return { status, text, ...(percentage !== undefined && { percentage }) };
  },
};

const QUESTION: Kind<QuestionInput, Pick<QuestionReading, "decision">> = {
  noun: "open question",
  textOf: ({ question }) => question,
  // Who asks does not answer: only a decision is for a question that is there.
  meansPart: ({ decision }) => decision !== undefined,
  isSettled: ({ decision }) => decision !== undefined,
  onto: ({ decision: given }, { text, reading }) => {
    const decision = given ?? reading.decision;
    return { question: text, ...(decision !== undefined && { decision }) };
  },
};

/**
 * What a save changes. Fails with `INVALID_ARGUMENT` where words could mean several items, and
 * with `NOT_FOUND` where an item that is to go is none of those that are there.
 */
export function changesOf(document: StateDocument, update: ProgressUpdate): ListChanges {
  const { clear = [], replace = false, progress, nextSteps, addNext = [], openQuestions } = update;
  const there = {
    progress: document.progress.map(({ item, reading }) => ({ item, text: reading.text, reading })),
    nextSteps: document.nextSteps.map((item) => ({ item, text: textOfItem(item), reading: undefined })),
    openQuestions: document.openQuestions.map(({ item, reading }) => ({ item, text: reading.question, reading })),
  };
  const isWhole = {
    progress: clear.includes("progress") || (replace && progress !== undefined),
    nextSteps: clear.includes("next") || nextSteps !== undefined,
    openQuestions: clear.includes("questions") || (replace && openQuestions !== undefined),
  };
  const names = ["progress", "nextSteps", "openQuestions"] as const;
  const dropped = dropsOf(
    names.filter((name) => !isWhole[name]).map((name) => there[name]),
    update.drop ?? [],
  );
  return {
    progress: isWhole.progress ? { whole: progress ?? [] } : amend(there.progress, dropped, progress ?? [], PROGRESS),
    nextSteps: isWhole.nextSteps
      ? { whole: [...(nextSteps ?? []), ...addNext] }
      : addSteps(there.nextSteps, dropped, addNext),
    openQuestions: isWhole.openQuestions
      ? { whole: openQuestions ?? [] }
      : amend(there.openQuestions, dropped, openQuestions ?? [], QUESTION),
  };
}

/** The texts of the items of Progress that are not there yet. */
export function addedBy(document: StateDocument, { progress }: ListChanges): readonly string[] {
  const known = new Set(document.progress.map(({ reading }) => spaced(reading.text)));
  const given = "whole" in progress ? progress.whole : progress.added;
  return given.map(({ text }) => text).filter((text) => !known.has(spaced(text)));
}

/** The items of Progress that are not there afterwards. */
export function goneFrom(document: StateDocument, change: ListChanges["progress"]): StateDocument["progress"] {
  if (!("whole" in change)) return document.progress.filter(({ item }) => change.dropped.includes(item));
  const kept = new Set(change.whole.map(({ text }) => spaced(text)));
  return document.progress.filter(({ reading }) => reading.text !== "" && !kept.has(spaced(reading.text)));
}

/** The items that go, each looked for in one list after the other. */
function dropsOf(lists: readonly (readonly Named[])[], drop: readonly string[]): ReadonlySet<Item> {
  const dropped = new Set<Item>();
  for (const words of drop) {
    const left = lists.map((list) => list.filter(({ item }) => !dropped.has(item)));
    const found = left
      .map((list) => placesOf(textsOf(list), words).map((at) => list[at]!))
      .find(({ length }) => length > 0);
    if (!found) throw unknown(words, "progress item, next step or open question", textsOf(left.flat()));
    // Of items that read the same, any one can go.
    if (new Set(textsOf(found)).size > 1) throw ambiguous(words, "item", textsOf(found));
    dropped.add(found[0]!.item);
  }
  return dropped;
}

/** Whoever names an item in full means that one; what is left is looked for among the others. */
function amend<T extends Reading, Reading>(
  there: readonly Named<Reading>[],
  dropped: ReadonlySet<Item>,
  given: readonly T[],
  { noun, textOf, meansPart, isSettled, onto }: Kind<T, Reading>,
): Amendment<T> {
  const left = there.filter(({ item }) => !dropped.has(item));
  const changed = new Map<Item, T>();
  /** Of items that read the same: one that nothing was said of yet, rather one that is not settled. */
  const pick = (same: readonly Named<Reading>[]) => {
    const free = same.filter(({ item }) => !changed.has(item));
    return free.find(({ reading }) => !isSettled(reading)) ?? free[0] ?? same.at(-1);
  };
  const rest = given.filter((input) => {
    const same = samePlaces(textsOf(left), textOf(input)).map((at) => left[at]!);
    const one = pick(same);
    if (one) changed.set(one.item, onto(input, one));
    return one === undefined;
  });
  const others = left.filter(({ item }) => !changed.has(item));
  const added = new Map<string, T>();
  for (const input of rest) {
    const meant = others.filter(({ reading }) => meansPart(input, reading));
    const found = placesOf(textsOf(meant), textOf(input)).map((at) => meant[at]!);
    if (new Set(textsOf(found).map(spaced)).size > 1) throw ambiguous(textOf(input), noun, textsOf(found));
    const one = pick(found);
    const text = textOf(input);
    const before = added.get(spaced(text));
    if (one) changed.set(one.item, onto(input, one));
    else added.set(spaced(text), before ? onto(input, { text, reading: before }) : input);
  }
  return { changed, dropped: itemsOf(there, dropped), added: [...added.values()] };
}

/** A step that is there is not added again. */
function addSteps(there: readonly Named[], dropped: ReadonlySet<Item>, steps: readonly string[]): Amendment<string> {
  const known = new Set(there.filter(({ item }) => !dropped.has(item)).map(({ text }) => spaced(text)));
  const added = [...new Map(steps.map((text) => [spaced(text), text])).values()];
  return {
    changed: new Map(),
    dropped: itemsOf(there, dropped),
    added: added.filter((text) => !known.has(spaced(text))),
  };
}

function itemsOf(there: readonly Named[], dropped: ReadonlySet<Item>): readonly Item[] {
  return there.flatMap(({ item }) => (dropped.has(item) ? [item] : []));
}

function textsOf(items: readonly Named[]): readonly string[] {
  return items.map(({ text }) => text);
}
