/** `gate edit` with editors that are programs: what is written, what is refused, and that no typed word is lost. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { listTree, makeFolder, PROGRAM, runBuilt } from "../support/program.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";
import { runGate, runJson } from "../support/terminal.ts";
import { HAS_TERMINALS, KEYS, typeAt } from "../support/typing.ts";

const STATE = ".claude/state.md";
const TEXT = fixture("read/format.md");
const COPIES = ".claude/.gate/edit";
const { enter, ctrlC } = KEYS;

/** An editor that is a script; `file` is what it was given to edit, `text` what stands in it. */
function editor(script: string): string {
  const path = join(makeFolder(), "editor.cjs");
  const head = `const fs = require("node:fs"), file = process.argv.at(-1); let text = fs.readFileSync(file, "utf8");`;
  writeFileSync(path, `${head}\n${script}\n`);
  return `'${process.execPath}' "${path}"`;
}

/** An editor that puts one text into the place of another. */
function replacing(from: string, to: string): string {
  return editor(`fs.writeFileSync(file, text.replace(${JSON.stringify(from)}, () => ${JSON.stringify(to)}));`);
}

function makeState(text = TEXT): TestProject {
  return makeProject({ [STATE]: text });
}

function edit(project: TestProject, EDITOR: string, ...args: readonly string[]) {
  return runBuilt({ cwd: project.root, environment: { EDITOR } }, "edit", ...args);
}

/** The only copy that was kept. */
function keptCopy({ root }: TestProject): string {
  const [folder = "", ...others] = readdirSync(join(root, COPIES));
  expect(others).toEqual([]);
  return join(root, COPIES, folder, "state.md");
}

test("what was typed is committed, Last Updated moves, and the copy goes", async () => {
  const project = makeState();
  const ended = await edit(project, replacing("Need to add tests", "Add many tests"));
  expect(ended).toEqual({ code: 0, stdout: "Edited .claude/state.md\n", stderr: "" });
  const text = project.read(STATE);
  const time = /\*\*Last Updated:\*\* (\S+)/.exec(text)![1]!;
  expect(Date.now() - Date.parse(time)).toBeLessThan(600_000);
  expect(text).toBe(
    TEXT.replace("Need to add tests", "Add many tests").replace(/(?<=\*\*Last Updated:\*\* )\S+/, time),
  );
  expect(project.exists(COPIES)).toBe(false);
  const { entries } = (await runJson(project.root, "history")) as { entries: { operation: string }[] };
  expect(entries[0]).toMatchObject({ operation: "edit", path: STATE, current: true });
  expect((await runGate(project.root, "undo", "--yes")).code).toBe(0);
  expect(project.read(STATE)).toBe(TEXT);
});

test("the JSON is that of save, in its order", async () => {
  const ended = await edit(makeState(), replacing("⏸️ Need to add tests", "✅ Need to add tests"), "--json");
  const result = JSON.parse(ended.stdout) as Record<string, unknown>;
  const keys = ["success", "message", "items_updated", "timestamp", "work_file_updated"];
  expect(Object.keys(result).slice(0, 5)).toEqual(keys);
  expect(result).toMatchObject({
    ...{ success: true, items_updated: 1, work_file_updated: null, issue_number: 1234, changed: true },
    active_issue_changed: false,
    progress_items: [{}, {}, { status: "completed", text: "Need to add tests" }],
  });
});

test("the copy is Markdown that only its owner reads, and a program's output is not the editor's", async () => {
  const project = makeState();
  const script = editor(`
    const { dirname, basename } = require("node:path");
    const mode = (path) => (fs.statSync(path).mode & 0o777).toString(8);
    console.log([basename(file), mode(file), mode(dirname(file))].join(" "));
  `);
  const ended = await edit(project, script, "--json");
  expect(ended.stderr).toBe("state.md 600 700\n");
  expect(JSON.parse(ended.stdout)).toMatchObject({ success: true, changed: false });
});

test("an unchanged copy writes nothing", async () => {
  const project = makeState();
  const stand = () => {
    const { ino, mtimeNs, ctimeNs } = statSync(join(project.root, STATE), { bigint: true });
    return { ino, mtimeNs, ctimeNs };
  };
  const before = stand();
  const ended = await edit(project, editor(""));
  expect(ended).toMatchObject({ code: 0, stdout: "Nothing of .claude/state.md was changed\n" });
  expect(stand()).toEqual(before);
  expect(project.exists(".claude/.gate/history")).toBe(false);
});

