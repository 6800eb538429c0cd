import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, table } from "../measure.mjs";

export const title = "The 2,000th save with a work file of 108 KB, against the 100th with the same files";

const SAVES = 2000;
const EARLY = 100;
const ROUNDS = 40;
const WORK = ".claude/work/7.md";

/** Saves until there are as many versions as wanted; then one save in a project with many and one with few, in turn. */
export async function run() {
  const library = await import("../../dist/index.js");
  const late = await begin(library);
  for (let number = 1; number <= SAVES - ROUNDS; number++) await save(library, late, number);
  const early = await begin(library);
  for (let number = 1; number <= EARLY - ROUNDS; number++) await save(library, early, number);
  // The work file has grown by the saves; what differs from here on is the number of versions alone.
  for (const path of [WORK, ".claude/state.md"]) cpSync(join(late.root, path), join(early.root, path));
  await save(library, early, 0);
  const times = new Map([late, early].map((project) => [project, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const project of round % 2 ? [late, early] : [early, late]) {
      const start = performance.now();
      await save(library, project, SAVES + round);
      times.get(project).push(performance.now() - start);
    }
  }
  const [last, first] = [late, early].map((project) => median(times.get(project)));
  const history = join(late.root, ".claude/.gate/history");
  const rows = [
    ["the 100th, ms", first.toFixed(2), ""],
    ["the 2,000th, ms", last.toFixed(2), ""],
    ["ratio", (last / first).toFixed(2), "1.2"],
    ["history, MiB", (sizeOf(history) / 2 ** 20).toFixed(1), "8"],
    ["work file, KiB", (statSync(join(late.root, WORK)).size / 1024).toFixed(0), ""],
  ];
  for (const { root } of [late, early]) rmSync(root, { recursive: true });
  return table(["", "", "to reach"], rows);
}

async function begin({ init, openGate, start }) {
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  execFileSync("git", ["init", "-q", root]);
  mkdirSync(join(root, ".claude"));
  const gate = openGate({ root });
  await init(gate);
  await start(gate, { issue: 7, title: "Seven" });
  const notes = Array.from(
    { length: 2100 },
    (_, at) => `- note ${at} about ${((at * 2654435761) % 4294967296).toString(36)}\n`,
  );
  const text = readFileSync(join(root, WORK), "utf8");
  writeFileSync(join(root, WORK), `${text}\n## Notes\n\n${notes.join("")}`.padEnd(108_000, "and more of the notes\n"));
  return { root, gate };
}

async function save({ save: saveProgress }, { gate }, number) {
  await saveProgress(gate, {
    nextSteps: [`step ${number}`],
    progress: [{ status: "in_progress", text: "Work", percentage: number % 100 }],
  });
}

function sizeOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
