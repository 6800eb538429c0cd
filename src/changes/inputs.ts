/** What the changes are given: plain data, already one line each where a line is meant. */
import type { ProgressStatus } from "../document/values.ts";

export interface ProgressInput {
  readonly status: ProgressStatus;
  readonly text: string;
  /** 0 to 100, for work in progress. */
  readonly percentage?: number;
}

export interface QuestionInput {
  readonly question: string;
  /** What was decided, or `TBD…`; absent while undecided. */
  readonly decision?: string;
}

export interface DecisionInput {
  readonly decision: string;
  readonly rationale?: string;
  /** Further lines, such as alternatives and impact. */
  readonly notes?: readonly string[];
}

export interface FileInput {
  readonly path: string;
  readonly status: "created" | "modified";
  readonly changes?: readonly string[];
}

export interface TestInput {
  readonly text: string;
  readonly done: boolean;
}
