/** The JSON results: which keys, in which order, and what stands in them. */
import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { runBuilt } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { runGate, runJson } from "../support/terminal.ts";

const PROBLEM = ["rule", "severity", "message", "line", "column", "end_line", "end_column", "fixable"];
const START = [
  "success",
  "message",
  "state_file_updated",
  "previous_work_archived",
  "file_size",
  "work_file",
  "work_file_created",
  "work_file_freshness",
  "resumed",
  "revision",
];

function keysOf(value: unknown): string[] {
  return Object.keys(value as object);
}

test("init", async () => {
  const { root } = makeProject();
  const first = await runJson(root, "init");
  expect(keysOf(first)).toEqual([
    "initialized",
    "state_file_created",
    "directories_created",
    "adopted",
    "revision",
    "warnings",
  ]);
  expect(first).toMatchObject({
    initialized: true,
    state_file_created: ".claude/state.md",
    directories_created: [".claude/work", ".claude/archive"],
    adopted: false,
    warnings: [],
  });
  const second = await runJson(root, "init");
  expect(second).toEqual({ ...first, state_file_created: null, directories_created: [] });
});

test("status, of nothing, of idle and of work", async () => {
  const { root } = makeProject();
  const keys = [
    "exists",
    "valid",
    "issue_number",
    "issue_title",
    "branch",
    "started",
    "last_updated",
    "freshness",
    "hours_since_update",
    "progress_items",
    "next_steps",
    "open_questions",
    "recent_work",
    "blockers",
    "context",
    "problems",
    "revision",
    "path",
    "work_file",
    "git",
    "elsewhere",
  ];
  const missing = await runJson(root, "status");
  expect(keysOf(missing)).toEqual(keys);
  expect(missing).toMatchObject({
    exists: false,
    valid: false,
    issue_number: null,
    progress_items: [],
    revision: null,
  });
  await runGate(root, "start", "12", "--title", "Old");
  await runGate(root, "start", "1234", "--title", "New", "--branch", "b");
  const save = ["save", "--done", "A", "--doing", "B:40", "--next", "N", "--question", "Q", "--question", "R → yes"];
  await runGate(root, ...save);
  const status = await runJson(root, "status");
  expect(keysOf(status)).toEqual(keys);
  expect(status).toMatchObject({
    exists: true,
    valid: true,
    issue_number: 1234,
    issue_title: "New",
    branch: "b",
    freshness: "recent",
    hours_since_update: 0,
    next_steps: ["N"],
    blockers: null,
    context: [],
  });
  // An absent percentage is left out, other absent values are null.
  expect(JSON.stringify(status["progress_items"])).toBe(
    '[{"status":"completed","text":"A"},{"status":"in_progress","text":"B","percentage":40}]',
  );
  expect(JSON.stringify(status["open_questions"])).toBe(
    '[{"question":"Q","decision":null},{"question":"R","decision":"yes"}]',
  );
  expect(status["recent_work"]).toEqual([
    { issue_number: 12, issue_title: "Old", status: "paused", date: new Date().toISOString().slice(0, 10) },
  ]);
  expect(keysOf((status["recent_work"] as unknown[])[0])).toEqual(["issue_number", "issue_title", "status", "date"]);
});

test("problems", async () => {
  const { root } = makeProject({ ".claude/state.md": "## Active Work\n\n## Recent Work\n" });
  const status = await runJson(root, "status");
  const problems = status["problems"] as Record<string, unknown>[];
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) expect(keysOf(problem)).toEqual(PROBLEM);
});

test("start, and again", async () => {
  const { root } = makeProject();
  const first = await runJson(root, "start", "007", "--title", "Seven");
  expect(keysOf(first)).toEqual([...START, "warnings"]);
  expect(first).toMatchObject({
    success: true,
    message: "Active work set to #7 - Seven",
    state_file_updated: ".claude/state.md",
    previous_work_archived: false,
    work_file: ".claude/work/7.md",
    work_file_created: true,
    work_file_freshness: "recent",
    resumed: false,
  });
  const again = await runJson(root, "start", "7");
  expect(again).toMatchObject({ work_file_created: false, resumed: true, message: "Active work set to #7 - Seven" });
});

