import { readFileSync } from "node:fs";
import { join } from "node:path";
import remarkFrontmatter from "remark-frontmatter";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { checkWork, decode, parseWork } from "../../dist/index.js";
import { median, table } from "../measure.mjs";

export const title = "Parse and check of an 8 kB work file, in-process, warm, against remark-parse";

export function run() {
  const work = readFileSync(join(import.meta.dirname, "../../fixtures/read/format.work.md"), "utf8");
  const entry = (index) =>
    `### 2024-10-22T${String(index % 24).padStart(2, "0")}:00:00Z\n- Did something about part ${index} of the work\n- Found out more\n\n`;
  const log = Array.from({ length: 80 }, (_, index) => entry(80 - index)).join("");
  const text = work.replace("## Progress Log\n\n", `## Progress Log\n\n${log}`);
  const bytes = Buffer.from(text);
  const remark = unified().use(remarkParse).use(remarkFrontmatter).freeze();
  const calls = [
    ["remark-parse with frontmatter", () => remark.parse(text)],
    [
      "decode, parse and check",
      () => checkWork(parseWork(decode(bytes)), { now: Date.UTC(2024, 9, 23, 16, 30), fileIssue: 42 }),
    ],
  ];
  const times = calls.map(() => []);
  for (let round = 0; round < 200; round++) {
    for (const [index, [, call]] of calls.entries()) {
      const start = performance.now();
      call();
      times[index].push(performance.now() - start);
    }
  }
  const medians = times.map((each) => median(each.slice(50)));
  const rows = calls.map(([name], index) => [
    name,
    medians[index].toFixed(3),
    (medians[index] / medians[0]).toFixed(3),
  ]);
  return `${table(["", "ms", "ratio"], rows)}\n${bytes.length} bytes.\n`;
}
