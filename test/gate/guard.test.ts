/** Guarding files of others: the list, their versions, what is said of them, and that nothing of them is touched unasked. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { meetGuarded } from "../../src/gate/commit/guarded.ts";
import { keepVersions } from "../../src/gate/commit/keep.ts";
import { check } from "../../src/gate/documents/check.ts";
import { commitEdit, openForEdit } from "../../src/gate/documents/edit.ts";
import { tick } from "../../src/gate/documents/tick.ts";
import { blame } from "../../src/gate/history/blame.ts";
import { diff } from "../../src/gate/history/diff.ts";
import { history } from "../../src/gate/history/history.ts";
import { restore, undo } from "../../src/gate/history/undo.ts";
import { guard, guardList } from "../../src/gate/install/guard.ts";
import { install } from "../../src/gate/install/install.ts";
import { suggestGuards } from "../../src/gate/install/suggest-guards.ts";
import { faultOfPattern } from "../../src/gate/view/guard.ts";
import { status } from "../../src/gate/view/status.ts";
import { runs } from "../support/effort.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const PLAN = "# Plan\n\n- [ ] One\n- [ ] Two\n";
const LIST = ".claude/gate.yaml";

async function makeGuarded(text: string = PLAN): Promise<TestProject> {
  const project = makeProject({ "plan.md": text });
  await guard(project.gate, { paths: ["plan.md"] });
  return project;
}

async function rulesOf({ gate }: TestProject): Promise<readonly string[]> {
  return (await check(gate)).files.flatMap(({ path, problems }) => problems.map(({ rule }) => `${path} ${rule}`));
}

test("guarding makes the list and keeps what is there, and writes nothing else", async () => {
  const project = makeProject({ "plan.md": PLAN, "specs/1/tasks.md": "- [ ] a\n" });
  const { value, warnings } = await guard(project.gate, { paths: ["plan.md", "specs/*/tasks.md", "docs/*.md"] });
  expect(value).toMatchObject({ success: true, changed: true, added: ["plan.md", "specs/*/tasks.md", "docs/*.md"] });
  expect(warnings).toEqual(["docs/*.md finds no file yet"]);
  expect(project.tree()).toEqual({
    ".claude": "folder",
    ".claude/gate.yaml":
      '# yaml-language-server: $schema=../node_modules/state-gatekeeper/templates/gate.schema.json\nschema_version: 1\nguard:\n  - plan.md\n  - "specs/*/tasks.md"\n  - "docs/*.md"\n',
    "plan.md": PLAN,
    specs: "folder",
    "specs/1": "folder",
    "specs/1/tasks.md": "- [ ] a\n",
  });
  const { entries } = await history(project.gate);
  expect(entries.map(({ path, operation }) => [path, operation]).sort()).toEqual([
    ["plan.md", "outside"],
    ["specs/1/tasks.md", "outside"],
  ]);
  expect(await guardList(project.gate)).toMatchObject({
    exists: true,
    patterns: [
      { pattern: "plan.md", files: ["plan.md"] },
      { pattern: "specs/*/tasks.md", files: ["specs/1/tasks.md"] },
      { pattern: "docs/*.md", files: [] },
    ],
    problems: [{ rule: "guard-list", severity: "info", line: 6, column: 5 }],
  });
  const again = await guard(project.gate, { paths: ["plan.md"] });
  expect([again.value.changed, again.written]).toEqual([false, []]);
});

test("a dry run makes nothing", async () => {
  const project = makeProject({ "plan.md": PLAN });
  const before = project.tree(true);
  const { written } = await guard(project.gate, { paths: ["plan.md"] }, { dryRun: true });
  expect(written.map(({ path }) => path)).toEqual([LIST]);
  expect(project.tree(true)).toEqual(before);
});

