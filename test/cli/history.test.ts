/** `history`, `diff` and `undo` as they are called. */
import { chmodSync, cpSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { addHistory } from "../../src/files/record/history.ts";
import { listTree, makeFolder, runProgram } from "../support/program.ts";
import { makeProject, type TestProject } from "../support/project.ts";
import { type Ended, runAtTerminal, runGate, runJson } from "../support/terminal.ts";

const STATE = ".claude/state.md";
const CHANGE = ["id", "operation", "timestamp", "path", "size"];
const ITEM = [...CHANGE, "existed", "revision", "restores", "actor", "undone"];

type Entry = Record<string, unknown> & { readonly id: string; readonly path: string };

async function makeWork(): Promise<TestProject> {
  const project = makeProject();
  for (const args of [
    ["start", "7", "--title", "Seven"],
    ["save", "--next", "First"],
    ["save", "--next", "Second", "--log", "L"],
  ]) {
    await runAtTerminal({ cwd: project.root }, ...args);
  }
  return project;
}

/** Without colours, in this process. */
function call(cwd: string, ...args: string[]): Promise<Ended> {
  return runAtTerminal({ cwd, terminal: { output: false, error: false } }, ...args);
}

async function entriesOf(root: string, ...args: string[]): Promise<Entry[]> {
  return JSON.parse((await call(root, "history", ...args, "--json")).stdout).entries;
}

test("the JSON of history", async () => {
  const { root } = await makeWork();
  const result = await runJson(root, "history");
  expect(Object.keys(result)).toEqual(["entries"]);
  const entries = result["entries"] as Entry[];
  for (const entry of entries) expect(Object.keys(entry)).toEqual(ITEM);
  expect(entries.map(({ operation, path }) => [operation, path])).toEqual([
    ["save", STATE],
    ["save", ".claude/work/7.md"],
    ["save", STATE],
    ["start", STATE],
    ["start", ".claude/work/7.md"],
  ]);
  expect(entries[0]).toMatchObject({
    id: expect.stringMatching(/^\d{8}T\d{9}Z-[0-9a-f]{6}$/),
    timestamp: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/),
    existed: true,
    revision: (await runJson(root, "status"))["revision"],
    restores: null,
    actor: null,
    undone: false,
  });
  expect(await entriesOf(root, "--limit", "1")).toEqual(entries.slice(0, 1));
  const work = entries.filter(({ path }) => path !== STATE);
  expect(await entriesOf(root, "--work", "7")).toEqual(work);
  expect(await entriesOf(root, ".claude/work/7.md")).toEqual(work);
  expect(await entriesOf(`${root}/.claude`, "state.md", "--limit", "2")).toEqual([entries[0], entries[2]]);
});

test("the JSON of diff", async () => {
  const { root } = await makeWork();
  const [newest] = await entriesOf(root, STATE);
  const result = await runJson(root, "diff");
  expect(Object.keys(result)).toEqual(["entries", ...CHANGE, "diff", "from_revision", "to_revision"]);
  const change = Object.fromEntries(CHANGE.map((key) => [key, newest![key]]));
  expect(result).toMatchObject({ entries: [change], ...change, to_revision: newest!["revision"] });
  expect(result["diff"]).toContain("-1. First\n+1. Second\n");
  expect(await runJson(root, "diff", newest!.id.slice(-6))).toEqual(result);
});

test("the JSON of undo", async () => {
  const { root } = await makeWork();
  const [newest, older] = await entriesOf(root, STATE);
  const keys = ["success", "message", "entry", "entries", "path", "revision", "removed"];
  const first = await runJson(root, "undo");
  expect(Object.keys(first)).toEqual([...keys, "warnings"]);
  expect(first).toMatchObject({
    success: true,
    message: `Undid save of ${newest!["timestamp"]} in ${STATE}`,
    entries: [{ ...newest, undone: true }],
    path: STATE,
    revision: older!["revision"],
    removed: false,
    warnings: [],
  });
  expect(Object.keys(first["entry"] as object)).toEqual(CHANGE);
  expect((await entriesOf(root))[0]).toMatchObject(first["entry"] as object);
  expect(await runJson(root, "undo", "--redo")).toMatchObject({
    message: `Redid save of ${newest!["timestamp"]} in ${STATE}`,
    entries: [newest],
    revision: newest!["revision"],
  });
  expect(await runJson(root, "undo", "--work", "7", "--dry-run")).toMatchObject({
    entry: null,
    path: ".claude/work/7.md",
    dry_run: true,
    diff: expect.stringContaining("-- L\n"),
  });
});

