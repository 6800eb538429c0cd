/** What a write would change, as one patch that `git apply` takes. */
import { printable } from "../base/line.ts";
import { unifiedDiff } from "../text/diff.ts";
import type { Changes } from "./command.ts";
import type { Style } from "./style.ts";

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

/** The patch for people. Tabs and the ends of lines stay as they are, so that it still applies. */
export function formatPatch(patch: string, style: Style): string {
  return patch.replace(/[^\n]+/g, (line) => colorOf(line, style)(safe(line)));
}

function safe(line: string): string {
  const [, text = "", end = ""] = /^(.*?)(\r?)$/s.exec(line) ?? [];
  return text.split("\t").map(printable).join("\t") + end;
}

function colorOf(line: string, { bold, cyan, green, red }: Style): (text: string) => string {
  if (/^(?:---|\+\+\+|diff|rename) /.test(line)) return bold;
  if (line.startsWith("@@")) return cyan;
  if (line.startsWith("+")) return green;
  return line.startsWith("-") ? red : (text) => text;
}
