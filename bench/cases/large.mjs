import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyProgram, inTurn, median, memoryOf, program, table } from "../measure.mjs";

export const title = "Large projects: 10, 1,000 and 10,000 work files of 2 kB";

const ENTRY = "- Did something about one part of the work, and found out more about another\n";
const HOUR = 3_600_000;

export function run() {
  const empty = emptyProgram();
  const parts = [];
  for (const count of [10, 1000, 10_000]) {
    // Modified when they say they were updated, as files that were worked on, and all at once, as after a clone.
    const cwd = project(count, true);
    const cloned = project(count, false);
    const remark = { args: [join(import.meta.dirname, "../parse-all.mjs"), join(cwd, ".claude/work")] };
    const gate = (...words) => ({ args: [program, ...words, "--json"], cwd });
    const forget = () => rmSync(join(cwd, ".claude/.gate/cache"), { recursive: true, force: true });
    const commands = [
      ["empty program", empty],
      ["status", gate("status")],
      ["reconstruct", gate("reconstruct")],
      ["reconstruct, after a clone", { ...gate("reconstruct"), cwd: cloned }],
      ["reconstruct --full", gate("reconstruct", "--full")],
      ["check, first time", gate("check"), forget],
      ["check, nothing changed since", gate("check")],
      ["check --no-cache", gate("check", "--no-cache")],
      ["list", gate("list")],
      ["search, a few lines found", gate("search", "7777")],
      ["remark parses them", remark],
    ];
    const rounds = count === 10_000 ? 3 : 9;
    const quick = inTurn(
      [...commands.slice(0, 4), commands[6]].map(([, command]) => command),
      30,
    );
    const times = commands.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, [, command, before]] of commands.entries()) {
        before?.();
        times[index].push(...[inTurn([command], 1)].flat());
      }
    }
    const medians = times.map(median);
    for (const [place, index] of [0, 1, 2, 3, 6].entries()) medians[index] = quick[place];
    const rows = commands.map(([name, command], index) => [
      name,
      medians[index].toFixed(0),
      (medians[index] / medians[0]).toFixed(2),
      (medians[index] / medians.at(-1)).toFixed(3),
      memoryOf(command, 1).toFixed(0),
    ]);
    parts.push(
      `### ${count.toLocaleString("en")} work files\n\n${table(["", "ms", "ratio to empty", "ratio to remark", "MiB"], rows)}`,
    );
    for (const root of [cwd, cloned]) rmSync(root, { recursive: true });
  }
  return parts.join("\n");
}

function project(count, settled) {
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  mkdirSync(join(root, ".claude/work"), { recursive: true });
  mkdirSync(join(root, ".claude/.gate"));
  const fixture = (name) => readFileSync(join(import.meta.dirname, "../../fixtures/read", name), "utf8");
  writeFileSync(join(root, ".claude/state.md"), fixture("format.md").replaceAll("42", "1"));
  const work = fixture("format.work.md").replace("- Did a thing\n", ENTRY.repeat(20));
  const now = Math.floor(Date.now() / 1000) * 1000;
  for (let issue = 1; issue <= count; issue++) {
    const at = now - (((issue * 7919) % count) + 1) * HOUR;
    const spelled = (instant) => `${new Date(instant).toISOString().slice(0, 19)}Z`;
    const text = work
      .replaceAll("42", String(issue))
      .replace(/\*\*Started:.*/, `**Started:** ${spelled(at - HOUR)}`)
      .replace(/\*\*Last Updated:.*/, `**Last Updated:** ${spelled(at)}`);
    const path = join(root, `.claude/work/${issue}.md`);
    writeFileSync(path, text);
    if (settled) utimesSync(path, at / 1000, at / 1000);
  }
  // Files that were written in the last tenth of a second are in doubt, and read again.
  spawnSync("sleep", ["0.2"]);
  return root;
}