test.each([
  ["UNSAFE_PATH", { paths: ["../x.md"] }],
  ["UNSAFE_PATH", { paths: ["/etc/x.md"] }],
  ["UNSAFE_PATH", { paths: ["a/../../*.md"] }],
  ["UNSAFE_PATH", { paths: ["link.md"] }],
  ["NOT_FOUND", { paths: ["none.md"] }],
  ["INVALID_ARGUMENT", { paths: ["a.txt"] }],
  ["INVALID_ARGUMENT", { paths: [".claude/state.md"] }],
  ["INVALID_ARGUMENT", { paths: [".hidden.md"] }],
  ["INVALID_ARGUMENT", {}],
  ["INVALID_ARGUMENT", { paths: ["plan.md"], remove: ["plan.md"] }],
  ["NOT_FOUND", { remove: ["plan.md"] }],
  ["INVALID_ARGUMENT", { allow: ["plan.md"] }],
] as const)("%s for %j, and nothing is written", async (code, input) => {
  const project = makeProject({ "plan.md": PLAN, "a.txt": "", ".hidden.md": "" });
  symlinkSync("plan.md", join(project.root, "link.md"));
  const before = project.tree(true);
  await expect(guard(project.gate, input)).rejects.toMatchObject({ code });
  expect(project.tree(true)).toEqual(before);
});

test("a list that cannot be read guards nothing, is named with its place, and is not written over", async () => {
  const project = makeProject({ "plan.md": PLAN });
  for (const text of ["guard:\n  - a: b\n", "guard: [\n", "guard: 7\n", "schema_version: 9\nguard: []\n"]) {
    project.write(LIST, text);
    const place = text.startsWith("guard:\n") ? ":2:5:" : ":";
    await expect(guard(project.gate, { paths: ["plan.md"] })).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringContaining(`${LIST}${place}`),
    });
    expect(project.read(LIST)).toBe(text);
    expect(await rulesOf(project)).toEqual([`${LIST} guard-list`]);
  }
  await expect(check(project.gate, { paths: ["plan.md"] })).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    hint: expect.stringContaining(`${LIST}:1:17: `),
  });
  project.write(LIST, Buffer.from([0x67, 0xff]));
  expect(await rulesOf(project)).toEqual([`${LIST} guard-list`]);
  await expect(guard(project.gate, { paths: ["plan.md"] })).rejects.toMatchObject({ code: "CORRUPT" });
  rmSync(join(project.root, LIST));
  mkdirSync(join(project.root, LIST));
  expect(await rulesOf(project)).toEqual([`${LIST} guard-list`]);
});

test("what stands in the list and must not is said, and the rest is guarded", async () => {
  const project = makeProject({ "plan.md": PLAN });
  project.write(
    LIST,
    "guard:\n  - ../x.md\n  - /y.md\n  - .claude/state.md\n  - a.txt\n  - none.md\n  - plan.md\nother: 1\n",
  );
  const { files, errors, warnings } = await check(project.gate);
  expect([errors, warnings]).toEqual([4, 1]);
  expect(files[0]!.problems.map(({ line, severity }) => [line, severity])).toEqual([
    [8, "warning"],
    ...[2, 3, 4, 5].map((line) => [line, "error"]),
    [6, "info"],
  ]);
  expect(files.map(({ path }) => path)).toEqual([LIST, "plan.md"]);
});

