/** Open questions: a line of text, and below it an arrow line that says what was decided, or that it is not yet. */
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

/** What is decided; `TBD` is not, and what stands behind it is a note. */
export function decisionOf(arrow: string | undefined): {
  readonly decision: string | undefined;
  readonly note?: string;
} {
  const open = arrow === undefined ? undefined : /^tbd\b[ \t:.…–—-]{0,20}/i.exec(arrow);
  if (!open) return { decision: arrow };
  const note = arrow!.slice(open[0].length).trim();
  return { decision: undefined, ...(note !== "" && { note }) };
}

/** What stands behind the arrow of a question, as `decisionOf` reads it; `undefined` where there is no arrow. */
export function arrowOf({ decision, note }: ReturnType<typeof decisionOf>): string | undefined {
  return decision ?? (note === undefined ? undefined : `TBD: ${note}`);
}
