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
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return "";
  const oldName = before === undefined ? "/dev/null" : `a/${path}`;
  const newName = after === undefined ? "/dev/null" : `b/${path}`;
  const options = {
    context: 3,
    maxEditLength: MAX_EDIT_LENGTH,
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  };
  return (
    createTwoFilesPatch(oldName, newName, before ?? "", after ?? "", undefined, undefined, options) ??
    wholeFile(oldName, newName, before ?? "", after ?? "")
  );
}

function wholeFile(oldName: string, newName: string, before: string, after: string): string {
  const removed = linesOf(before);
  const added = linesOf(after);
  const body = [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)]
    .map((line) => (line.endsWith("\n") ? line : `${line}\n\\ No newline at end of file\n`))
    .join("");
  return `--- ${oldName}\n+++ ${newName}\n@@ -${rangeOf(removed)} +${rangeOf(added)} @@\n${body}`;
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

function rangeOf({ length }: readonly string[]): string {
  return `${Math.min(1, length)},${length}`;
}
