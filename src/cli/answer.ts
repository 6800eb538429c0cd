/** Answers on their way out: JSON for programs, text for people, the diff of a dry run for both. */
import { wireJson } from "../base/wire.ts";
import { answerOf, diffOf } from "../gate/answer.ts";
import type { Answer, Call } from "./command.ts";
import { shown, styleOf } from "./style.ts";

/** Prints what a command has to say. */
export async function print(answer: Answer, { io, flags }: Call): Promise<void> {
  if ("verbatim" in answer) {
    if (answer.verbatim !== "") io.out(answer.verbatim);
    return;
  }
  const { warnings } = answer;
  const diff = await diffOf(answer, flags.dryRun);
  // A program that keeps the JSON to itself would keep them from the person who should know.
  for (const warning of flags.quiet ? [] : (warnings ?? [])) {
    io.error(`${styleOf(io, "error").yellow("warning:")} ${shown(warning)}\n`);
  }
  if (flags.json || answer.json) {
    io.out(`${wireJson(answerOf(answer, diff))}\n`);
    return;
  }
  if (flags.quiet) return;
  if (diff === undefined) {
    const text = answer.text(styleOf(io, "output"));
    if (text !== "") io.out(`${text}\n`);
    return;
  }
  if (diff !== "") io.out((await import("./patch.ts")).formatPatch(diff, styleOf(io, "output")));
  const { dim } = styleOf(io, "error");
  io.error(`${dim(diff === "" ? "Dry run: no document would change." : "Dry run: nothing was written.")}\n`);
}
