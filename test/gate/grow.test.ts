/** What was learned and decided, told once. */
import { expect, test } from "vitest";
import { done } from "../../src/gate/documents/done.ts";
import { grow } from "../../src/gate/documents/grow.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { makeProject } from "../support/project.ts";
import { runGate, runJson } from "../support/terminal.ts";

async function withLearnings() {
  const project = makeProject();
  const { gate } = project;
  await start(gate, { issue: 1, title: "One" });
  await save(gate, {
    learnings: ["Redis **forgets**", "Locks hold"],
    decisions: [{ decision: "Use SQLite", rationale: "it stays" }],
  });
  await done(gate);
  project.later(60_000);
  await start(gate, { issue: 2, title: "Two" });
  await save(gate, { learnings: ["Locks hold", "Clocks lie"] });
  return project;
}

test("all work files, archived ones too, newest first, the same words once", async () => {
  const project = await withLearnings();
  const before = project.tree(true);
  expect(await grow(project.gate)).toEqual({
    learnings: [
      { issueNumber: 2, text: "Locks hold", timestamp: "2024-10-23T16:31:00Z" },
      { issueNumber: 2, text: "Clocks lie", timestamp: "2024-10-23T16:31:00Z" },
      { issueNumber: 1, text: "Redis **forgets**", timestamp: "2024-10-23T16:30:00Z" },
    ],
    decisions: [{ issueNumber: 1, text: "**Use SQLite:** it stays", timestamp: "2024-10-23T16:30:00Z" }],
    skipped: [],
  });
  await grow(project.gate, { mark: true }, { dryRun: true });
  expect(project.tree(true)).toEqual(before);
});

test("what is marked is not told again, what comes later is", async () => {
  const project = await withLearnings();
  const { gate } = project;
  expect((await grow(gate, { mark: true })).learnings).toHaveLength(3);
  expect(await grow(gate)).toEqual({ learnings: [], decisions: [], skipped: [] });
  await save(gate, { learnings: ["Disks fill"], decisions: [{ decision: "Use SQLite", rationale: "it is fast" }] });
  const { learnings, decisions } = await grow(gate);
  expect([learnings, decisions].map((list) => list.map(({ text }) => text))).toEqual([
    ["Disks fill"],
    ["**Use SQLite:** it is fast"],
  ]);
  project.write(".claude/.gate/grown.json", "{");
  expect((await grow(gate)).learnings).toHaveLength(4);
  project.write(".claude/work/9.md", "no work file\0");
  expect((await grow(gate)).skipped).toMatchObject([{ file: expect.stringContaining("9.md") }]);
});

test("at the command line", async () => {
  const { root } = await withLearnings();
  const { stdout } = await runGate(root, "grow");
  expect(stdout).toBe(
    "Learnings\n  #2  2024-10-23T16:31:00Z\n    - Locks hold\n    - Clocks lie\n  #1  2024-10-23T16:30:00Z\n    - Redis **forgets**\n" +
      "Decisions\n  #1  2024-10-23T16:30:00Z\n    - **Use SQLite:** it stays\n",
  );
  expect(Object.keys(await runJson(root, "grow", "--mark", "--json"))).toEqual(["learnings", "decisions", "skipped"]);
  expect((await runGate(root, "grow")).stdout).toBe("Nothing was learned or decided since the last time.\n");
});