test("save", async () => {
  const { root } = makeProject();
  await runGate(root, "start", "7", "--title", "Seven");
  const result = await runJson(root, "save", "--done", "A", "--next", "B", "--log", "L");
  expect(keysOf(result)).toEqual([
    "success",
    "message",
    "items_updated",
    "timestamp",
    "work_file_updated",
    "issue_number",
    "progress_items",
    "next_steps",
    "open_questions",
    "active_issue_changed",
    "added",
    "revision",
    "warnings",
  ]);
  expect(result).toMatchObject({
    success: true,
    message: "Progress updated for issue #7",
    items_updated: 1,
    work_file_updated: ".claude/work/7.md",
    revision: (await runJson(root, "status"))["revision"],
  });
  expect(result["timestamp"]).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
});

test("done", async () => {
  const { root } = makeProject();
  await runGate(root, "start", "7", "--title", "Seven");
  const result = await runJson(root, "done", "--reason", "Not needed", "--pr", "https://example.org/p/1");
  expect(keysOf(result)).toEqual([
    "success",
    "message",
    "archived_issue",
    "recent_work_count",
    "archived_to",
    "open_items",
    "open_questions",
    "proof",
    "dropped_items",
    "revision",
    "warnings",
  ]);
  expect(result).toMatchObject({
    message: "Cleared active work - moved #7 to Recent Work",
    archived_issue: 7,
    recent_work_count: 1,
    archived_to: ".claude/archive/7.md",
  });
});

test("done --no-archive", async () => {
  const project = makeProject();
  await runGate(project.root, "start", "7", "--title", "Seven");
  expect(await runJson(project.root, "done", "--no-archive")).toMatchObject({ archived_to: null });
  expect(project.read(".claude/work/7.md")).toContain("**Status:** completed");
});

