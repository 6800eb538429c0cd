/** A patch as people read it. */
import { printable } from "../../base/line.ts";
import type { Style } from "../style.ts";

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
