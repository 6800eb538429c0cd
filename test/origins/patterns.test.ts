/** Rules that the origin sets for state files, where the gate keeps to them in its own way. */
import { expect, test } from "vitest";
import { completeFeature } from "../../src/gate/batch/end.ts";
import { check } from "../../src/gate/documents/check.ts";
import { save } from "../../src/gate/documents/save.ts";
import { fixture, makeProject } from "../support/project.ts";

test("a state file without a version is in order, and is saved without one", async () => {
  const { gate, read } = makeProject({ ".claude/state.md": fixture("read/format.md").replace(/^---\n.*?---\n/s, "") });
  const before = read(".claude/state.md");
  expect(before).toMatch(/^# Session State\n/);
  await save(gate, { nextSteps: ["Go on"] });
  expect((await check(gate)).errors).toBe(0);
  await check(gate, { fix: true });
  expect(read(".claude/state.md")).toMatch(/^# Session State\n/);
});

test("a batch whose keys have other names is no batch", async () => {
  const text = '{"batch_id": "b", "features": ["a"], "current_index": 0, "completed": [], "failed": []}';
  const { gate, read } = makeProject({ ".claude/batch_state.json": text });
  await expect(completeFeature(gate, { index: 0 })).rejects.toMatchObject({ code: "CORRUPT" });
  expect(read(".claude/batch_state.json")).toBe(text);
});