test.each([
  ["CRLF", TEXT.replaceAll("\n", "\r\n")],
  ["a byte order mark", `\ufeff${TEXT}`],
  ["no final line break", TEXT.trimEnd()],
])("%s stays", async (_name, text) => {
  const project = makeState(text);
  expect((await edit(project, replacing("Need to add", "Add"))).code).toBe(0);
  const dateless = (each: string) => each.replace(/(?<=Updated:\*\* )\S+/, "");
  expect(dateless(project.read(STATE))).toBe(dateless(text.replace("Need to add", "Add")));
});

test("a Last Updated that was edited is the one that counts", async () => {
  const project = makeState();
  expect((await edit(project, replacing("2024-10-23T14:30:00Z", "2024-10-24T10:00:00Z"))).code).toBe(0);
  expect(project.read(STATE)).toBe(TEXT.replace("2024-10-23T14:30:00Z", "2024-10-24T10:00:00Z"));
});

test("editors that write by rename and leave copies beside", async () => {
  const project = makeState();
  const script = editor(`
    fs.writeFileSync(file + "~", text);
    fs.writeFileSync(file + ".new", text.replace("Need to add", "Add"));
    fs.renameSync(file + ".new", file);
  `);
  expect((await edit(project, script)).code).toBe(0);
  expect(project.read(STATE)).toContain("Add tests");
  expect(project.exists(COPIES)).toBe(false);
});

test("a save while the editor is open is merged, and both stand", async () => {
  const project = makeState();
  const script = editor(`
    require("node:child_process").execFileSync(process.execPath, [${JSON.stringify(PROGRAM)}, "save", "--done", "Need to add tests", "--log", "Said"], { stdio: "ignore" });
    fs.writeFileSync(file, text.replace("Researched", "Read about"));
  `);
  const ended = await edit(project, script);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(project.read(STATE)).toContain("- ✅ Read about rate limiting approaches");
  expect(project.read(STATE)).toContain("✅ Need to add tests");
});

test("a title that both changed is a conflict: no marker comes into the state", async () => {
  const project = makeState();
  const theirs = TEXT.replace("Add rate limiting to authentication", "Theirs");
  const script = editor(`
    fs.writeFileSync(${JSON.stringify(join(project.root, STATE))}, ${JSON.stringify(theirs)});
    fs.writeFileSync(file, text.replace("Add rate limiting to authentication", "Mine"));
  `);
  const ended = await edit(project, script);
  expect(ended.code).toBe(4);
  expect(ended.stderr).toContain(
    "Cannot edit .claude/state.md: it would have 1 conflict with what was written meanwhile",
  );
  expect(ended.stderr).toContain(`What you typed is kept in ${keptCopy(project)}`);
  expect(readFileSync(keptCopy(project), "utf8")).toContain("#1234 - Mine");
  expect(project.read(STATE)).toBe(theirs);
});

test("a file that is gone when the editor ends is not made again, and what was typed is kept", async () => {
  const project = makeState();
  const gone = JSON.stringify(join(project.root, STATE));
  const ended = await edit(project, editor(`fs.rmSync(${gone}); fs.writeFileSync(file, text + "typed\\n");`));
  expect(ended).toMatchObject({ code: 4, stderr: expect.stringContaining("it is gone since it was opened") });
  expect(readFileSync(keptCopy(project), "utf8")).toBe(`${TEXT}typed\n`);
  expect(project.exists(STATE)).toBe(false);
});

test("damage is named with its places, nothing is written, and the copy is kept", async () => {
  const project = makeState();
  const ended = await edit(project, replacing("## Active Work", "## Passive Work"));
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^ {2}\.claude\/state\.md:\d+:\d+ missing-section /m);
  expect(ended.stderr).toContain(`What you typed is kept in ${keptCopy(project)}`);
  expect(project.read(STATE)).toBe(TEXT);
  expect(readFileSync(keptCopy(project), "utf8")).toBe(TEXT.replace("## Active Work", "## Passive Work"));
});

test("a damaged file can be mended", async () => {
  const project = makeState(TEXT.replace("## Active Work", "## Activ Work"));
  expect((await edit(project, replacing("## Activ Work", "## Active Work"))).code).toBe(0);
  expect(await runJson(project.root, "status")).toMatchObject({ valid: true, issue_number: 1234 });
});

