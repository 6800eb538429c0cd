/** What the changes are given: plain data, already one line each where a line is meant. */
import type { ProofRun } from "../document/tests.ts";
import type { ProgressStatus } from "../document/values.ts";

/** An item of Progress; its text is one line. */
export interface ProgressInput {
  readonly status: ProgressStatus;
  readonly text: string;
  /** 0 to 100, for work in progress. */
  readonly percentage?: number;
}

/** An item of Open Questions; each text is one line. */
export interface QuestionInput {
  readonly question: string;
  /** What was decided, or `TBD…`; absent while undecided. */
  readonly decision?: string;
}

/** A decision for the work file; each text is one line. */
export interface DecisionInput {
  readonly decision: string;
  readonly rationale?: string;
  /** Further lines, such as alternatives and impact. */
  readonly notes?: readonly string[];
}

/** A file that the work has made or changed, for the work file. */
export interface FileInput {
  readonly path: string;
  readonly status: "created" | "modified";
  readonly changes?: readonly string[];
}

/** An item of the tests in a work file; its text is one line. */
export interface TestInput {
  readonly text: string;
  readonly done: boolean;
  /** The run that says so, in place of an earlier one. */
  readonly proof?: ProofRun;
}

/** The lists that a save can empty, by the words for it. */
export const CLEARABLE = ["progress", "next", "questions", "blockers", "context"] as const;

export type Clearable = (typeof CLEARABLE)[number];

/** What a save says of the lists of the active work; what it does not name stays. Each text is one line. */
export interface ProgressUpdate {
  /** An item that is there takes the status and percentage, in its place and with its words; another one is added. */
  readonly progress?: readonly ProgressInput[];
  /** The next steps, all of them. */
  readonly nextSteps?: readonly string[];
  /** Next steps that are added. */
  readonly addNext?: readonly string[];
  /** A question that is there takes the decision; another one is added. */
  readonly openQuestions?: readonly QuestionInput[];
  /** Words of items that go: of Progress, else of Next Steps, else of Open Questions. */
  readonly drop?: readonly string[];
  /** Whether the progress and the questions given are all there shall be. */
  readonly replace?: boolean;
  /** Lists that are emptied before anything is added. */
  readonly clear?: readonly Clearable[];
}
