/**
 * What `save` is given as programs give them, by `--from-json` or a tool. Strict: a
 * key that is not known and a value of another type are refused by name, because
 * what is dropped in silence is lost. `null` for something that may be absent is
 * absent, as it is in the program's own answers.
 */
import { GateError } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";
import { printable } from "../../base/line.ts";
import {
  CLEARABLE,
  type DecisionInput,
  type FileInput,
  type ProgressInput,
  type QuestionInput,
  type TestInput,
} from "../../changes/inputs.ts";
import { readChangedFile, readDecision, readTest } from "../../changes/item-words.ts";
import { arrowOf } from "../../document/question.ts";
import type { SaveInput } from "./save.ts";

export type SaveLists = Omit<SaveInput, "offline" | "issue">;

/** Reads the lists from a value; `INVALID_ARGUMENT` names the key and index of what is wrong. */
export function readSaveLists(value: unknown): SaveLists {
  const root = readObject(value, "", KEYS);
  const one = <T>(key: (typeof KEYS)[number], read: Reader<T>) =>
    root[key] === undefined ? undefined : read(root[key], key);
  const list = <T>(key: (typeof KEYS)[number], read: Reader<T>) =>
    one(key, (value, path) => readList(value, path, read));
  const lists = {
    progress: list("progress_items", readProgressItem),
    nextSteps: list("next_steps", readText),
    addNext: list("add_next", readText),
    openQuestions: list("open_questions", readQuestionItem),
    drop: list("drop", readText),
    replace: one("replace", readFlag),
    clear: list("clear", (value, path) => readWord(value, path, CLEARABLE)),
    blockers: list("blockers", readText),
    unblock: list("unblock", readText),
    context: list("context", readText),
    description: one("description", readText),
    approach: one("approach", readText),
    log: list("log", readText),
    decisions: list("decisions", readDecisionItem),
    learnings: list("learnings", readText),
    files: list("files", readFileItem),
    tests: list("tests", readTestItem),
  };
  return Object.fromEntries(Object.entries(lists).filter(([, value]) => value !== undefined));
}

const KEYS = [
  "progress_items",
  "next_steps",
  "add_next",
  "open_questions",
  "drop",
  "replace",
  "clear",
  "blockers",
  "unblock",
  "context",
  "description",
  "approach",
  "log",
  "decisions",
  "learnings",
  "files",
  "tests",
] as const;

const STATUSES = ["completed", "in_progress", "pending", "blocked"] as const;

/** Reads a value; `path` says where it stands, for messages. */
type Reader<T> = (value: unknown, path: string) => T;

function readProgressItem(value: unknown, path: string): ProgressInput {
  const item = readObject(value, path, ["status", "text", "percentage"]);
  const { percentage } = item;
  if (
    percentage !== undefined &&
    !(Number.isInteger(percentage) && 0 <= Number(percentage) && Number(percentage) <= 100)
  ) {
    throw wrong(`${path}.percentage`, "a whole number from 0 to 100", percentage);
  }
  return {
    status: readWord(item.status, `${path}.status`, STATUSES),
    text: readText(item.text, `${path}.text`),
    ...(percentage !== undefined && { percentage: Number(percentage) }),
  };
}

function readQuestionItem(value: unknown, path: string): QuestionInput {
  const item = readObject(value, path, ["question", "decision", "note"]);
  const question = readText(item.question, `${path}.question`);
  const note = item.note === undefined ? undefined : readText(item.note, `${path}.note`);
  const decision = item.decision === undefined ? undefined : readText(item.decision, `${path}.decision`);
  const arrow = arrowOf({ decision, ...(note !== undefined && { note }) });
  return { question, ...(arrow !== undefined && { decision: arrow }) };
}

function readDecisionItem(value: unknown, path: string): DecisionInput {
  if (typeof value === "string") return readDecision(value);
  const item = readObject(value, path, ["decision", "rationale", "notes", "alternatives", "impact"]);
  const notes = [
    ...readTexts(item.notes, `${path}.notes`),
    ...labelled("Alternatives", readTexts(item.alternatives, `${path}.alternatives`)),
    ...labelled("Impact", readTexts(item.impact, `${path}.impact`)),
  ];
  return {
    decision: readText(item.decision, `${path}.decision`),
    ...(item.rationale !== undefined && { rationale: readText(item.rationale, `${path}.rationale`) }),
    ...(notes.length > 0 && { notes }),
  };
}

function labelled(label: string, texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : [`${label}: ${texts.join("; ")}`];
}

function readFileItem(value: unknown, path: string): FileInput {
  if (typeof value === "string") return readChangedFile(value);
  const item = readObject(value, path, ["path", "status", "changes"]);
  const status = item.status ?? "modified";
  return {
    path: readText(item.path, `${path}.path`),
    status: readWord(status, `${path}.status`, ["created", "modified"] as const),
    ...(item.changes !== undefined && { changes: readTexts(item.changes, `${path}.changes`) }),
  };
}

function readTestItem(value: unknown, path: string): TestInput {
  if (typeof value === "string") return readTest(value);
  const item = readObject(value, path, ["text", "done"]);
  return { text: readText(item.text, `${path}.text`), done: readFlag(item.done, `${path}.done`) };
}

/** An object with no other keys than these; `null` counts as absent. */
function readObject<K extends string>(
  value: unknown,
  path: string,
  keys: readonly K[],
): { readonly [key in K]?: unknown } {
  if (!isObject(value)) throw wrong(path, "an object", value);
  const entries = Object.entries(value);
  const unknown = entries.find(([key]) => !keys.some((known) => known === key));
  if (unknown) {
    const name = path === "" ? unknown[0] : `${path}.${unknown[0]}`;
    throw new GateError("INVALID_ARGUMENT", `Cannot use the JSON: the key ${printable(name)} is not known`, {
      hint: `Known here: ${keys.join(", ")}.`,
    });
  }
  // At the top a list that is `null` is more likely a mistake than nothing to say.
  return Object.fromEntries(entries.filter(([, inner]) => path === "" || inner !== null)) as { [key in K]?: unknown };
}

function readList<T>(value: unknown, path: string, read: Reader<T>): readonly T[] {
  if (!Array.isArray(value)) throw wrong(path, "a list", value);
  return value.map((item, index) => read(item, `${path}[${index}]`));
}

/** One text or several. */
function readTexts(value: unknown, path: string): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : readList(value, path, readText);
}

function readText(value: unknown, path: string): string {
  if (typeof value === "string") return value;
  throw wrong(path, "a text", value);
}

function readFlag(value: unknown, path: string): boolean {
  if (typeof value === "boolean") return value;
  throw wrong(path, "true or false", value);
}

function readWord<W extends string>(value: unknown, path: string, words: readonly W[]): W {
  const word = words.find((each) => each === value);
  if (word !== undefined) return word;
  throw wrong(path, words.join(", "), value);
}

const MOST = 40;

function wrong(path: string, expected: string, value: unknown): GateError {
  const text = JSON.stringify(value);
  const got = text === undefined ? "nothing" : text.length > MOST ? `${text.slice(0, MOST)}…` : text;
  const name = path === "" ? "it" : path;
  return new GateError("INVALID_ARGUMENT", `Cannot use the JSON: ${name} is ${printable(got)}, expected ${expected}`, {
    hint: "Its keys are described in `gate help save`.",
  });
}