test.each([
  ["that ends with 1", `fs.writeFileSync(file, text + "typed\\n"); process.exit(1);`, "ended with 1"],
  [
    "that is killed",
    `fs.writeFileSync(file, text + "typed\\n"); process.kill(process.pid, "SIGKILL");`,
    "was ended by SIGKILL",
  ],
])("an editor %s writes nothing, and keeps what was typed", async (_name, script, said) => {
  const project = makeState();
  const ended = await edit(project, editor(script));
  expect(ended.code).toBe(3);
  expect(ended.stderr).toContain(said);
  expect(readFileSync(keptCopy(project), "utf8")).toBe(`${TEXT}typed\n`);
  expect(project.read(STATE)).toBe(TEXT);
});

test("an editor that fails before anything was typed leaves no copy", async () => {
  const project = makeState();
  expect((await edit(project, editor("process.exit(1);"))).code).toBe(3);
  expect(project.exists(COPIES)).toBe(false);
});

test("the copy outlives a program that is killed while the editor is open", async () => {
  const project = makeState();
  const script = editor(`
    fs.writeFileSync(file, text + "typed\\n");
    fs.writeFileSync(${JSON.stringify(join(project.root, "open"))}, "");
    process.on("SIGTERM", () => {});
    setInterval(() => {}, 1000);
    fs.writeFileSync(${JSON.stringify(join(project.root, "pid"))}, String(process.pid));
  `);
  const child = spawn(process.execPath, [PROGRAM, "edit"], {
    cwd: project.root,
    env: { EDITOR: script, HOME: project.root },
    stdio: "ignore",
  });
  while (!existsSync(join(project.root, "pid"))) await new Promise((resolve) => setTimeout(resolve, 20));
  const pid = Number(project.read("pid"));
  onTestFinished(() => void process.kill(pid, "SIGKILL"));
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.kill("SIGKILL");
  await ended;
  expect(readFileSync(keptCopy(project), "utf8")).toBe(`${TEXT}typed\n`);
  expect(project.read(STATE)).toBe(TEXT);
  // Nothing that it held keeps others from writing.
  expect((await runGate(project.root, "save", "--next", "Go on")).code).toBe(0);
  const kept = keptCopy(project);
  const next = await edit(project, replacing("Need to add", "Add"));
  const note = `Another edit is open or was never committed: ${kept} (remove that file if you do not need it)`;
  expect(next).toMatchObject({ code: 0, stderr: `warning: ${note}\n` });
  expect(keptCopy(project)).toBe(kept);
});

test("the work file of an open issue is edited by its number; an archived one is refused with what to do", async () => {
  const project = makeProject();
  for (const args of [
    ["start", "7", "--title", "Seven"],
    ["start", "8", "--title", "Eight"],
  ])
    await runGate(project.root, ...args);
  const ended = await edit(project, replacing("## Approach\n", "## Approach\n\nBy hand.\n"), "7", "--json");
  expect(JSON.parse(ended.stdout)).toMatchObject({
    work_file_updated: ".claude/work/7.md",
    issue_number: 7,
    items_updated: 0,
  });
  expect(project.read(".claude/work/7.md")).toContain("## Approach\n\nBy hand.\n");
  await runGate(project.root, "done", "7");
  const refused = await edit(project, editor(""), "7");
  expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining("it is archived") });
  expect(refused.stderr).toContain("`gate start 7` opens it again");
  expect((await edit(project, editor(""), "99")).stderr).toContain("it has no work file");
});

test("what is not ours, a link and a missing file are refused before an editor opens", async () => {
  const marker = join(makeFolder(), "opened");
  const opening = editor(`fs.writeFileSync(${JSON.stringify(marker)}, "");`);
  const foreign = makeState("# Notes\n\nof somebody\n");
  expect(await edit(foreign, opening)).toMatchObject({ code: 1 });
  const linked = makeProject({ "elsewhere.md": TEXT, ".claude/work/7.md": "" });
  symlinkSync("../elsewhere.md", join(linked.root, STATE));
  expect((await edit(linked, opening, "--json")).stdout).toContain("UNSAFE_PATH");
  expect(await edit(makeProject({ ".claude/work/7.md": "" }), opening)).toMatchObject({ code: 3 });
  expect(existsSync(marker)).toBe(false);
});

