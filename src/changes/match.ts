/**
 * Which item a person means by some of its words: the one that reads so, else the one
 * that begins so, else the one that has them somewhere. Case and the width of spaces
 * do not count.
 */
import { GateError } from "../base/errors.ts";
import { fold } from "../text/fold.ts";
import { quoted, spaced } from "./quote.ts";

/** The items that can be meant, by their places; of the best kind of match only. */
export function placesOf(texts: readonly string[], words: string): readonly number[] {
  const exact = samePlaces(texts, words);
  const key = keyOf(words);
  if (exact.length > 0 || key === "") return exact;
  const keys = texts.map(keyOf);
  const beginning = placesWhere(keys, (text) => text.startsWith(key));
  return beginning.length > 0 ? beginning : placesWhere(keys, (text) => text.includes(key));
}

/** The items that read as the words do, in the very case where one does. */
export function samePlaces(texts: readonly string[], words: string): readonly number[] {
  const same = placesWhere(texts, (text) => spaced(text) === spaced(words));
  return same.length > 0 ? same : placesWhere(texts, (text) => keyOf(text) === keyOf(words));
}

/** Says that the words mean several items. */
export function ambiguous(words: string, noun: string, texts: readonly string[]): GateError {
  return new GateError(
    "INVALID_ARGUMENT",
    `Cannot tell which ${noun} ${quoted(words)} means: it may be any of ${texts.length}`,
    {
      hint: `They are ${texts.map(quoted).join(", ")}. Give all the words of the one that is meant.`,
    },
  );
}

/** Says that no item has the words. */
export function unknown(words: string, noun: string, texts: readonly string[]): GateError {
  const there = texts.length === 0 ? "There are none." : `There are ${texts.map(quoted).join(", ")}.`;
  return new GateError("NOT_FOUND", `Cannot find ${quoted(words)}: no ${noun} has these words`, { hint: there });
}

function keyOf(text: string): string {
  return fold(spaced(text));
}

function placesWhere(texts: readonly string[], test: (text: string) => boolean): readonly number[] {
  return texts.flatMap((text, at) => (test(text) ? [at] : []));
}