test("for people each says what comes next", async () => {
  const { root } = makeProject();
  expect((await call(root, "history")).stdout).toBe(
    "There is no history yet.\nEvery change through the gate is kept from the first one on.\n",
  );
  await call(root, "start", "7", "--title", "Seven");
  await call(root, "save", "--next", "First");
  await call(root, "undo");
  const entries = await entriesOf(root);
  const [undoing, saving] = entries as [Entry, Entry];
  const size = String(saving["size"]);
  expect((await call(root, "history")).stdout).toBe(
    [
      "What changed the documents, and how many bytes it replaced",
      `${undoing.id}  just now  undo   ${undoing["size"]} bytes  ${STATE}`,
      `${saving.id}  just now  save   ${size} bytes  ${STATE}  undone`,
      `${entries[2]!.id}  just now  start    no file  ${STATE}`,
      `${entries[3]!.id}  just now  start    no file  .claude/work/7.md`,
      "",
      `\`gate diff ${undoing.id.slice(-6)}\` shows what the newest change did, \`gate undo\` takes back the last one of ${STATE}.`,
      "",
    ].join("\n"),
  );
  expect((await call(root, "history", "--work", "7")).stdout).toContain(
    "`gate undo --work 7` takes back the last one of ",
  );
  expect((await call(root, "undo")).stdout).toMatch(
    /^Undid start of \S+ in \.claude\/state\.md\n\.claude\/state\.md was not there then, and is gone now\.\n`gate undo --redo` takes that back\.\n$/,
  );
  expect((await call(root, "status", "--json")).stdout).toContain('"exists": false');
  expect((await call(root, "undo", "--redo")).stdout).toMatch(/^Redid start of .*\n`gate undo` takes that back\.\n$/);
  const ended = await call(root, "undo", saving.id, "--dry-run");
  expect(ended).toMatchObject({ code: 3, stdout: "" });
  expect(ended.stderr).toMatch(
    /^error: Cannot undo in \.claude\/state\.md: it is as it was before save of \S+ already\n {2}/,
  );
});

test("the diff is coloured on a terminal only, and safe there", async () => {
  const project = await makeWork();
  const cwd = project.root;
  const bytes = Buffer.from("\ufeff## Active Work\r\n\u001b[2Jgone\r\n\u009b31m\r\n");
  addHistory(project.gate.project, STATE, { operation: "\u001b[2J", timestamp: Date.now(), bytes });
  const colored = await runAtTerminal({ cwd }, "diff");
  expect(colored.stdout).toContain("\u001b[31m-\\u{1b}[2Jgone\r\u001b[39m\n");
  expect(colored.stdout).toContain("\u001b[32m+");
  expect(colored.stdout).not.toContain("\u001b[2J");
  const plain = await call(cwd, "diff");
  expect(plain.stdout).toMatch(/^--- a\/\.claude\/state\.md\n\+\+\+ b\/\.claude\/state\.md\n@@ /);
  expect(plain.stdout).toContain("-\\u{feff}## Active Work\r\n-\\u{1b}[2Jgone\r\n-\\u{9b}31m\r\n");
  expect(plain.stdout).not.toContain("\u001b");
  expect((await runAtTerminal({ cwd, environment: { NO_COLOR: "1" } }, "diff")).stdout).toBe(plain.stdout);
  expect((await runAtTerminal({ cwd }, "history")).stdout).not.toContain("\u001b[2J");
  expect((await call(cwd, "undo")).stderr).toMatch(/^warning: /);
});

