/** What the changes are given: plain data, already one line each where a line is meant. */
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
}
