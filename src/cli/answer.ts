/** Answers on their way out: JSON for programs, text for people, the diff of a dry run for both. */
import { toJson } from "../base/json.ts";
import type { Answer, Call } from "./command.ts";
import { shown, styleOf } from "./style.ts";
import { toWire } from "./wire.ts";

/** Prints what a command has to say. */
export async function print(answer: Answer, { io, flags }: Call): Promise<void> {
  if ("verbatim" in answer) {
    if (answer.verbatim !== "") io.out(answer.verbatim);
    return;
  }
  const { result, changes, warnings } = answer;
  const patch = changes && flags.dryRun ? await import("./patch.ts") : undefined;
  const diff = patch?.patchOf(changes!);
  const { yellow, dim } = styleOf(io, "error");
  // A program that keeps the JSON to itself would keep them from the person who should know.
  for (const warning of flags.quiet ? [] : (warnings ?? [])) io.error(`${yellow("warning:")} ${shown(warning)}\n`);
  if (flags.json || answer.json) {
    const dryRun = diff === undefined ? {} : { dryRun: true, diff };
    io.out(`${toJson(toWire({ ...result, ...dryRun, ...(warnings && { warnings }) }))}\n`);
    return;
  }
  if (flags.quiet) return;
  if (diff === undefined) {
    const text = answer.text(styleOf(io, "output"));
    if (text !== "") io.out(`${text}\n`);
    return;
  }
  if (diff !== "") io.out(patch!.formatPatch(diff, styleOf(io, "output")));
  io.error(`${dim(diff === "" ? "Dry run: no document would change." : "Dry run: nothing was written.")}\n`);
}
