/** What can be saved, and whether it is what it should be. */
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { oneLine } from "../../base/line.ts";
import type { DecisionInput, FileInput, ProgressInput, QuestionInput, TestInput } from "../../changes/inputs.ts";

/** What is not given stays; the lists given replace the ones that are there, the rest is added to the work file. */
export interface SaveInput {
  readonly progress?: readonly ProgressInput[];
  readonly nextSteps?: readonly string[];
  readonly openQuestions?: readonly QuestionInput[];
  readonly log?: readonly string[];
  readonly decisions?: readonly DecisionInput[];
  readonly learnings?: readonly string[];
  readonly files?: readonly FileInput[];
  readonly tests?: readonly TestInput[];
  /** Leave the state file alone and write the log entry to the work file, for when the state file is damaged. */
  readonly offline?: boolean;
  /** Another issue than the active one: its paused plan takes the lists. With `offline` the issue whose work file is meant. */
  readonly issue?: number;
}

const STATUSES = ["completed", "in_progress", "pending", "blocked"];

/** What each of them is. */
export const SAVE_SHAPE: Shape<SaveInput> = {
  progress: { each: { status: STATUSES, text: "text", percentage: "number?" } },
  nextSteps: "texts?",
  openQuestions: { each: { question: "text", decision: "text?" } },
  log: "texts?",
  decisions: { each: { decision: "text", rationale: "text?", notes: "texts?" } },
  learnings: "texts?",
  files: { each: { path: "text", status: ["created", "modified"], changes: "texts?" } },
  tests: { each: { text: "text", done: "flag" } },
  offline: "flag?",
  issue: "issue?",
};

/** Every text is one line; what cannot be is refused before anything is read. */
export function cleanInput(input: SaveInput): SaveInput {
  const lines = (texts: readonly string[], name: string) => texts.map((text) => oneLine(text, name));
  return {
    ...input,
    ...(input.progress && { progress: input.progress.map(cleanProgress) }),
    ...(input.nextSteps && { nextSteps: lines(input.nextSteps, "a next step") }),
    ...(input.openQuestions && {
      openQuestions: input.openQuestions.map(({ question, decision }) => ({
        question: oneLine(question, "a question"),
        ...(decision !== undefined && { decision: oneLine(decision, "a decision") }),
      })),
    }),
    ...(input.log && { log: lines(input.log, "a log line") }),
    ...(input.learnings && { learnings: lines(input.learnings, "a learning") }),
    ...(input.decisions && {
      decisions: input.decisions.map(({ decision, rationale, notes }) => ({
        decision: oneLine(decision, "a decision"),
        ...(rationale !== undefined && { rationale: oneLine(rationale, "a rationale") }),
        ...(notes && { notes: lines(notes, "a note") }),
      })),
    }),
    ...(input.files && {
      files: input.files.map((file) => ({
        ...file,
        path: oneLine(file.path, "a file's path"),
        ...(file.changes && { changes: lines(file.changes, "a change") }),
      })),
    }),
    ...(input.tests && { tests: input.tests.map(({ text, done }) => ({ text: oneLine(text, "a test"), done })) }),
  };
}

function cleanProgress(item: ProgressInput): ProgressInput {
  const { percentage } = item;
  if (percentage !== undefined && !(Number.isInteger(percentage) && percentage >= 0 && percentage <= 100)) {
    throw new GateError(
      "INVALID_ARGUMENT",
      `Cannot use the percentage ${percentage}: expected a whole number from 0 to 100`,
    );
  }
  return { ...item, text: oneLine(item.text, "a progress item") };
}