test.skipIf(process.getuid?.() === 0)("a read-only checkout is refused before anything is typed", async () => {
  const project = makeState();
  chmodSync(join(project.root, ".claude"), 0o555);
  onTestFinished(() => chmodSync(join(project.root, ".claude"), 0o755));
  const ended = await edit(project, replacing("Need", "Want"));
  expect(ended).toMatchObject({ code: 5, stderr: expect.stringContaining("permission is denied") });
});

test("a dry run shows the change and leaves the project untouched", async () => {
  const project = makeState();
  const before = listTree(project.root);
  const ended = await edit(project, replacing("Need to add tests", "Add tests"), "--dry-run");
  expect(ended.stdout).toContain("+- ⏸️ Add tests");
  expect(listTree(project.root)).toEqual(before);
});

test("which editor it is: VISUAL before EDITOR, words and quotes, a usual one only at a terminal", async () => {
  const project = makeState();
  const run = (environment: Record<string, string>) => runBuilt({ cwd: project.root, environment }, "edit");
  expect((await run({ VISUAL: replacing("Need", "Want"), EDITOR: "nothing-here" })).code).toBe(0);
  expect((await run({ VISUAL: " ", EDITOR: replacing("Want", "Need") })).code).toBe(0);
  const missing = await run({ EDITOR: "no-such-editor --wait" });
  expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining('no program "no-such-editor"') });
  expect((await run({ EDITOR: "'open" })).code).toBe(2);
  const none = await run({});
  expect(none).toMatchObject({ code: 3, stderr: expect.stringContaining("export EDITOR='code --wait'") });
});

describe("at a terminal", () => {
  const question = "Edit it again? [yes/no] ";

  test.runIf(HAS_TERMINALS)("at a terminal damage can be mended, and what was typed is still there", async () => {
    const project = makeState();
    const script = editor(`
      fs.writeFileSync(file, text.includes("Passive") ? text.replace("Passive", "Active") : text.replace("Active Work", "Passive Work").replace("Need to add", "Add"));
    `);
    const typed = [
      [question, `hm${enter}`],
      [question, `yes${enter}`],
    ] as const;
    const ended = await typeAt({ cwd: project.root, typed, environment: { EDITOR: script } }, "edit");
    expect(ended).toMatchObject({ code: 0, restored: true });
    expect(ended.text).toMatch(/error \.claude\/state\.md:\d+:\d+ missing-section/);
    expect(project.read(STATE)).toContain("Add tests");
    expect(project.exists(COPIES)).toBe(false);
  });

  test.runIf(HAS_TERMINALS)("a conflict is resolved in the editor, where both sides stand", async () => {
    const project = makeState();
    const theirs = TEXT.replace("Add rate limiting to authentication", "Theirs");
    const script = editor(`
      if (text.includes("<<<<<<<")) fs.writeFileSync(file, text.replace(/<<<<<<< ours\\n([^=]*)=======\\n[^>]*>>>>>>> theirs\\n/, "$1"));
      else {
        fs.writeFileSync(${JSON.stringify(join(project.root, STATE))}, ${JSON.stringify(theirs)});
        fs.writeFileSync(file, text.replace("Add rate limiting to authentication", "Mine"));
      }
    `);
    const typed = [[question, `y${enter}`]] as const;
    const ended = await typeAt({ cwd: project.root, typed, environment: { EDITOR: script } }, "edit");
    expect(ended).toMatchObject({ code: 0, restored: true });
    expect(project.read(STATE)).toContain("#1234 - Mine");
    expect(project.read(STATE)).not.toContain("<<<<<<<");
  });

  test.runIf(HAS_TERMINALS).each([
    ["a no", `no${enter}`, 3],
    ["Ctrl-C", ctrlC, 130],
  ])("%s keeps the copy and writes nothing", async (_name, answer, code) => {
    const project = makeState();
    const environment = { EDITOR: replacing("Active Work", "Passive Work") };
    const ended = await typeAt({ cwd: project.root, typed: [[question, answer]], environment }, "edit");
    expect(ended).toMatchObject({ code, restored: true });
    expect(ended.text.replace(/\s/g, "")).toContain(`kept in ${keptCopy(project)}`.replace(/\s/g, ""));
    expect(project.read(STATE)).toBe(TEXT);
  });
});
