/** Answers on their way out: JSON for programs, text for people, the diff of a dry run for both. */
import { answerOf, diffOf, resultOf } from "../gate/answer/answer.ts";
import type { Outcome } from "../gate/outcome.ts";
import type { SkippedFile } from "../gate/view/work-files.ts";
import { wireJson } from "../json/wire.ts";
import type { Answer, Call, ResultAnswer } from "./command.ts";
import { type Style, shown, styleOf } from "./style.ts";

/** The answer of an operation that reads; `view` says it to people. */
export function found<T extends object>(result: T, view: (result: T, style: Style) => string): ResultAnswer {
  return { result, text: (style) => view(result, style) };
}

/** As `found`, for an operation that looks through many files; those that it cannot read are named apart. */
export function foundInMany<T extends { readonly skipped: readonly SkippedFile[] }>(
  result: T,
  view: (result: T, style: Style) => string,
): ResultAnswer {
  return { ...found(result, view), notes: result.skipped.map(({ file, reason }) => `${file} is left out: ${reason}`) };
}

/** The answer of an operation that writes; `view` says it to people. */
export function wrote<T extends object>(outcome: Outcome<T>, view: (value: T, style: Style) => string): ResultAnswer {
  return { ...resultOf(outcome), text: (style) => view(outcome.value, style) };
}

/** The view of a write that has no more to say than its message. */
export function viewMessage({ message }: { readonly message: string }, { bold }: Style): string {
  return bold(shown(message));
}

/** Prints what a command has to say. */
export async function print(answer: Answer, call: Call): Promise<void> {
  const { io, flags } = call;
  const diff = "verbatim" in answer ? undefined : await diffOf(answer, flags.dryRun);
  say(answer, call, diff);
  if (diff === undefined || flags.quiet || goesToProgram(answer, call)) return;
  if (diff !== "") io.out((await import("./views/patch.ts")).formatPatch(diff, styleOf(io, "output")));
  const what = diff === "" ? "Dry run: no document would change." : "Dry run: nothing was written.";
  io.error(`${styleOf(io, "error").dim(what)}\n`);
}

/** Prints all but the diff for people, whose text it takes the place of. */
export function say(answer: Answer, call: Call, diff?: string): void {
  const { io, flags } = call;
  if ("verbatim" in answer) {
    if (answer.verbatim !== "") io.out(answer.verbatim);
    return;
  }
  // A program that keeps the JSON to itself would keep the warnings from the person who should know.
  for (const warning of flags.quiet ? [] : [...(answer.warnings ?? []), ...(answer.notes ?? [])]) {
    io.error(`${styleOf(io, "error").yellow("warning:")} ${shown(warning)}\n`);
  }
  const isQuiet = flags.quiet || diff !== undefined;
  const toProgram = goesToProgram(answer, call);
  const text = toProgram ? wireJson(answerOf(answer, diff)) : isQuiet ? "" : answer.text(styleOf(io, "output"));
  if (text !== "") io.out(`${text}\n`);
}

function goesToProgram(answer: Answer, { flags }: Call): boolean {
  return flags.json || ("json" in answer && answer.json === true);
}
