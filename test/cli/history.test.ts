/** `history`, `diff`, `undo` and `restore` as they are called. */
import { chmodSync, cpSync, readdirSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { storeVersion } from "../../src/files/record/store-version.ts";
import { listTree, makeFolder, runProgram } from "../support/program.ts";
import { makeProject, type TestProject } from "../support/project.ts";
import { type Ended, runAtTerminal, runGate, runJson } from "../support/terminal.ts";

const STATE = ".claude/state.md";
const CHANGE = ["id", "operation", "timestamp", "path", "size"];
const ITEM = [...CHANGE, "revision", "from", "restores", "actor", "current", "written"];
const UNDO = ["success", "message", "entry", "before", "entries", "path", "also", "revision", "removed", "warnings"];

type Entry = Record<string, unknown> & { readonly id: string; readonly path: string };

/** Writes a text as a version that somebody else's program might have made. */
function writeVersion(project: TestProject, bytes: Uint8Array, operation = "save") {
  const found = Buffer.from(project.read(STATE));
  const { project: files } = project.gate;
  const stored = storeVersion(files, STATE, found, { operation, timestamp: Date.now(), bytes });
  project.write(STATE, bytes);
  stored.confirm();
}

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
    revision: (await runJson(root, "status"))["revision"],
    from: entries[2]!.id,
    restores: null,
    actor: null,
    current: true,
    written: true,
  });
  expect(entries.map(({ current }) => current)).toEqual([true, true, false, false, false]);
  expect(entries.at(-1)).toMatchObject({ from: null });
  expect(await entriesOf(root, "--limit", "1")).toEqual(entries.slice(0, 1));
  const work = entries.filter(({ path }) => path !== STATE);
  expect(await entriesOf(root, "--work", "7")).toEqual(work);
  expect(await entriesOf(root, ".claude/work/7.md")).toEqual(work);
  expect(await entriesOf(`${root}/.claude`, "state.md", "--limit", "2")).toEqual([entries[0], entries[2]]);
});

test("the JSON of diff", async () => {
  const { root } = await makeWork();
  const entries = await entriesOf(root, STATE);
  const [newest] = entries;
  const result = await runJson(root, "diff");
  expect(Object.keys(result)).toEqual(["entries", ...CHANGE, "diff", "from_revision", "to_revision"]);
  const change = Object.fromEntries(CHANGE.map((key) => [key, newest![key]]));
  expect(result).toMatchObject({ entries: [change], ...change, to_revision: newest!["revision"] });
  expect(result["diff"]).toContain("-1. First\n+1. Second\n");
  expect(await runJson(root, "diff", newest!.id.slice(-6))).toEqual(result);
  const first = entries.at(-1)!;
  const two = await runJson(root, "diff", first.id, newest!.id);
  expect(Object.keys(two)).toEqual(Object.keys(result));
  expect(two).toMatchObject({
    entries: [{ id: first.id }, { id: newest!.id }],
    id: first.id,
    from_revision: first["revision"],
    to_revision: newest!["revision"],
    diff: expect.stringContaining("+1. Second\n"),
  });
  const now = await runJson(root, "diff", first.id, "--now");
  expect(now).toMatchObject({ entries: [{ id: first.id }], diff: two["diff"] });
});

test("the JSON of undo", async () => {
  const { root } = await makeWork();
  const [newest, older] = await entriesOf(root, STATE);
  const first = await runJson(root, "undo");
  expect(Object.keys(first)).toEqual(UNDO);
  expect(first).toMatchObject({
    success: true,
    message: `Undid save of ${newest!["timestamp"]} in ${STATE}`,
    before: newest!.id,
    entries: [{ ...newest, current: false }],
    path: STATE,
    revision: older!["revision"],
    also: [".claude/work/7.md"],
    removed: false,
    warnings: [],
  });
  expect(Object.keys(first["entry"] as object)).toEqual(CHANGE);
  expect((await entriesOf(root))[0]).toMatchObject(first["entry"] as object);
  expect(await runJson(root, "undo", "--redo")).toMatchObject({
    message: `Redid save of ${newest!["timestamp"]} in ${STATE}`,
    entries: [{ ...newest, current: false }],
    revision: newest!["revision"],
  });
  expect(await runJson(root, "undo", "--work", "7", "--dry-run")).toMatchObject({
    entry: null,
    before: null,
    path: ".claude/work/7.md",
    dry_run: true,
    diff: expect.stringContaining("-- L\n"),
  });
});

