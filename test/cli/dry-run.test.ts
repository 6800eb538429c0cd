/** Promises about what is not touched: by a dry run, by reading, and by a call that fails. */
import { chmodSync, cpSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { listTree, makeFolder, runProgram } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { runAtTerminal, runGate, runJson } from "../support/terminal.ts";

async function makeBusyProject() {
  const project = makeProject({ "src/a.ts": "export {};\n" });
  const cwd = project.root;
  await runAtTerminal({ cwd }, "start", "7", "--title", "Seven", "--branch", "b");
  await runAtTerminal({ cwd }, "save", "--done", "A", "--doing", "B:40", "--next", "N", "--question", "Q");
  const work = project.read(".claude/work/7.md").replace("## Learnings", "## learnings");
  project.write(".claude/work/7.md", work);
  return project;
}

const WRITES = [
  ["init"],
  ["start", "7"],
  ["start", "8", "--title", "Eight"],
  ["save", "--done", "C", "--log", "L", "--decision", "d: r"],
  ["save", "--offline", "--log", "L"],
  ["done", "--pr", "https://example.org/p/1"],
  ["done", "--no-archive"],
  ["check", "--fix"],
  ["reconstruct", "--select", "7"],
  ["undo"],
  ["undo", "--work", "7"],
  ["restore", "OLDEST"],
] as const;

test("a dry run writes nothing", async () => {
  const { root } = await makeBusyProject();
  const oldest = readdirSync(`${root}/.claude/.gate/history/state.md`).sort()[0]!;
  const before = listTree(root);
  const ended = await Promise.all(
    WRITES.map((args) => args.map((word) => (word === "OLDEST" ? oldest : word))).flatMap((args) => [
      runGate(root, ...args, "--dry-run"),
      runJson(root, ...args, "--dry-run"),
    ]),
  );
  expect(listTree(root)).toEqual(before);
  for (const each of ended) {
    if ("code" in each) expect(each.code, String(each.stderr)).toBe(0);
    else expect(each).toMatchObject({ dry_run: true, diff: expect.any(String) });
  }
});

test("a dry run in a folder without anything makes no folders", async () => {
  const folder = makeFolder();
  const before = listTree(folder);
  const result = await runJson(folder, "init", "--dry-run");
  expect(result).toMatchObject({ dry_run: true, state_file_created: ".claude/state.md" });
  expect(result["diff"]).toMatch(/^--- \/dev\/null\n\+\+\+ b\/\.claude\/state\.md\n@@ -0,0 \+1,\d+ @@\n/);
  expect(listTree(folder)).toEqual(before);
});

test("for people the diff is all of standard output", async () => {
  const project = await makeBusyProject();
  const { root } = project;
  // Of an earlier second, so that both runs move every time there is, whichever second they meet.
  for (const path of [".claude/state.md", ".claude/work/7.md"]) {
    project.write(path, project.read(path).replace(/\d{4}-\d{2}-\d{2}T[\d:]{8}Z/g, "2024-10-23T10:00:00Z"));
  }
  const [text, json] = await Promise.all([
    runGate(root, "save", "--done", "A", "--doing", "B:40", "--todo", "C", "--dry-run"),
    runJson(root, "save", "--done", "A", "--doing", "B:40", "--todo", "C", "--dry-run"),
  ]);
  const withoutTimes = (diff: unknown) => String(diff).replace(/\d{2}:\d{2}:\d{2}Z/g, "");
  expect(withoutTimes(text.stdout)).toBe(withoutTimes(json["diff"]));
  expect(text.stdout).toContain("+- ⏸️ C");
  expect(text.stderr).toBe("Dry run: nothing was written.\n");
});

test.each([
  ["an edit", "\n", ["save", "--todo", "C", "--log", "L"]],
  ["an edit of a file with CRLF", "\r\n", ["save", "--todo", "C", "--next", "tab\there"]],
  ["a move", "\n", ["done"]],
] as const)("git applies the patch of %s", async (_name, eol, args) => {
  const project = await makeBusyProject();
  const { root } = project;
  for (const path of [".claude/state.md", ".claude/work/7.md"]) {
    project.write(path, project.read(path).replaceAll("\n", eol));
  }
  if (args.some((word) => word.includes("\t"))) {
    // A tab is a control character, so it cannot come in; one that is there stays in the patch.
    project.write(".claude/state.md", `${project.read(".claude/state.md")}tab\there${eol}`);
  }
  const words = args.map((word) => word.replace("\t", " "));
  const copy = makeFolder();
  cpSync(root, copy, { recursive: true });
  const { stdout } = await runGate(root, ...words, "--dry-run");
  const applied = await runProgram("git", ["apply", "--whitespace=nowarn", "-"], { cwd: copy }, stdout);
  expect(applied).toMatchObject({ code: 0, stderr: "" });
  await runGate(root, ...words);
  const documents = (folder: string) =>
    Object.fromEntries(
      Object.entries(listTree(folder))
        .filter(([name]) => name.endsWith(".md") && !name.includes(".gate"))
        .map(([name, facts]) => [
          name,
          facts
            .split(" ")
            .slice(4)
            .join(" ")
            .replace(/\d{2}:\d{2}:\d{2}Z/g, ""),
        ]),
    );
  expect(documents(copy)).toEqual(documents(root));
});

test("reading creates nothing and needs no permission to write", async () => {
  const { root } = await makeBusyProject();
  const before = listTree(root);
  const folders = [".", ...readdirSync(root, { recursive: true, encoding: "utf8" })].filter(
    (name) => !name.includes(".gate"),
  );
  for (const name of folders)
    chmodSync(`${root}/${name}`, name.includes(".md") || name.includes(".ts") ? 0o444 : 0o555);
  const readOnly = listTree(root);
  const READS = [
    ["status"],
    ["verify", "7"],
    ["verify", "9"],
    ["check"],
    ["reconstruct"],
    ["history"],
    ["diff"],
    ["help"],
  ];
  const ended = await Promise.all(READS.flatMap((args) => [runGate(root, ...args), runGate(root, ...args, "--json")]));
  for (const { code, stderr } of ended) expect([code, stderr]).toEqual([0, ""]);
  expect(listTree(root)).toEqual(readOnly);
  expect(Object.keys(readOnly)).toEqual(Object.keys(before));
  for (const name of folders) chmodSync(`${root}/${name}`, 0o755);
});

test("reading a project without state creates nothing", async () => {
  const folder = makeFolder();
  await runProgram("git", ["init", "-q"], { cwd: folder });
  const before = listTree(folder);
  const ended = await Promise.all(
    [["status"], ["verify", "7"], ["check"], ["reconstruct"], ["history"]].map((args) => runGate(folder, ...args)),
  );
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  expect(listTree(folder)).toEqual(before);
});

test("a call that fails leaves the documents as they are", async () => {
  const { root } = await makeBusyProject();
  const documents = () => Object.entries(listTree(root)).filter(([name]) => /^\.claude.[^.]*\.md$/.test(name));
  const before = documents();
  const calls = [
    ["save", "--done", "x", "--doing", "y\u0001"],
    ["save", "--done", "x", "--if-match", "0"],
    ["start", "8", "--title", "\u0001"],
    ["reconstruct", "--select", "7"],
    ["done", "--reason", "\u001b"],
    ["restore", "000000"],
  ];
  const ended = await Promise.all(calls.map((args) => runGate(root, ...args)));
  for (const { code } of ended) expect(code).toBeGreaterThan(1);
  expect(documents()).toEqual(before);
});
