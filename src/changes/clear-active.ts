/** Done: the active work leaves the page; what others wrote into its section stays. */
import { activeLists, type StateDocument } from "../document/state.ts";
import type { Edit } from "../text/edit.ts";
import { isBlankBefore, startOfLine } from "../text/lines.ts";
import { joinEdits, removeLines } from "./place.ts";
import { addRecent, recentOf } from "./recent.ts";
import { touch } from "./update-progress.ts";

/** The words of an idle state file. */
export const IDLE_TEXT = "No active work currently.";

export interface ClearInput {
  readonly reason?: string;
}

/** Moves the active issue to Recent Work as completed and says that nothing is active. */
export function clearActive(document: StateDocument, input: ClearInput, now: number): readonly Edit[] {
  const { text } = document;
  const { issue, issueField, branch, started } = document.active;
  const reference = issue!.kind === "issue" ? issue!.issue : undefined;
  const fields = [branch?.value, started?.field].flatMap((field) => field ?? []);
  const own = issueField!.value;
  return joinEdits([
    ...touch(document, now),
    ...addRecent(document, { ...recentOf(own, reference!), status: "Completed", instant: now, ...input }),
    { start: startOfLine(text, own.start), end: own.end, text: IDLE_TEXT },
    ...fields.map((field) => removeLines(text, field)),
    ...clearSubsections(document, "remove"),
  ]);
}

/**
 * Takes the items out of Progress, Next Steps and Open Questions. `remove` takes
 * the headings too, unless something else stands below them; `empty` leaves them.
 */
export function clearSubsections(document: StateDocument, headings: "remove" | "empty"): readonly Edit[] {
  const { text } = document;
  const lists = activeLists(document);
  return (Object.keys(lists) as (keyof typeof lists)[]).flatMap((name) => {
    const part = document.known[name];
    if (!part) return [];
    return [part.value, ...part.others].flatMap((section): Edit[] => {
      const own = lists[name].filter((item) => item.start >= section.start && item.start < section.end);
      const onlyItems = section.blocks.every((block) => block.type === "list");
      if (headings === "remove" && onlyItems) {
        // Text before must not run into what follows: a setext underline would make a heading of it.
        const lineBreak = isBlankBefore(text, section.start) ? "" : document.source.eol;
        return [{ start: section.start, end: section.end, text: lineBreak }];
      }
      return [...new Set(own.map((item) => item.list))].map((list) => removeLines(text, list));
    });
  });
}
