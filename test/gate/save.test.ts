/** What a save does to each part of the documents, and what it refuses. */
import { describe, expect, test } from "vitest";
import { refuseWrite } from "../../src/gate/agent/write-guard.ts";
import { init } from "../../src/gate/documents/init.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { status } from "../../src/gate/view/status.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const WORK = ".claude/work/42.md";

async function started(): Promise<TestProject> {
  const project = makeProject();
  await init(project.gate);
  await start(project.gate, { issue: 42, title: "Try the gate", branch: "fix/42" });
  await save(project.gate, {
    progress: [
      { status: "completed", text: "Read the code" },
      { status: "in_progress", text: "Write the limiter", percentage: 40 },
      { status: "pending", text: "Write the docs" },
    ],
    nextSteps: ["Review"],
    openQuestions: [{ question: "Per IP?" }],
  });
  project.later(1000);
  return project;
}

test("one ticked item is all that changes, and the log has its words", async () => {
  const project = await started();
  const before = project.read(STATE);
  const { value } = await save(project.gate, { progress: [{ status: "completed", text: "limiter" }] });
  const after = before
    .replace("🔄 Write the limiter (40% done)", "✅ Write the limiter")
    .replace(/(Last Updated:\*\*) .*/, `$1 ${value.timestamp}`);
  expect(project.read(STATE)).toBe(after);
  expect(project.read(WORK)).toContain(`### ${value.timestamp}\n- ✅ Write the limiter\n\n`);
  expect(value).toMatchObject({
    itemsUpdated: 1,
    progressItems: [
      { status: "completed", text: "Read the code" },
      { status: "completed", text: "Write the limiter" },
      { status: "pending", text: "Write the docs" },
    ],
    nextSteps: ["Review"],
    openQuestions: [{ question: "Per IP?", decision: undefined }],
  });
});

test.each([
  ["dropped", { drop: ["docs"] }],
  ["replaced", { progress: [{ status: "pending", text: "Else" }], replace: true }],
  ["cleared", { clear: ["progress"] }],
] as const)("an open item that is %s stands in the log as it was", async (_name, input) => {
  const project = await started();
  await save(project.gate, input);
  expect(project.read(WORK)).toContain("- Dropped: ⏸️ Write the docs\n");
  expect(project.read(WORK)).not.toContain("Dropped: ✅");
  expect(project.read(STATE)).not.toContain("Write the docs");
});

test("blockers and context stand in the state file, whichever issue is meant", async () => {
  const project = await started();
  await save(project.gate, { blockers: ["No staging"], context: ["In src/auth"] });
  expect(await status(project.gate)).toMatchObject({ blockers: "No staging", context: ["In src/auth"] });
  await start(project.gate, { issue: 7, title: "Another" });
  project.later(1000);
  const { value } = await save(project.gate, { issue: 42, unblock: ["staging"], drop: ["docs"] });
  expect(value).toMatchObject({
    issueNumber: 42,
    activeIssueChanged: false,
    message: expect.stringContaining("not the active one"),
  });
  expect(value.progressItems.map(({ text }) => text)).toEqual(["Read the code", "Write the limiter"]);
  expect(await status(project.gate)).toMatchObject({
    issueNumber: 7,
    blockers: "None currently",
    lastUpdated: value.timestamp,
  });
  expect(project.read(WORK)).toContain("- Dropped: ⏸️ Write the docs\n");
});

test("a dry run answers with the lists as they would be, and writes nothing", async () => {
  const project = await started();
  const before = project.tree();
  const { value } = await save(project.gate, { drop: ["docs"], addNext: ["Ship"] }, { dryRun: true });
  expect(value).toMatchObject({ itemsUpdated: 1, nextSteps: ["Review", "Ship"] });
  expect(value.progressItems).toHaveLength(2);
  expect(project.tree()).toEqual(before);
});

describe("description and approach", () => {
  test("take their place in the work file, and what was there is told", async () => {
    const project = await started();
    const first = await save(project.gate, { description: "Why\n# Not a heading\n", approach: "By hand" });
    expect(first.warnings).toEqual([]);
    expect(project.read(WORK)).toContain(
      "## Issue Description\n\nWhy\n\\# Not a heading\n\n## Approach\n\nBy hand\n\n",
    );
    const same = await save(project.gate, { description: "Why\n# Not a heading" });
    expect(same.warnings).toEqual([]);
    const other = await save(project.gate, { description: "Another reason" });
    expect(other.warnings).toEqual(["The description that was there is replaced; gate undo brings it back"]);
    expect(project.read(WORK)).toContain("## Issue Description\n\nAnother reason\n\n## Approach\n\nBy hand\n\n");
    await save(project.gate, { approach: "" });
    expect(project.read(WORK)).toContain("## Approach\n\n");
    expect(project.read(WORK)).not.toContain("By hand");
  });

  test("are refused with control characters", async () => {
    const project = await started();
    await expect(save(project.gate, { description: "a\u0007" })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("Cannot use the description"),
    });
  });
});

