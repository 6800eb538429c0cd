/** The flags of all commands: where they stand, and what they do. */
import { mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { splitCommand } from "../../src/cli/flags.ts";
import { readWords, valuesOf } from "../../src/cli/read-words.ts";
import { makeFolder } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { runGate, runGateWith, runJson } from "../support/terminal.ts";

test("flags stand before or after the command", async () => {
  const { root } = makeProject();
  const elsewhere = makeFolder();
  await runGate(root, "start", "7", "--title", "Seven");
  const ended = await Promise.all([
    runGate(elsewhere, "--root", root, "--json", "verify", "7"),
    runGate(elsewhere, "verify", "7", "--json", "--root", root),
    runGate(elsewhere, `--root=${root}`, "verify", "--json", "7"),
    runGate(elsewhere, "--json", "--root", root, "verify", "--", "7"),
    runGate(elsewhere, "--root", root, "--json", "--", "verify", "7"),
  ]);
  for (const { code, stdout } of ended) {
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ exists: true, issue_number: 7 });
  }
});

test("a flag can be the value of another, and behind -- it is no flag", async () => {
  const project = makeProject();
  await runGate(project.root, "start", "7", "--title", "--json");
  await runGate(project.root, "save", "--log", "--dry-run", "--done=--yes");
  expect(await runJson(project.root, "status")).toMatchObject({
    issue_title: "--json",
    progress_items: [{ status: "completed", text: "--yes" }],
  });
  const ended = await runGate(project.root, "start", "8", "--title", "T", "--", "--json");
  expect(ended.code).toBe(2);
  expect(ended.stdout).toBe("");
});

test("the project is the nearest folder that holds state", async () => {
  const { root } = makeProject();
  await runGate(root, "init");
  mkdirSync(`${root}/a/b`, { recursive: true });
  expect(await runJson(`${root}/a/b`, "status")).toMatchObject({ exists: true });
});

test("the home folder's .claude is no project of those inside it", async () => {
  const { root } = makeProject();
  mkdirSync(`${root}/a`);
  const ended = await runGateWith({ cwd: `${root}/a`, environment: { HOME: root } }, "history");
  expect(ended.code).toBe(3);
});

test("init takes the current folder where there is no project", async () => {
  const folder = makeFolder();
  expect((await runGate(folder, "init")).code).toBe(0);
  expect(await runJson(folder, "status")).toMatchObject({ exists: true });
});

test("--quiet prints errors alone", async () => {
  const { root } = makeProject();
  const silent = { code: 0, stdout: "", stderr: "" };
  expect(await runGate(root, "start", "7", "--title", "T", "--quiet")).toEqual(silent);
  expect(await runGate(root, "--quiet", "status")).toEqual(silent);
  expect(await runGate(root, "check", "--quiet")).toEqual(silent);
  expect((await runGate(root, "start", "x", "--quiet")).stderr).toMatch(/^error: /);
  expect((await runGate(root, "status", "--quiet", "--json")).stdout).toMatch(/^\{/);
});

test("--if-match writes when the revision is still this one", async () => {
  const { root } = makeProject();
  const { revision } = await runJson(root, "start", "7", "--title", "T");
  const first = await runJson(root, "save", "--done", "a", "--if-match", String(revision));
  expect(first).toMatchObject({ success: true });
  const second = await runJson(root, "save", "--done", "b", "--if-match", String(revision));
  expect(second).toMatchObject({ success: false, error: { code: "CONFLICT" } });
  expect(await runJson(root, "status")).toMatchObject({ progress_items: [{ text: "a" }] });
});

test.each([
  ["0", 0],
  ["1.5", 1500],
  ["86400", 86_400_000],
  ["86401", undefined],
  ["-1", undefined],
  ["1e3", undefined],
  ["", undefined],
])("--lock-timeout %s", (lockTimeout, milliseconds) => {
  const read = () => valuesOf({}, readWords({}, ["--lock-timeout", lockTimeout])!).flags.lockTimeout;
  if (milliseconds === undefined) expect(read).toThrow("Cannot use --lock-timeout");
  else expect(read()).toBe(milliseconds);
});

test("an issue that is given twice is the same one", async () => {
  const project = makeProject();
  await runGate(project.root, "start", "7", "--title", "Seven");
  const refused = await runGate(project.root, "done", "7", "--issue", "8");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("Cannot finish #7 with --issue 8");
  expect(await runJson(project.root, "status")).toMatchObject({ issue_number: 7 });
  expect((await runGate(project.root, "done", "7", "--issue", "7")).code).toBe(0);
});

test("splitCommand", () => {
  expect(splitCommand(["--root", "status", "save", "--root", "x"])).toEqual({
    name: "save",
    rest: ["--root", "status", "--root", "x"],
  });
  expect(splitCommand(["--", "status", "--", "x"])).toEqual({ name: "status", rest: ["--", "--", "x"] });
  expect(splitCommand(["--help", "save"])).toEqual({ name: "save", rest: ["--help"] });
  expect(splitCommand(["--nonsense", "save"])).toEqual({ rest: ["--nonsense", "save"] });
  expect(splitCommand(["--"])).toEqual({ rest: ["--"] });
  expect(splitCommand([])).toEqual({ rest: [] });
});

describe("--best-effort", () => {
  test.each([
    [["save", "--next", "x", "--best-effort"], "warning: Cannot find a project: "],
    [["--best-effort", "verify"], "warning: "],
    [["nonesuch", "--best-effort"], "warning: "],
    [["merge", "a", "b", "c", "--best-effort"], "warning: "],
  ])("%j fails with a warning alone", async (args, said) => {
    const { code, stderr } = await runGate(makeProject().root, ...args);
    expect([code, stderr]).toEqual([0, expect.stringContaining(said)]);
    expect(stderr).not.toContain("error:");
  });

  test("tells programs what failed, and is no flag behind `--`", async () => {
    const { root } = makeProject();
    const { code, stdout } = await runGate(root, "done", "--json", "--best-effort");
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { success: false, error: { code: "NOT_FOUND" } }]);
    expect((await runGate(root, "check", "--", "--best-effort")).code).not.toBe(0);
  });
});
