/**
 * What a change does to a text, as a unified diff for people.
 *
 * Lines keep their line ending while they are compared, so that a change of
 * endings alone is seen. A diff that would take long is cut off by falling back
 * to "all of it": slow output helps nobody, and the change itself is not affected.
 */
import { createTwoFilesPatch } from "diff";

const MAX_EDIT_LENGTH = 4000;

/** The unified diff from `before` to `after`, or an empty string when they are equal. `undefined` stands for no file. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return "";
  const oldName = before === undefined ? "/dev/null" : `a/${path}`;
  const options = {
    context: 3,
    maxEditLength: MAX_EDIT_LENGTH,
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  };
  return (
    createTwoFilesPatch(oldName, `b/${path}`, before ?? "", after, undefined, undefined, options) ??
    wholeFile(oldName, path, before ?? "", after)
  );
}

function wholeFile(oldName: string, path: string, before: string, after: string): string {
  const removed = before.split(/(?<=\n)/);
  const added = after.split(/(?<=\n)/);
  const body = [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)]
    .map((line) => (line.endsWith("\n") ? line : `${line}\n\\ No newline at end of file\n`))
    .join("");
  return `--- ${oldName}\n+++ b/${path}\n@@ -1,${removed.length} +1,${added.length} @@\n${body}`;
}
