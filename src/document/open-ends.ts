/** What is not done of an issue, as its plan and its work file say. */
import { contentOf } from "./content.ts";
import { droppedItems } from "./dropped.ts";
import type { StateDocument } from "./state.ts";
import { type Proof, proofOf, testsIn } from "./tests.ts";
import type { WorkDocument } from "./work.ts";

/** What is left of an issue. */
export interface OpenEnds {
  /** The texts of the progress items that are not completed. */
  readonly openItems: readonly string[];
  /** The questions that are not decided. */
  readonly openQuestions: readonly string[];
  /** Items that were taken out since the start, and not completed. */
  readonly droppedItems: readonly string[];
  /** The texts of the completed items, by whether a run of a command proves them. */
  readonly proof: Proof;
}

/** What is left by the plan and the work file. */
export function endsOf(plan: StateDocument, work: WorkDocument | undefined, tree: string | undefined): OpenEnds {
  const { progressItems, openQuestions, started } = contentOf(plan);
  const texts = (completed: boolean) =>
    progressItems.filter(({ status }) => (status === "completed") === completed).map(({ text }) => text);
  return {
    openItems: texts(false),
    openQuestions: openQuestions.filter(({ decision }) => decision === undefined).map(({ question }) => question),
    droppedItems: work ? droppedItems(work, { since: started, there: progressItems.map(({ text }) => text) }) : [],
    proof: proofOf(texts(true), testsIn(work), tree),
  };
}
