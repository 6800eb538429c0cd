/** What `save` is told in one word of the command line: an item with something behind a colon, an arrow or a box. */
import { parseProgress } from "../document/values.ts";
import type { DecisionInput, FileInput, ProgressInput, QuestionInput, TestInput } from "./inputs.ts";

/** A whole number at the end with `%` behind it, or directly behind a colon that follows neither a digit nor a space. */
const PERCENTAGE = /^(.*[^\s:(])(?:[\s:]+\(?|\s*\()(\d{1,3})\s?%\)?$|^(.*[^\s\d]):(\d{1,3})$/s;

/** `TEXT:PERCENT`, `TEXT PERCENT%` or `TEXT`; a number above 100 is text. */
export function readDoing(word: string): ProgressInput {
  const [, text = word, digits, before = text, behind = digits] = PERCENTAGE.exec(word.trim()) ?? [];
  const percentage = Number(behind);
  if (!(percentage <= 100)) return { status: "in_progress", text: word };
  return { status: "in_progress", text: before, percentage };
}

/** A progress line as it stands in the file, with its bullet or without. */
export function readProgress(word: string): ProgressInput {
  const { status, text, percentage } = parseProgress(word.trim().replace(/^[-*+]\s+/, ""));
  return { status, text, ...(percentage !== undefined && { percentage }) };
}

/** `QUESTION → DECISION` or `QUESTION`. */
export function readQuestion(word: string): QuestionInput {
  const match = /^(.*?\S)\s+(?:→|->|=>)\s+(?:decision:\s*)?(.*)$/is.exec(word);
  return match ? { question: match[1]!, decision: match[2]! } : { question: word };
}

/** `DECISION: RATIONALE` or `DECISION`. */
export function readDecision(word: string): DecisionInput {
  const match = /^(.*?\S):\s+(.*)$/s.exec(word);
  return match ? { decision: match[1]!, rationale: match[2]! } : { decision: word.replace(/:\s*$/, "") };
}

/** `PATH:created`, `PATH:modified`, or `PATH`, which was modified. */
export function readChangedFile(word: string): FileInput {
  const match = /^(.*):(created|modified)$/s.exec(word);
  return match ? { path: match[1]!, status: match[2] as FileInput["status"] } : { path: word, status: "modified" };
}

/** `[x] TEXT` for a test that passes; `[ ] TEXT` or `TEXT` for one that does not yet. */
export function readTest(word: string): TestInput {
  const match = /^\s*(?:[-*+]\s+)?\[([ xX])\]\s+(.*)$/s.exec(word);
  return match ? { text: match[2]!, done: match[1] !== " " } : { text: word, done: false };
}