test("reconstruct, and with a choice", async () => {
  const project = makeProject();
  const { root } = project;
  await runGate(root, "start", "7", "--title", "Seven");
  await runGate(root, "start", "8", "--title", "Eight");
  project.write(".claude/work/notes.md", "# Notes\n");
  project.write(".claude/state.md", "");
  const keys = ["found_work_files", "suggestions", "skipped", "user_selection_needed"];
  const found = await runJson(root, "reconstruct");
  expect(keysOf(found)).toEqual([...keys, "complete"]);
  expect(found).toMatchObject({ found_work_files: 3, user_selection_needed: true });
  const suggestions = found["suggestions"] as Record<string, unknown>[];
  expect(suggestions.map((each) => each["issue_number"])).toEqual([8, 7]);
  expect(keysOf(suggestions[0])).toEqual([
    "issue_number",
    "title",
    "last_updated",
    "recency",
    "status",
    "freshness",
    "progress",
  ]);
  expect(suggestions[0]).toMatchObject({ progress: null });
  expect((found["skipped"] as unknown[]).map(keysOf)).toEqual([["file", "reason"]]);

  rmSync(`${root}/.claude/state.md`);
  const before = project.read(".claude/work/7.md");
  const chosen = await runJson(root, "reconstruct", "--select", "7", "--yes");
  // It was paused for another one.
  const start = [...START.slice(0, -1), "plan_restored", START.at(-1)!];
  expect(keysOf(chosen)).toEqual([...keys, ...start, "complete", "warnings"]);
  expect(chosen).toMatchObject({ user_selection_needed: false, message: "Active work set to #7 - Seven" });
  expect(project.read(".claude/work/7.md")).toBe(before.replace(/## Paused Plan\n[\s\S]*?(?=## Progress Log)/, ""));
});

test("verify", async () => {
  const { root } = makeProject({ ".claude/.gate/.gitignore": "*\n" });
  const missing = await runJson(root, "verify", "7");
  const keys = [
    "exists",
    "valid",
    "issue_number",
    "issue_title",
    "status",
    "started",
    "last_updated",
    "freshness",
    "problems",
    "revision",
    "path",
  ];
  expect(keysOf(missing)).toEqual(keys);
  expect(missing).toMatchObject({ exists: false, valid: false, issue_number: null, problems: [] });
  await runGate(root, "start", "7", "--title", "Seven");
  const found = await runJson(root, "verify", "7");
  expect(keysOf(found)).toEqual(keys);
  expect(found).toMatchObject({
    exists: true,
    valid: true,
    issue_number: 7,
    status: "in_progress",
    freshness: "recent",
  });
});

test("check, as JSON in both spellings, with its exit code", async () => {
  const project = makeProject({ ".claude/state.md": "## Active Work\n" });
  const { root } = project;
  const [flag, format] = await Promise.all([
    runGate(root, "check", "--json"),
    runGate(root, "check", "--format", "json"),
  ]);
  expect(flag).toEqual(format);
  expect(flag.code).toBe(1);
  const result = JSON.parse(flag.stdout) as { files: { problems: unknown[] }[]; errors: number };
  expect(keysOf(result)).toEqual(["files", "errors", "warnings", "fixed"]);
  expect(keysOf(result.files[0])).toEqual(["path", "problems"]);
  expect(keysOf(result.files[0]!.problems[0])).toEqual(PROBLEM);
  expect(result.errors).toBeGreaterThan(0);
});

test("check names documents from the current folder and from the project", async () => {
  const { root } = makeProject();
  await runGate(root, "start", "7", "--title", "Seven");
  const pathsOf = async (cwd: string, path: string) =>
    ((await runJson(cwd, "check", path))["files"] as { path: string }[]).map((file) => file.path);
  const calls = [
    [root, ".claude/work/7.md"],
    [`${root}/.claude/work`, "7.md"],
    [`${root}/.claude/work`, ".claude/work/7.md"],
    [`${root}/.claude`, "./work/7.md"],
    [root, `${root}/.claude/work/7.md`],
  ] as const;
  for (const [cwd, path] of calls) expect(await pathsOf(cwd, path), `${path} in ${cwd}`).toEqual([".claude/work/7.md"]);
});

test("check in the other formats", async () => {
  const { root } = makeProject({ ".claude/state.md": "## Active Work\n## Context\n" });
  const [pretty, github, sarif] = await Promise.all(
    ["pretty", "github", "sarif"].map((format) => runGate(root, "check", "--format", format)),
  );
  expect(pretty!.stdout).toMatch(/^\.claude\/state\.md:\d+:\d+ error [a-z-]+ .+$/m);
  expect(pretty!.stdout).toMatch(/^\d+ errors, \d+ warnings?$/m);
  expect(github!.stdout).toMatch(/^::error file=\.claude\/state\.md,line=\d+/);
  expect(JSON.parse(sarif!.stdout)).toMatchObject({ version: "2.1.0", runs: [{ tool: {} }] });
  expect([pretty!.code, github!.code, sarif!.code]).toEqual([1, 1, 1]);
});

test("check --fix says how much it mended", async () => {
  const project = makeProject();
  const { root } = project;
  await runGate(root, "start", "7", "--title", "Seven");
  project.write(".claude/work/7.md", project.read(".claude/work/7.md").replace("## Learnings", "## learnings"));
  const before = await runJson(root, "check");
  const fixed = await runJson(root, "check", "--fix");
  expect(keysOf(fixed)).toEqual(["files", "errors", "warnings", "fixed"]);
  expect(fixed).toMatchObject({ fixed: 1, warnings: (before["warnings"] as number) - 1 });
  expect(project.read(".claude/work/7.md")).toContain("## Learnings");
});

test("a description comes from a file or from standard input", async () => {
  const project = makeProject({ "about.md": "From a file.\n" });
  await runGate(project.root, "start", "7", "--title", "T", "--description-file", "about.md");
  expect(project.read(".claude/work/7.md")).toContain("## Issue Description\n\nFrom a file.");
  const input = "From input.\n## Approach\n";
  await runBuilt({ cwd: project.root, input }, "start", "8", "--title", "T", "--description-file", "-");
  expect(project.read(".claude/work/8.md")).toContain("From input.");
  expect(project.read(".claude/work/8.md").match(/^## Approach$/gm)).toHaveLength(1);
});
