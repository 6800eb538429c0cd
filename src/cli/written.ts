/** The part of an answer that every operation that writes has. */
import type { Outcome } from "../gate/outcome.ts";
import type { ResultAnswer } from "./command.ts";

export function written({
  written: files,
  moved,
  removed,
  warnings,
}: Outcome<unknown>): Pick<ResultAnswer, "changes" | "warnings"> {
  return { changes: { written: files, moved, removed }, warnings };
}
