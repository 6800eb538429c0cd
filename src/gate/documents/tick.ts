/** Tick: one box of a Markdown file becomes a checked one, and no other byte another. */
import { GateError } from "../../base/errors.ts";
import { placesOf, unknown } from "../../changes/match.ts";
import { quoted } from "../../changes/quote.ts";
import { type Box, boxesIn } from "../../document/boxes.ts";
import { applyEdits } from "../../text/edit.ts";
import { indexLines, type Position } from "../../text/lines.ts";
import { requireCall } from "../call.ts";
import { transactGuarded } from "../commit/guarded.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { isForGuard } from "../view/guard.ts";
import { insteadOf, kindOfPath } from "../view/paths.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";

/** Which box. */
export interface TickInput {
  /** A Markdown file, relative to the project. */
  readonly path: string;
  /** The text of the item, or words of it as long as they mean one. */
  readonly text: string;
}

/** What came of it. */
export interface Ticked extends Position {
  readonly success: true;
  readonly message: string;
  readonly path: string;
  /** The text of the item. */
  readonly text: string;
  /** Whether it was not checked before. */
  readonly changed: boolean;
  readonly revision: string | undefined;
}

/**
 * Checks one box of a Markdown file of the project, guarded or not: one byte of it changes, or
 * two. Rejects with `NOT_FOUND` where no box has the words and with `INVALID_ARGUMENT` where
 * several have them, each named with its place. A box that is checked stays so.
 *
 * ```ts
 * await tick(gate, { path: "specs/001-limits/tasks.md", text: "T003" });
 * ```
 */
export async function tick(gate: Gate, input: TickInput, options: WriteOptions = {}): Promise<Outcome<Ticked>> {
  requireCall("tick", { gate, input, options }, { path: "text", text: "text" });
  const { path, text: words } = input;
  requireMarkdown(path);
  const outcome = await transactGuarded(gate, { path, operation: "tick" }, options, (snapshot) => {
    const text = textOf(snapshot);
    const box = boxMeant(text, path, words);
    const value = { text: box.text, changed: !box.checked, ...indexLines(text).positionAt(box.sign.start) };
    return box.checked ? { value } : { value, text: applyEdits(text, [{ ...box.sign, text: "x" }]) };
  });
  const { value, written } = outcome;
  const message = value.changed
    ? `Checked ${quoted(value.text)} in ${path}`
    : `${quoted(value.text)} is checked already`;
  return { ...outcome, value: { success: true, message, path, ...value, revision: written[0]?.revision } };
}

function requireMarkdown(path: string): void {
  const kind = kindOfPath(path);
  if (kind === undefined && isForGuard(path)) return;
  throw new GateError(
    "INVALID_ARGUMENT",
    `Cannot tick in ${path}: it is ${kind ? "the gate's own" : "no Markdown file"}`,
    {
      path,
      hint: kind ? `Use ${insteadOf(kind)}.` : "Name a file that ends in .md.",
    },
  );
}

function textOf({ path, exists, text, fault }: RecordSnapshot): string {
  if (text !== undefined) return text;
  throw new GateError(exists ? "CORRUPT" : "NOT_FOUND", `Cannot tick in ${path}: ${fault ?? "it does not exist"}`, {
    path,
    hint: exists
      ? `Run \`gate check ${path}\`; nothing was written.`
      : "Give the path of a Markdown file of the project.",
  });
}

/** The box that the words mean. */
function boxMeant(text: string, path: string, words: string): Box {
  const boxes = boxesIn(text);
  const found = placesOf(
    boxes.map((box) => box.text),
    words,
  ).map((at) => boxes[at]!);
  const [box, ...others] = found;
  if (box === undefined) {
    throw unknown(
      words,
      "box",
      boxes.filter(({ checked }) => !checked).map((each) => each.text),
    );
  }
  if (others.length === 0) return box;
  const lines = indexLines(text);
  const named = found.map((each) => {
    const { line, column } = lines.positionAt(each.sign.start);
    return `${path}:${line}:${column} ${quoted(each.text)}`;
  });
  throw new GateError(
    "INVALID_ARGUMENT",
    `Cannot tell which box ${quoted(words)} means: ${found.length} have these words`,
    {
      path,
      hint: `They are:\n${named.join("\n")}\nGive all the words of the one that is meant; nothing was written.`,
    },
  );
}
