/** What is kept of a state document, in plain values and without the document. */
import { contentOf, type StateContent } from "../../document/content.ts";
import type { StateDocument, StateHead } from "../../document/state.ts";

export interface StateSummary {
  /** What is compared with the facts; without the text, which whoever asks has read. */
  readonly head: Pick<StateHead, "lastUpdated" | "active">;
  /** The answer as far as it is the same at any time. */
  readonly content: StateContent;
}

export function summaryOf(document: StateDocument): StateSummary {
  const { lastUpdated, active } = document;
  return { head: { active, ...(lastUpdated && { lastUpdated }) }, content: contentOf(document) };
}