test("removing takes one line out and leaves the versions", async () => {
  const project = await makeGuarded();
  project.write("b.md", "b\n");
  project.write(LIST, `# ours\n${project.read(LIST)}  - b.md # theirs\n`);
  await guard(project.gate, { remove: ["plan.md"] });
  expect(project.read(LIST)).toMatch(/^# ours\n# yaml.*\nschema_version: 1\nguard:\n {2}- b.md # theirs\n$/);
  expect((await history(project.gate, { paths: ["plan.md"] })).entries).toHaveLength(1);
  project.write(LIST, "{guard: [b.md]}\n");
  await guard(project.gate, { remove: ["b.md"] });
  expect(project.read(LIST)).toBe("{guard: []}\n");
  project.write(LIST, "{schema_version: 1}\n");
  await expect(guard(project.gate, { paths: ["plan.md"] })).rejects.toMatchObject({
    hint: /Add by hand: plan.md/ as never,
  });
});

test("suggests what other tools have left, but for what is guarded", async () => {
  const project = makeProject({
    "plan.md": PLAN,
    "task_plan.md": PLAN,
    "specs/001-a/tasks.md": "- [ ] a\n",
    "memory-bank/progress.md": "x\n",
    ".planning/STATE.md": "x\n",
  });
  const named = async () => (await suggestGuards(project.gate)).suggestions.map(({ pattern }) => pattern);
  expect(await named()).toEqual([".planning/STATE.md", "memory-bank/progress.md", "task_plan.md", "specs/*/tasks.md"]);
  await guard(project.gate, { paths: ["task_plan.md", ".planning/STATE.md"] });
  expect(await named()).toEqual(["memory-bank/progress.md", "specs/*/tasks.md"]);
});

test("undo, redo, restore, diff and blame go by the versions of the file", async () => {
  const project = await makeGuarded();
  const { gate } = project;
  const path = "plan.md";
  await tick(gate, { path, text: "One" });
  const ticked = project.read(path);
  await undo(gate, { path });
  expect(project.read(path)).toBe(PLAN);
  await undo(gate, { path, redo: true });
  expect(project.read(path)).toBe(ticked);
  expect((await diff(gate, { path })).diff).toContain("+- [x] One");
  const { lines } = await blame(gate, { path });
  expect(lines.map(({ operation }) => operation)).toEqual(["outside", "outside", "tick", "outside"]);
  const { entries } = await history(gate, { paths: [path] });
  await restore(gate, { id: entries.at(-1)!.id });
  expect(project.read(path)).toBe(PLAN);
  await restore(gate, { id: entries[0]!.id, path });
  rmSync(join(project.root, path));
  expect(await rulesOf(project)).toEqual(["plan.md rolled-back"]);
  expect((await status(gate)).guardedProblems).toMatchObject([{ path, rule: "rolled-back" }]);
  await restore(gate, { path });
  expect(project.read(path)).toBe(ticked);
  expect((await status(gate)).guardedProblems).toBeUndefined();
  await expect(undo(gate, { path, id: "000000" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(restore(gate, {})).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  await expect(undo(gate, { path, issue: 7 })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  await expect(restore(gate, { path: "other.md" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  project.write("other.md", "x\n");
  await guard(gate, { paths: ["other.md"] });
  const id = entries[0]!.id;
  await expect(undo(gate, { path: "other.md", id })).rejects.toMatchObject({
    message: /it is one of plan.md/ as never,
  });
  await expect(undo(gate, { path: "other.md" })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("whatever bytes a file had, they come back", async () => {
  const project = await makeGuarded();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async (bytes) => {
      project.write("plan.md", bytes);
      await meetGuarded(project.gate);
      project.later(1000);
      project.write("plan.md", `${PLAN}${Math.random()}`);
      await meetGuarded(project.gate);
      await undo(project.gate, { path: "plan.md" });
      expect(Buffer.from(project.read("plan.md"), "utf8")).toEqual(
        Buffer.from(Buffer.from(bytes).toString("utf8"), "utf8"),
      );
      expect(project.tree()["plan.md"]).toBe(Buffer.from(bytes).toString("latin1"));
    }),
    runs(100, 11, 10),
  );
});

test("what is met before a write and before git takes something back is a version", async () => {
  const project = await makeGuarded();
  project.write("plan.md", `${PLAN}- [ ] Three\n`);
  await tick(project.gate, { path: "plan.md", text: "Three" });
  const { entries } = await history(project.gate, { paths: ["plan.md"] });
  expect(entries.map(({ operation }) => operation)).toEqual(["tick", "outside", "outside"]);
  project.later(1000);
  project.write("plan.md", "unsaved\n");
  await keepVersions(project.gate);
  project.write("plan.md", PLAN);
  expect(await rulesOf(project)).toEqual(["plan.md rolled-back"]);
  await restore(project.gate, { path: "plan.md" });
  expect(project.read("plan.md")).toBe("unsaved\n");
});

test("a guarded file is edited as bytes, merged with what others wrote, and takes no conflict", async () => {
  const project = await makeGuarded("﻿# Plan\r\n\r\n- [ ] One\r\n\r\nend\r\n");
  const { gate } = project;
  const opened = await openForEdit(gate, "plan.md");
  const edited = Buffer.from(Buffer.from(opened.bytes).toString().replace("One", "Uno"));
  project.write("plan.md", `${project.read("plan.md")}more\r\n`);
  const { value } = await commitEdit(gate, opened, edited, {});
  expect(value).toMatchObject({ success: true, changed: true });
  expect(project.read("plan.md")).toBe("﻿# Plan\r\n\r\n- [ ] Uno\r\n\r\nend\r\nmore\r\n");
  const again = await openForEdit(gate, "plan.md");
  expect((await commitEdit(gate, again, again.bytes, {})).value).toMatchObject({ changed: false });
  const bad = await commitEdit(gate, again, Buffer.from("<<<<<<< a\n"), {});
  expect(bad.value).toMatchObject({ success: false, problems: [{ rule: "conflict-marker" }] });
  const nul = await commitEdit(gate, again, Buffer.from("a\0\n"), {});
  expect(nul.value).toMatchObject({ success: false });
  await expect(openForEdit(gate, "other.md")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  rmSync(join(project.root, "plan.md"));
  await expect(commitEdit(gate, again, edited, {})).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(openForEdit(gate, "plan.md")).rejects.toMatchObject({ code: "NOT_FOUND" });
  symlinkSync("x", join(project.root, "plan.md"));
  await expect(openForEdit(gate, "plan.md")).rejects.toMatchObject({ code: "UNSAFE_PATH" });
  expect(await rulesOf(project)).toContain("plan.md symbolic-link");
});

test("git has the attribute of guarded files where the driver is set up, and says what is unmerged", async () => {
  const project = makeProject({ "plan.md": PLAN, "a b.md": "x\n" });
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: project.root });
  git("init", "-q", "-b", "main");
  await guard(project.gate, { paths: ["plan.md"] });
  expect(project.exists(".gitattributes")).toBe(false);
  await install(project.gate, { git: true }, { search: { path: "", node: process.execPath } });
  expect(project.read(".gitattributes")).toContain("\n/plan.md merge=state-gatekeeper\n");
  const { written } = await guard(project.gate, { paths: ["a b.md", "specs/**/*.md"] });
  expect(written.map(({ path }) => path)).toEqual([LIST, ".gitattributes"]);
  expect(project.read(".gitattributes")).toContain(
    '\n"/a b.md" merge=state-gatekeeper\nspecs/**/*.md merge=state-gatekeeper\n',
  );
  expect(git("check-attr", "merge", "plan.md", "a b.md", "specs/1/b.md", "x/plan.md").toString()).toBe(
    "plan.md: merge: state-gatekeeper\na b.md: merge: state-gatekeeper\nspecs/1/b.md: merge: state-gatekeeper\nx/plan.md: merge: unspecified\n",
  );
  await guard(project.gate, { remove: ["a b.md"] });
  expect(project.read(".gitattributes")).not.toContain("a b.md");
  const id = git("hash-object", "-w", "plan.md").toString().trim();
  execFileSync("git", ["update-index", "--index-info"], {
    cwd: project.root,
    input: `100644 ${id} 2\tplan.md\n100644 ${id} 3\tplan.md\n`,
  });
  expect(await rulesOf(project)).toContain("plan.md unmerged");
});

test("a project without a list says nothing of it, and keeps nothing", async () => {
  const project = makeProject({ "plan.md": PLAN });
  expect((await status(project.gate)).guardedProblems).toBeUndefined();
  expect((await check(project.gate)).files).toEqual([]);
  expect(await guardList(project.gate)).toEqual({ path: LIST, exists: false, patterns: [], problems: [] });
  await meetGuarded(project.gate);
  await expect(check(project.gate, { paths: ["plan.md"] })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  expect(project.tree(true)).toEqual({ ".claude": "folder", "plan.md": PLAN });
});

test("editors are told by the schema what the list takes", async () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, "../../templates/gate.schema.json"), "utf8"));
  expect(Object.keys(schema.properties)).toEqual(["schema_version", "guard"]);
  const pattern = new RegExp(schema.properties.guard.items.pattern);
  for (const path of ["plan.md", "specs/*/tasks.md", "**/*.md", ".planning/STATE.md"]) {
    expect([pattern.test(path), faultOfPattern(path)], path).toEqual([true, undefined]);
  }
  for (const path of ["", "/a.md", "../a.md", "a/../b.md", "C:/a.md", "~/a.md", ".."]) {
    expect([pattern.test(path), faultOfPattern(path)?.severity], path).toEqual([false, "error"]);
  }
});
