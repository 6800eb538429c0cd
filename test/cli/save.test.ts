/** `gate save` as people type it, and what it shows. */
import { expect, test } from "vitest";
import { makeProject } from "../support/project.ts";
import { runGate, runJson } from "../support/terminal.ts";

async function started() {
  const project = makeProject();
  await runGate(project.root, "start", "7", "--title", "Seven");
  await runGate(project.root, "save", "--todo", "Write tests", "--todo", "Write docs", "--next", "Review");
  return project;
}

test("what was understood is shown: the lists that the save was about", async () => {
  const { root } = await started();
  const said = async (...args: string[]) => (await runGate(root, "save", ...args)).stdout.split("\n").slice(1, -1);
  expect(await said("--done", "tests")).toEqual(["  ✅ Write tests", "  ⏸️ Write docs"]);
  expect(await said("--doing", "Ship v1:2", "--doing", "docs:40")).toEqual([
    "  ✅ Write tests",
    "  🔄 Write docs (40% done)",
    "  🔄 Ship v1:2  new",
  ]);
  expect(await said("--add-next", "Ship")).toEqual(["  1. Review", "  2. Ship"]);
  expect(await said("--question", "Per IP?", "--decision", "Yes: simplest")).toEqual([
    "  ? Per IP?",
    "    → Yes: simplest",
  ]);
  expect(await said("--log", "Talked about it")).toEqual(["  Log: Talked about it"]);
  expect(await said("--blocker", "No server", "--context", "In src", "--approach", "By hand")).toEqual([
    "  Blocker: No server",
    "  Context: In src",
    "  Approach written",
  ]);
  expect(await said("--unblock", "server", "--description", "Why")).toEqual([
    "  No blocker any more: server",
    "  Description written",
  ]);
  expect(await said("--drop", "ship v1")).toEqual(["  ✅ Write tests", "  🔄 Write docs (40% done)"]);
  expect(await said("--clear", "next", "--clear", "questions")).toEqual([]);
});

test("of a long list six lines are shown, those of the save among them, and the others counted", async () => {
  const { root } = await started();
  await runGate(root, "save", ...Array.from({ length: 8 }, (_, at) => ["--todo", `Step ${at}`]).flat());
  const { stdout } = await runGate(root, "save", "--done", "Step 7");
  expect(stdout.split("\n").slice(1, -1)).toEqual([
    "  ⏸️ Write tests",
    "  ⏸️ Write docs",
    "  ⏸️ Step 0",
    "  ⏸️ Step 1",
    "  ✅ Step 7",
    "  … and 5 more",
  ]);
});

test("a decision behind a question decides it and stands in the work file; another one only there", async () => {
  const project = await started();
  const { root } = project;
  await runGate(root, "save", "--decision", "Redis: it is there", "--question", "Per IP?");
  await runGate(root, "save", "--question", "per ip", "--decision", "Yes: simplest", "--question", "Else? → no");
  expect(await runJson(root, "status")).toMatchObject({
    open_questions: [
      { question: "Per IP?", decision: "Yes: simplest" },
      { question: "Else?", decision: "no" },
    ],
  });
  expect(project.read(".claude/work/7.md")).toContain("1. **Redis:** it is there\n2. **Yes:** simplest\n");
});

test("all that a file says and all that the call says is saved", async () => {
  const project = await started();
  project.write(
    "save.json",
    JSON.stringify({ add_next: ["One"], blockers: ["B"], description: "From the file", drop: ["docs"] }),
  );
  const ended = await runGate(
    project.root,
    "save",
    "--from-json",
    "save.json",
    "--add-next",
    "Two",
    "--description",
    "From the call",
  );
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(await runJson(project.root, "show")).toMatchObject({
    progress_items: [{ text: "Write tests" }],
    next_steps: ["Review", "One", "Two"],
    blockers: "B",
    description: "From the call",
  });
});

test("standard input is read once", async () => {
  const { root } = await started();
  const ended = await runGate(root, "save", "--description", "-", "--approach", "-");
  expect([ended.code, ended.stderr]).toEqual([
    2,
    "error: Cannot read standard input twice, for --description and --approach\n  Give one of them as a text or a file.\n",
  ]);
});

test("words of a list that cannot be emptied are refused", async () => {
  const { root } = await started();
  const ended = await runGate(root, "save", "--clear", "everything");
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("progress, next, questions, blockers, context");
});

test("tests pass or do not, by their box or by a flag for those of the call", async () => {
  const { root } = await started();
  await runGate(root, "save", "--test", "Unit", "--test", "[x] Lint", "--failed");
  await runGate(root, "save", "--test", "Unit", "--passed");
  expect(await runJson(root, "show")).toMatchObject({
    tests: [
      { name: "Unit", passed: true, state: "unproven" },
      { name: "Lint", passed: false, state: "unproven" },
    ],
  });
  expect((await runGate(root, "save", "--test", "Unit", "--passed", "--failed")).code).toBe(2);
  expect((await runGate(root, "save", "--passed")).stderr).toContain("Cannot save: nothing to save");
});
