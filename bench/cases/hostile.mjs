import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inTurn, program, table } from "../measure.mjs";

export const title = "Worst input: `gate check` on one state file, whole process";

const HEAD =
  "# Session State\n\n**Last Updated:** 2024-10-23T14:30:00Z\n\n## Active Work\n\n## Recent Work\n\n## Blockers\n\n## Context\n";
const nested = (size) => {
  let text = "";
  for (let depth = 0; text.length < size; depth = (depth + 1) % 60) text += `${"  ".repeat(depth)}- a\n`;
  return text;
};
const CASES = {
  "plain lines": "Some ordinary words in a line of text that goes on\n",
  "one long line": "word ",
  headings: "# a\n",
  "empty headings": "#\n",
  "known headings": "## Active Work\n",
  fields: "**Current Issue:** #1 - a\n",
  items: "- ✅ a\n",
  "ordered items": "1. a\n",
  "markers in one line": "+ ",
  "numbers in one line": "1. ",
  "quotes in one line": ">",
  "quotes with lazy lines": "> a\nb\n",
  "setext headings": "a\n-\n",
  "emphasis runs": "*a_ ",
  backticks: "`",
  brackets: "[a][",
  comments: "<!--",
  fences: "```\n",
  "blank lines": "\n",
  "carriage returns": "\r",
  spaces: " ",
  "conflict markers": "<<<<<<< a\n",
  "list items as fields": "- **Previous Issue:** #1 - a (Completed 2024-10-01)\n",
};

export function run() {
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  mkdirSync(join(root, ".claude"));
  const rows = [];
  for (const [name, piece] of [...Object.entries(CASES), ["nested lists", nested]]) {
    const times = [0.25, 0.5, 1].map((share) => {
      const size = Math.floor(share * 1024 * 1024) - HEAD.length - 8;
      const body = typeof piece === "function" ? piece(size) : piece.repeat(Math.ceil(size / piece.length));
      writeFileSync(
        join(root, ".claude/state.md"),
        Buffer.from(HEAD + body).subarray(0, Math.floor(share * 1024 * 1024)),
      );
      return inTurn([{ args: [program, "check", "--json", ".claude/state.md"], cwd: root, mayFail: true }], 3)[0];
    });
    rows.push([name, ...times.map((time) => time.toFixed(0)), (times[2] / times[1]).toFixed(2)]);
  }
  return table(["1 MiB of", "256 KiB, ms", "512 KiB, ms", "1 MiB, ms", "1 MiB : 512 KiB"], rows);
}