test("the JSON of restore", async () => {
  const { root } = await makeWork();
  const [newest, older] = await entriesOf(root, STATE);
  const dry = await runJson(root, "restore", older!.id, "--dry-run");
  expect(dry).toMatchObject({ entry: null, before: null, dry_run: true, diff: expect.stringContaining("+1. First\n") });
  const result = await runJson(root, "restore", older!.id.slice(-6));
  expect(Object.keys(result)).toEqual(UNDO);
  expect(result).toMatchObject({
    success: true,
    message: `Put ${STATE} back to save of ${older!["timestamp"]}`,
    entry: { operation: "restore" },
    before: newest!.id,
    revision: older!["revision"],
    removed: false,
    warnings: [],
  });
  expect((await entriesOf(root))[0]).toMatchObject({ restores: older!.id, from: newest!.id, current: true });
});

test("for people each says what comes next", async () => {
  const { root } = makeProject({ ".claude/.gate/.gitignore": "*\n" });
  expect((await call(root, "history")).stdout).toBe(
    "There is no history yet.\nEvery version of a document is kept from the first change on.\n",
  );
  await call(root, "start", "7", "--title", "Seven");
  await call(root, "save", "--next", "First");
  await call(root, "undo");
  const entries = await entriesOf(root);
  const [undoing, saving] = entries as [Entry, Entry];
  const [before, made] = entries.slice(2) as [Entry, Entry];
  const size = (entry: Entry) => `${String(entry["size"])} bytes`.padStart(width);
  const width = Math.max(...entries.map((entry) => `${String(entry["size"])} bytes`.length));
  expect((await call(root, "history")).stdout).toBe(
    [
      "The versions of the documents, newest first",
      `${undoing.id}  just now  undo   ${size(undoing)}  ${STATE}  current`,
      `${saving.id}  just now  save   ${size(saving)}  ${STATE}`,
      `${before.id}  just now  start  ${size(before)}  ${STATE}`,
      `${made.id}  just now  start  ${size(made)}  .claude/work/7.md  current`,
      "",
      `\`gate diff ${undoing.id.slice(-6)}\` shows what the newest one changed, \`gate undo\` goes back from the one that ${STATE} holds, \`gate restore ID\` puts one back.`,
      "",
    ].join("\n"),
  );
  expect((await call(root, "history", "--work", "7")).stdout).toContain(
    "`gate undo --work 7` goes back from the one that .claude/work/7.md holds",
  );
  expect((await call(root, "undo")).stdout).toMatch(
    /^Undid start of \S+ in \.claude\/state\.md\n\.claude\/state\.md was not there then, and is gone now\.\n`gate undo --redo` takes that back\.\n$/,
  );
  expect((await call(root, "history")).stdout).toMatch(/ {2}undo +no file {2}\.claude\/state\.md {2}current\n/);
  expect((await call(root, "status", "--json")).stdout).toContain('"exists": false');
  expect((await call(root, "undo", "--redo")).stdout).toMatch(/^Redid start of .*\n`gate undo` takes that back\.\n$/);
  const ended = await call(root, "undo", saving.id, "--dry-run");
  expect(ended).toMatchObject({ code: 3, stdout: "" });
  expect(ended.stderr).toMatch(
    /^error: Cannot undo in \.claude\/state\.md: it is as it was before save of \S+ already\n {2}/,
  );
  const restored = (await call(root, "restore", saving.id.slice(-6))).stdout;
  const [, back] =
    /^Put \.claude\/state\.md back to save of \S+\n`gate (restore [0-9a-f]{6})` takes that back\.\n$/.exec(restored)!;
  expect((await call(root, ...back!.split(" "))).stdout).toMatch(/^Put \S+ back to start of \S+\n/);
  expect((await runJson(root, "status"))["revision"]).toBe(before["revision"]);
});