test("a diff without a difference says so", async () => {
  const project = await makeWork();
  const bytes = Buffer.from(project.read(STATE));
  addHistory(project.gate.project, STATE, { operation: "save", timestamp: Date.now(), bytes });
  expect((await call(project.root, "diff")).stdout).toMatch(
    /^No difference from \.claude\/state\.md before save of \S+\.\n$/,
  );
  project.write(STATE, Buffer.concat([bytes, Uint8Array.of(0xff)]));
  const other = Buffer.concat([bytes, Uint8Array.of(0xfe)]);
  addHistory(project.gate.project, STATE, { operation: "save", timestamp: Date.now(), bytes: other });
  expect((await call(project.root, "diff")).stdout).toMatch(
    /^The text does not differ .* only bytes that are not UTF-8\.\n$/,
  );
});

test.each([
  ["a change", undefined],
  ["what made the document", "start"],
])("git applies the patch of undoing %s", async (_name, operation) => {
  const { root } = await makeWork();
  const entries = await entriesOf(root, STATE);
  const id = operation === undefined ? [] : [entries.find((entry) => entry["operation"] === operation)!.id];
  const copy = makeFolder();
  cpSync(root, copy, { recursive: true });
  const { stdout } = await runGate(root, "undo", ...id, "--dry-run");
  const applied = await runProgram("git", ["apply", "-"], { cwd: copy }, stdout);
  expect(applied).toMatchObject({ code: 0, stderr: "" });
  await runGate(root, "undo", ...id);
  const documents = (folder: string) =>
    readdirSync(`${folder}/.claude`, { encoding: "utf8" }).filter((name) => name.endsWith(".md"));
  expect(documents(copy)).toEqual(documents(root));
  expect((await runJson(copy, "status"))["revision"]).toBe((await runJson(root, "status"))["revision"]);
});

test.each([
  ["INVALID_ARGUMENT", 2, ["history", "--limit", "0"]],
  ["INVALID_ARGUMENT", 2, ["history", "--limit", "many"]],
  ["INVALID_ARGUMENT", 2, ["history", "README.md"]],
  ["INVALID_ARGUMENT", 2, ["history", "--work", "seven"]],
  ["INVALID_ARGUMENT", 2, ["diff", "20"]],
  ["NOT_FOUND", 3, ["diff", "000000"]],
  ["NOT_FOUND", 3, ["diff", "--work", "8"]],
  ["UNSAFE_PATH", 2, ["diff", "../state.md"]],
  ["NOT_FOUND", 3, ["undo", "--redo"]],
  ["NOT_FOUND", 3, ["undo", "--work", "8"]],
  ["INVALID_ARGUMENT", 2, ["undo", "--redo", "000000"]],
  ["CONFLICT", 4, ["undo", "--if-match", "0"]],
] as const)("%s exits with %i (%#)", async (code, exit, args) => {
  const { root } = await makeWork();
  const words = args.map((word) => (word === "20" ? new Date().toISOString().slice(0, 4) : word));
  const ended = await call(root, ...words, "--json");
  expect([ended.code, JSON.parse(ended.stdout).error.code]).toEqual([exit, code]);
});

test("history and diff read a project that nobody may write to", async () => {
  const { root } = await makeWork();
  await call(root, "undo");
  const names = [".", ...readdirSync(root, { recursive: true, encoding: "utf8" })];
  for (const name of names) {
    const isFile = name.endsWith(".md") || /-[0-9a-f]{6}$/.test(name) || name.endsWith("jsonl");
    chmodSync(`${root}/${name}`, isFile ? 0o444 : 0o555);
  }
  const before = listTree(root);
  const ended = await Promise.all(
    ["history", "diff"].flatMap((name) => [runGate(root, name), runGate(root, name, "--json")]),
  );
  for (const { code, stderr } of ended) expect([code, stderr]).toEqual([0, ""]);
  expect(listTree(root)).toEqual(before);
  for (const name of names) chmodSync(`${root}/${name}`, 0o755);
});
