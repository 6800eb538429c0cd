/** What a write would change, as one patch that `git apply` takes. */
import { unifiedDiff } from "../../text/diff/unified-diff.ts";
import type { Outcome } from "../outcome.ts";

/** What a write did, or in a dry run would do. */
export type Changes = Pick<Outcome<unknown>, "written" | "moved"> & Partial<Pick<Outcome<unknown>, "removed">>;

/** The unified diff of all documents; a file that moves has git's lines about that in front. */
export function patchOf({ written, moved, removed = [] }: Changes): string {
  const moves = new Map(moved.map(({ from, to }) => [from, to]));
  const changes = written.map(({ path, before, after }) => {
    const to = moves.get(path);
    const diff = unifiedDiff(path, before, after);
    if (to === undefined) return diff;
    moves.delete(path);
    return rename(path, to) + diff.replace(`\n+++ b/${path}`, `\n+++ b/${to}`);
  });
  const removals = removed.map(({ path, before }) => unifiedDiff(path, before, undefined));
  return [...changes, ...removals, ...[...moves].map(([from, to]) => rename(from, to))].join("");
}

function rename(from: string, to: string): string {
  return `diff --git a/${from} b/${to}\nrename from ${from}\nrename to ${to}\n`;
}
