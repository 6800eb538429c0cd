/** Open questions: a line of text, and below it an arrow line that says what was decided. */
import type { Span } from "../text/edit.ts";
import { type Item, textOfItem } from "./items.ts";
import { parseArrow } from "./values.ts";

export interface QuestionReading {
  readonly question: string;
  /** The decision, or `TBD…` as it stands; `undefined` without an arrow line. */
  readonly decision?: string;
  /** The arrow line. */
  readonly arrow?: Span;
}

export function parseQuestion(item: Item, text: string): QuestionReading {
  const question = textOfItem(item);
  for (const arrow of item.below) {
    const decision = parseArrow(text.slice(arrow.start, arrow.end));
    if (decision !== undefined) return { question, decision, arrow };
  }
  return { question };
}