test("people are told where a file was taken back, and what a kill left", async () => {
  const project = await makeWork();
  const { root } = project;
  const [newest, older] = (await entriesOf(root, STATE)) as [Entry, Entry];
  await call(root, "restore", older.id);
  const first = project.read(STATE);
  await call(root, "undo", "--redo");
  await call(root, "restore", newest.id);
  project.write(STATE, first);
  const { stdout, stderr } = await call(root, "undo", "--dry-run");
  expect(stderr).toMatch(
    /^warning: \.claude\/state\.md held an older version, .*`gate restore [0-9a-f]{6}` brings it back\n/,
  );
  expect(stdout).toContain("-1. First");
  const bytes = Buffer.from(first.replace("First", "Killed"));
  const found = Buffer.from(first);
  storeVersion(project.gate.project, STATE, found, { operation: "save", timestamp: Date.now(), bytes }).close();
  expect((await call(root, "history", STATE)).stdout).toMatch(/ save .* {2}\.claude\/state\.md {2}not written\n/);
  rmSync(`${root}/${STATE}`);
  const ended = await call(root, "undo");
  expect(ended.stdout).toMatch(/^Undid what was changed outside the gate in \S+: it is as after save of /);
  expect(ended.stderr).toBe("");
  expect((await runJson(root, "status"))["revision"]).toBe(newest["revision"]);
});

test("the diff is coloured on a terminal only, and safe there", async () => {
  const project = await makeWork();
  const cwd = project.root;
  const text = project.read(STATE);
  writeVersion(project, Buffer.from("\ufeff## Active Work\r\n## Context\r\n\u001b[2Jgone\r\n\u009b31m\r\n"));
  writeVersion(project, Buffer.from(`${text}again\n`), "\u001b[2J");
  const colored = await runAtTerminal({ cwd }, "diff");
  expect(colored.stdout).toContain("\u001b[31m-\\u{1b}[2Jgone\r\u001b[39m\n");
  expect(colored.stdout).toContain("\u001b[32m+");
  expect(colored.stdout).not.toContain("\u001b[2J");
  const plain = await call(cwd, "diff");
  expect(plain.stdout).toMatch(/^--- a\/\.claude\/state\.md\n\+\+\+ b\/\.claude\/state\.md\n@@ /);
  expect(plain.stdout).toContain("-\\u{feff}## Active Work\r\n-## Context\r\n-\\u{1b}[2Jgone\r\n-\\u{9b}31m\r\n");
  expect(plain.stdout).not.toContain("\u001b");
  expect((await runAtTerminal({ cwd, environment: { NO_COLOR: "1" } }, "diff")).stdout).toBe(plain.stdout);
  expect((await runAtTerminal({ cwd }, "history")).stdout).not.toContain("\u001b[2J");
  const ended = await call(cwd, "undo");
  expect(ended.stderr).toMatch(/^warning: .* is damaged, as it was then/);
  expect(ended.stdout + ended.stderr).not.toContain("\u001b");
});

test("a diff without a difference says so", async () => {
  const project = await makeWork();
  const { root } = project;
  const [newest] = (await entriesOf(root, STATE)) as [Entry];
  expect((await call(root, "diff", newest.id, "--now")).stdout).toMatch(
    /^No difference: \.claude\/state\.md, save of \S+Z\.\n$/,
  );
  const bytes = Buffer.from(project.read(STATE));
  for (const last of [0xff, 0xfe]) writeVersion(project, Buffer.concat([bytes, Uint8Array.of(last)]));
  expect((await call(root, "diff")).stdout).toMatch(
    /^The text does not differ, only bytes that are not UTF-8: \.claude\/state\.md, save of \S+Z\.\n$/,
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
  ["INVALID_ARGUMENT", 2, ["diff", "000000", "111111", "--now"]],
  ["NOT_FOUND", 3, ["diff", "000000"]],
  ["NOT_FOUND", 3, ["diff", "--work", "8"]],
  ["UNSAFE_PATH", 2, ["diff", "../state.md"]],
  ["NOT_FOUND", 3, ["undo", "--redo"]],
  ["NOT_FOUND", 3, ["undo", "--work", "8"]],
  ["INVALID_ARGUMENT", 2, ["undo", "--redo", "000000"]],
  ["CONFLICT", 4, ["undo", "--if-match", "0"]],
  ["INVALID_ARGUMENT", 2, ["restore"]],
  ["INVALID_ARGUMENT", 2, ["restore", "20"]],
  ["NOT_FOUND", 3, ["restore", "000000"]],
  ["UNSAFE_PATH", 2, ["restore", "../state.md"]],
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
