/**
 * Which texts of a document are from outside, and which of those are not to be handed over:
 * found once (`find-marks`) and cached with what the document says, so that who tells an agent
 * of it reads no text again.
 */

/** A text that is from outside. */
export interface Mark {
  /** Since when, in milliseconds since the epoch. */
  readonly since: number;
  /** It reads like an instruction, or names something to run. */
  readonly isHeld: boolean;
}

/** The marks of what a document says; nothing is marked while both are empty. */
export interface Marks {
  /** Since when all is from outside that is not named. */
  readonly rest?: number | undefined;
  readonly named: readonly (Mark & { readonly text: string })[];
}

/** Tells the mark of a text, or of several that are told in one line; `undefined` for what came through the gate. */
export type AskMark = (...texts: readonly (string | undefined)[]) => Mark | undefined;

/** Looks texts up in marks; without any all came through the gate. */
export function askMark(marks: Marks | undefined): AskMark {
  if (marks === undefined) return () => undefined;
  const { rest, named } = marks;
  const all = rest === undefined ? undefined : { since: rest, isHeld: false };
  const known = new Map(named.map(({ text, ...mark }) => [text, mark]));
  return (...texts) => known.get(oneLine(texts)) ?? all;
}

/** Texts as they stand in one line. */
export function oneLine(texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join(" → ");
}
