/** What a brief says of a damaged state file. */
import type { Status } from "../view/status.ts";
import type { Part } from "./compose.ts";
import { isQuoting } from "./quoting.ts";
import { shown } from "./shown.ts";

/** What a brief says of a state file that is damaged: nothing of what it says, but what is wrong and what to run. */
export function damagePart({ problems, path }: Status): Part {
  const newer = problems.find(({ rule }) => rule === "unsupported-version");
  if (newer) return { lines: [`${path} was written by a newer gate: ${shown(newer.message)}. Use that one here.`] };
  const errors = problems.filter(({ severity }) => severity === "error");
  return {
    lines: [
      `${path} is damaged, so what is recorded of the active work cannot be trusted:`,
      ...errors
        .slice(0, 5)
        .map(({ rule, message, line }) => `- line ${line}: ${rule}${isQuoting(message) ? "" : `: ${shown(message)}`}`),
      ...(errors.length > 5 ? [`- and ${errors.length - 5} more`] : []),
      "Run `gate check` to see all of it and `gate recover` to rebuild the file; do not edit it by hand.",
    ],
  };
}