test.each([{}, { progress: [] }, { replace: true }, { drop: [] }, { offline: true }, { issue: 42 }])(
  "a save of %j is of nothing",
  async (input) => {
    const project = await started();
    const before = project.tree();
    await expect(save(project.gate, input)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "Cannot save: nothing to save",
    });
    expect(project.tree()).toEqual(before);
  },
);

test("what could mean two items, or none, is refused and nothing is written", async () => {
  const project = await started();
  const before = project.tree();
  await expect(
    save(project.gate, { progress: [{ status: "completed", text: "write the" }], log: ["x"] }),
  ).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    hint: expect.stringContaining('"Write the limiter", "Write the docs"'),
  });
  await expect(save(project.gate, { drop: ["nowhere"] })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(save(project.gate, { unblock: ["nowhere"] })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(project.tree()).toEqual(before);
});

test("offline the log takes what is new, and what would change the state file is refused", async () => {
  const project = await started();
  const before = project.read(STATE);
  await save(project.gate, { offline: true, blockers: ["A"], context: ["B"], addNext: ["C"], approach: "D" });
  expect(project.read(WORK)).toMatch(/- Next: C\n- Blocker: A\n- Context: B\n/);
  expect(project.read(WORK)).toContain("## Approach\n\nD\n");
  for (const input of [
    { drop: ["docs"] },
    { unblock: ["A"] },
    { clear: ["next"] as const },
    { replace: true, log: ["x"] },
  ]) {
    await expect(save(project.gate, { offline: true, ...input })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  }
  expect(project.read(STATE)).toBe(before);
});

describe("an edit that would damage a document is refused with the commands for what it was about", () => {
  test.each([
    ["✅ Read the code", "⏸️ Read the code", "Use `gate save --todo 'Read the code'`."],
    ["✅ Read the code", "✅ Read the code\n- 🔄 It's on (30% done)", "Use `gate save --doing 'It'\\''s on:30'`."],
    ["✅ Read the code", "✅ Read it", "Use `gate save --drop 'Read the code' --done 'Read it'`."],
    ["1. Review", "1. Ship", "Use `gate save --next Ship`."],
    ["1. Review", "1. Review\n2. Ship it", "Use `gate save --add-next 'Ship it'`."],
    ["- Per IP?", "- Per IP?\n  → Decision: no", "Use `gate save --question 'Per IP?' --decision no`."],
    ["## Blockers\n", "## Blockers\n- No keys\n", "Use `gate save --blocker 'No keys'`."],
    ["## Blockers\n", "## Blockers\n- None\n", "Use `gate save --blocker TEXT` and `--unblock TEXT` for Blockers."],
    ["#42 - Try the gate", "#43 - Try the gate", "Use `gate start 43 --title 'Try the gate'`."],
  ])("%s", async (from, to, hint) => {
    const project = await started();
    const text = project.read(STATE).replace(from, to).replace("# Session State", "# Session State\n\n<<<<<<< HEAD");
    expect(await refuseWrite(project.gate, STATE, Buffer.from(text))).toMatch(
      new RegExp(`\\n${hint.replace(/[.*+?()\\]/g, "\\$&")}$`),
    );
  });

  test("of a work file", async () => {
    const project = await started();
    const text = project
      .read(WORK)
      .replace("## Approach\n", "## Approach\n\nMine\n")
      .replace(/(Started:\*\*) .*/, "$1 2024-02-30T00:00:00Z");
    expect(await refuseWrite(project.gate, WORK, Buffer.from(text))).toContain("Use `gate save --approach Mine`.");
  });

  test("that is about none of its parts, with all of them", async () => {
    const project = await started();
    const text = project.read(STATE).replace("# Session State", "# Session State\n\n<<<<<<< HEAD");
    expect(await refuseWrite(project.gate, STATE, Buffer.from(text))).toContain(
      "Use `gate save --done TEXT --doing TEXT:PERCENT --next TEXT` to record progress",
    );
  });
});
