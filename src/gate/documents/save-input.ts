/** What can be saved, and whether it is what it should be. */
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { manyLines, oneLine } from "../../base/line.ts";
import type { FreeTextUpdate } from "../../changes/free-text.ts";
import {
  CLEARABLE,
  type DecisionInput,
  type FileInput,
  type ProgressInput,
  type ProgressUpdate,
  type TestInput,
} from "../../changes/inputs.ts";
import { type ProofRun, printRun, readRun } from "../../document/tests.ts";

/** What is not named stays: items are found by their words and changed, others are added. */
export interface SaveInput extends ProgressUpdate, FreeTextUpdate {
  readonly log?: readonly string[];
  readonly decisions?: readonly DecisionInput[];
  readonly learnings?: readonly string[];
  readonly files?: readonly FileInput[];
  readonly tests?: readonly TestInput[];
  /** Markdown for the work file, in the place of the one that is there. */
  readonly description?: string;
  readonly approach?: string;
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
  addNext: "texts?",
  openQuestions: { each: { question: "text", decision: "text?" } },
  drop: "texts?",
  replace: "flag?",
  clear: { words: CLEARABLE },
  blockers: "texts?",
  unblock: "texts?",
  context: "texts?",
  description: "text?",
  approach: "text?",
  log: "texts?",
  decisions: { each: { decision: "text", rationale: "text?", notes: "texts?" } },
  learnings: "texts?",
  files: { each: { path: "text", status: ["created", "modified"], changes: "texts?" } },
  tests: { each: { text: "text", done: "flag", proof: "object?" } },
  offline: "flag?",
  issue: "issue?",
};

/** What each text of a list is called where it cannot be used. */
const TEXTS = {
  nextSteps: "a next step",
  addNext: "a next step",
  drop: "the words of an item",
  blockers: "a blocker",
  unblock: "the words of a blocker",
  context: "a line of context",
  log: "a log line",
  learnings: "a learning",
} as const;

/** Every text is one line; what cannot be is refused before anything is read, and so is a save of nothing. */
export function cleanInput(input: SaveInput): SaveInput {
  requireSomething(input);
  const lines = (texts: readonly string[], name: string) => texts.map((text) => oneLine(text, name));
  const texts = (Object.keys(TEXTS) as (keyof typeof TEXTS)[]).flatMap((key) => {
    const given = input[key];
    return given ? [[key, lines(given, TEXTS[key])] as const] : [];
  });
  return {
    ...input,
    ...Object.fromEntries(texts),
    ...(input.progress && { progress: input.progress.map(cleanProgress) }),
    ...(input.openQuestions && {
      openQuestions: input.openQuestions.map(({ question, decision }) => ({
        question: oneLine(question, "a question"),
        ...(decision !== undefined && { decision: oneLine(decision, "a decision") }),
      })),
    }),
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
    ...(input.tests && {
      tests: input.tests.map(({ text, done, proof }) => ({
        ...{ text: oneLine(text, "a test"), done },
        ...(proof && { proof: cleanRun(proof) }),
      })),
    }),
    ...(input.description !== undefined && { description: manyLines(input.description, "the description") }),
    ...(input.approach !== undefined && { approach: manyLines(input.approach, "the approach") }),
  };
}

/** An empty list says something where it is all there shall be. */
function requireSomething({ offline: _, issue: __, replace = false, nextSteps, ...lists }: SaveInput): void {
  const { progress, openQuestions } = lists;
  const isWhole = nextSteps !== undefined || (replace && (progress ?? openQuestions) !== undefined);
  if (isWhole || Object.values(lists).some((given) => typeof given === "string" || (given?.length ?? 0) > 0)) return;
  throw new GateError("INVALID_ARGUMENT", "Cannot save: nothing to save", {
    hint: "Say what was done, such as `gate save --done 'Wrote the tests'`; `gate help save` names all there is.",
  });
}

/** What is written of a run must read back as it. */
function cleanRun(run: ProofRun): ProofRun {
  const command = oneLine(run.command, "a command");
  const read = readRun(printRun({ ...run, command }));
  if (read && JSON.stringify(read) === JSON.stringify({ ...run, command })) return read;
  throw new GateError("INVALID_ARGUMENT", "Cannot record a run: it is none that `prove` makes");
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
