/** Done means proven: what runs of commands are worth, and what `done` says without them. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { GateError } from "../../src/base/errors.ts";
import { done } from "../../src/gate/documents/done.ts";
import { prove, saveProven } from "../../src/gate/documents/prove.ts";
import { save } from "../../src/gate/documents/save.ts";
import { show } from "../../src/gate/documents/show.ts";
import { start } from "../../src/gate/documents/start.ts";
import { openGate } from "../../src/gate/gate.ts";
import { commandLine } from "../../src/gate/proof/run.ts";
import { status } from "../../src/gate/view/status.ts";
import { type GitProject, makeGitProject } from "../support/git-project.ts";
import { makeProject } from "../support/project.ts";

const node = (code: string, ...words: readonly string[]) => [process.execPath, "-e", code, ...words];
const PASSES = node("");
const fails = (code: number) => node(`process.exit(${code})`);
const outputTo = "error";

const failure = async (act: Promise<unknown>): Promise<GateError> =>
  await act.then(
    () => expect.unreachable("it succeeded"),
    (error: GateError) => error,
  );
const testsOf = async (project: GitProject) => (await show(project.gate, 7)).tests;
const stateOf = async (project: GitProject) => (await testsOf(project)).map(({ state }) => state);

async function makeStarted(): Promise<GitProject> {
  const project = makeGitProject();
  await start(project.gate, { issue: 7, title: "Seven" });
  return project;
}

describe("a run", () => {
  test("is recorded with the command, its exit code, the time, the commit and the files", async () => {
    const project = await makeStarted();
    const { value, warnings } = await prove(project.gate, { name: "Tests pass", command: PASSES, outputTo });
    const commit = project.git("rev-parse", "HEAD");
    const recorded = {
      ...{ name: "Tests pass", passed: true, command: commandLine(PASSES), exitCode: 0 },
      ...{ timestamp: "2024-10-23T16:30:00Z", commit, state: "proven" },
    };
    expect(value.tests).toEqual([recorded]);
    expect(await testsOf(project)).toEqual([recorded]);
    expect(warnings).toEqual([]);
    const said =
      /- \[x\] Tests pass\n {2}- `.*` → exit 0, 2024-10-23T16:30:00Z, commit ([0-9a-f]{40}), tree sha256:[0-9a-f]{64}\n/;
    expect(said.exec(project.read(".claude/work/7.md"))?.[1]).toBe(commit);
  });

  test("is proven as long as the files are the ones that it ran on, committed or not", async () => {
    const project = await makeStarted();
    project.write("b.txt", "b");
    await prove(project.gate, { command: PASSES, outputTo });
    project.git("add", "-A");
    project.git("commit", "-qm", "The same files");
    await save(project.gate, { log: ["Committed"] });
    expect(await stateOf(project)).toEqual(["proven"]);
    project.write("b.txt", "B");
    expect(await stateOf(project)).toEqual(["stale"]);
    project.write("b.txt", "b");
    expect(await stateOf(project)).toEqual(["proven"]);
    project.write("new.txt", "");
    expect(await stateOf(project)).toEqual(["stale"]);
  });

  test("that fails is recorded, and is none that proves", async () => {
    const project = await makeStarted();
    await prove(project.gate, { name: "T", command: PASSES, outputTo });
    const error = await failure(prove(project.gate, { name: "T", command: fails(3), outputTo }));
    expect([error.code, error.path]).toEqual(["NOT_PROVEN", ".claude/work/7.md"]);
    expect(error.message).toBe(`Cannot prove T: ${commandLine(fails(3))} ended with exit code 3`);
    expect(await testsOf(project)).toMatchObject([{ name: "T", passed: false, exitCode: 3, state: "unproven" }]);
    await prove(project.gate, { name: "T", command: PASSES, outputTo });
    expect(await testsOf(project)).toMatchObject([{ name: "T", passed: true, exitCode: 0, state: "proven" }]);
  });

  test("that a signal ends has no exit code", async () => {
    const project = await makeStarted();
    const command = node("process.kill(process.pid, 'SIGKILL')");
    const error = await failure(prove(project.gate, { name: "T", command, outputTo }));
    expect([error.code, error.message]).toEqual([
      "NOT_PROVEN",
      `Cannot prove T: ${commandLine(command)} ended with SIGKILL`,
    ]);
    expect(await testsOf(project)).toMatchObject([{ passed: false, exitCode: undefined, state: "unproven" }]);
    expect(project.read(".claude/work/7.md")).toContain("→ ended by SIGKILL, 2024-10-23T16:30:00Z, commit ");
  });

  test("that changes files is stale at once, and says which", async () => {
    const project = await makeStarted();
    const command = node("for (const name of 'bcdef') fs.writeFileSync(name, 'x')");
    const { value, warnings } = await prove(project.gate, { command, outputTo });
    expect(value.tests).toMatchObject([{ passed: true, state: "stale" }]);
    expect(warnings).toEqual([
      "The run is stale already, because files changed while it ran: b, c, d and 2 more; ignore what it makes, and run it again",
    ]);
    expect(await stateOf(project)).toEqual(["stale"]);
  });

  test("without git is recorded without files, and says that it proves nothing", async () => {
    const { gate, read } = makeProject();
    await start(gate, { issue: 7, title: "Seven" });
    const { value, warnings } = await prove(gate, { name: "T", command: PASSES, outputTo });
    expect(value.tests).toMatchObject([{ passed: true, exitCode: 0, commit: undefined, state: "unproven" }]);
    expect(warnings[0]).toMatch(
      /^The run stays unproven, because nobody can tell whether files change: the project is in no git repository$/,
    );
    expect(read(".claude/work/7.md")).toContain("→ exit 0, 2024-10-23T16:30:00Z\n");
  });

  test("in a folder that git ignores proves nothing either", async () => {
    const { root, write } = makeGitProject();
    write(".gitignore", "out/\n");
    mkdirSync(join(root, "out/.claude"), { recursive: true });
    const gate = openGate({ root: join(root, "out") });
    await start(gate, { issue: 7, title: "Seven" });
    const { warnings } = await prove(gate, { name: "T", command: PASSES, outputTo });
    expect(warnings[0]).toContain("git ignores the project's folder");
  });

  test("holds no lock, and the command may use the gate", async () => {
    const project = await makeStarted();
    const lib = JSON.stringify(join(import.meta.dirname, "../../dist/bin.cjs"));
    const words = `["${"save"}", "--log", "From inside", "--lock-timeout", "1"]`;
    const command = node(
      `process.exit(require("child_process").spawnSync(process.execPath, [${lib}, ...${words}]).status)`,
    );
    const { value } = await prove(project.gate, { name: "T", command, outputTo });
    expect(value.tests).toMatchObject([{ exitCode: 0, state: "proven" }]);
    expect(project.read(".claude/work/7.md")).toContain("- From inside\n");
  });

  test("runs in the folder that is named, with the words as they are", async () => {
    const project = await makeStarted();
    project.write("in here/x", "");
    const words = ["a b", "it's", '"', "$HOME", "`id`", "*", "", "--json", "--", "\n", "<!--", "ą"];
    const command = node(
      "fs.writeFileSync('../.claude/words', JSON.stringify([process.cwd(), ...process.argv.slice(1)]))",
      ...words,
    );
    await prove(project.gate, { name: "T", command, cwd: join(project.root, "in here"), outputTo });
    const [cwd, ...rest] = JSON.parse(readFileSync(join(project.root, ".claude/words"), "utf8"));
    expect([cwd.endsWith("/in here"), rest]).toEqual([true, words]);
    expect(await testsOf(project)).toMatchObject([{ name: "T", command: commandLine(command) }]);
  });

  test("goes to the issue that was active when it began", async () => {
    const project = await makeStarted();
    const lib = JSON.stringify(join(import.meta.dirname, "../../dist/bin.cjs"));
    const command = node(
      `require("child_process").spawnSync(process.execPath, [${lib}, "start", "8", "--title", "Eight"])`,
    );
    const { value } = await prove(project.gate, { name: "T", command, outputTo });
    expect(value.message).toContain("#7");
    expect((await status(project.gate)).issueNumber).toBe(8);
    expect(await testsOf(project)).toMatchObject([{ name: "T", exitCode: 0 }]);
  });
});

describe("nothing is run or recorded", () => {
  const witness = node("fs.writeFileSync('.claude/ran', '')");

  test.each([
    ["without active work", "NO_ACTIVE_WORK", {}],
    ["for an issue that is not there", "NOT_FOUND", { issue: 9 }],
    ["without a command", "INVALID_ARGUMENT", { command: [] }],
    ["with a name that steers a terminal", "INVALID_ARGUMENT", { name: "a\u001b[31m" }],
  ])("%s", async (_name, code, input) => {
    const project = makeGitProject();
    const error = await failure(prove(project.gate, { command: witness, outputTo, ...input }));
    expect(error.code).toBe(code);
    expect(project.exists(".claude/ran")).toBe(false);
  });

  test("in a dry run, and where the state is another one", async () => {
    const project = await makeStarted();
    const before = project.tree();
    const { warnings, value } = await prove(project.gate, { command: witness, outputTo }, { dryRun: true });
    expect(warnings).toEqual(["Nothing was run, so nothing is proven: this is a dry run"]);
    expect(value.tests).toEqual([]);
    const other = await failure(prove(project.gate, { command: witness, outputTo }, { ifMatch: "0".repeat(64) }));
    expect(other.code).toBe("CONFLICT");
    expect(project.tree()).toEqual(before);
  });

  test.each([
    ["no such program", ["no-such-program-at-all"], "Cannot run no-such-program-at-all: there is no such program"],
    ["a program that may not be run", ["./a.txt"], "Cannot run ./a.txt: it may not be run"],
  ])("%s: an earlier run stays", async (_name, command, message) => {
    const project = await makeStarted();
    await prove(project.gate, { name: "T", command: PASSES, outputTo });
    const before = project.read(".claude/work/7.md");
    const error = await failure(prove(project.gate, { name: "T", command, outputTo }));
    expect([error.code, error.message.startsWith(message)]).toEqual(["NOT_PROVEN", true]);
    expect(project.read(".claude/work/7.md")).toBe(before);
  });

  test("of a run that `prove` did not make", async () => {
    const project = await makeStarted();
    const proof = { command: "x", exitCode: 0, timestamp: "now", commit: undefined, tree: undefined };
    const error = await failure(save(project.gate, { tests: [{ text: "T", done: true, proof }] }));
    expect(error.message).toBe("Cannot record a run: it is none that `prove` makes");
  });
});

test("what is saved with a command is saved where it passes, and only the run where it fails", async () => {
  const project = await makeStarted();
  await save(project.gate, { progress: [{ status: "pending", text: "Tests" }] });
  const input = { progress: [{ status: "completed", text: "Tests" }], log: ["Green"] } as const;
  const by = { outputTo } as const;
  const error = await failure(saveProven(project.gate, input, { ...by, command: fails(1) }, {}));
  expect(error.code).toBe("NOT_PROVEN");
  expect((await status(project.gate)).progressItems).toMatchObject([{ status: "pending", text: "Tests" }]);
  expect(project.read(".claude/work/7.md")).not.toContain("Green");
  expect(await testsOf(project)).toMatchObject([{ name: "Tests", passed: false, exitCode: 1 }]);
  const { value } = await saveProven(project.gate, input, { ...by, command: PASSES }, {});
  expect(value).toMatchObject({ itemsUpdated: 1, tests: [{ name: "Tests", state: "proven" }] });
  expect((await status(project.gate)).progressItems).toMatchObject([{ status: "completed", text: "Tests" }]);
  expect(project.read(".claude/work/7.md")).toContain("- Green\n");
});

describe("done", () => {
  /** Proven, Stale and Bare are completed, Open is not; Gone was dropped. */
  async function makeNearlyDone(requires?: string): Promise<GitProject> {
    const project = await makeStarted();
    const completed = ["Proven", "Stale", "Bare"].map((text) => ({ status: "completed", text }) as const);
    await save(project.gate, {
      progress: [...completed, { status: "pending", text: "Open" }],
      openQuestions: [{ question: "Why?" }],
      log: ["Dropped: ⏸️ Gone"],
    });
    await prove(project.gate, { name: "Stale", command: PASSES, outputTo });
    project.write("a.txt", "changed\n");
    await prove(project.gate, { name: "Proven", command: PASSES, outputTo });
    if (requires !== undefined) {
      const text = project.read(".claude/state.md");
      project.write(".claude/state.md", text.replace("---\n", `---\ndone_requires: ${requires}\n`));
    }
    return project;
  }
  const LEFT = {
    ...{ openItems: ["Open"], openQuestions: ["Why?"], droppedItems: ["Gone"] },
    proof: { proven: ["Proven"], stale: ["Stale"], unproven: ["Bare"] },
  };

  test("names what is open, dropped and no longer proven", async () => {
    const { gate } = await makeNearlyDone();
    const { value, warnings } = await done(gate);
    expect(value).toMatchObject(LEFT);
    expect(warnings).toEqual([
      "1 progress item is still open: Open",
      "1 question is still open: Why?",
      "1 item was dropped and never completed: Gone",
      "1 completed item is no longer proven, because files changed: Stale",
    ]);
  });

  test("of a paused issue names it as well", async () => {
    const { gate } = await makeNearlyDone();
    await start(gate, { issue: 8, title: "Eight" });
    expect((await done(gate, { issue: 7 })).value).toMatchObject(LEFT);
  });

  test.each([
    ["items", "1 progress item is open: Open. 1 item was dropped and never completed: Gone"],
    [
      "proof",
      "1 progress item is open: Open. 1 item was dropped and never completed: Gone. " +
        "1 completed item is no longer proven: Stale. 1 completed item is not proven: Bare",
    ],
    // A word that is not known asks for all, rather than for nothing.
    [
      '"prof"',
      "1 progress item is open: Open. 1 item was dropped and never completed: Gone. " +
        "1 completed item is no longer proven: Stale. 1 completed item is not proven: Bare",
    ],
  ])("is refused where %s are required, unless a reason is given", async (requires, missing) => {
    const project = await makeNearlyDone(requires);
    const before = project.tree();
    const error = await failure(done(project.gate));
    expect([error.code, error.message]).toEqual(["INCOMPLETE", `Cannot finish #7: ${missing}`]);
    expect(error.hint).toContain("gate done --reason");
    expect(project.tree()).toEqual(before);
    const { value, warnings } = await done(project.gate, { reason: "Not needed" });
    expect(value).toMatchObject(LEFT);
    expect(warnings.length).toBe(4);
  });

  test.each(["items", "proof"])("goes through where all that %s asks for is there", async (requires) => {
    const project = await makeStarted();
    await save(project.gate, { progress: [{ status: "completed", text: "A" }], openQuestions: [{ question: "Why?" }] });
    const text = project.read(".claude/state.md");
    project.write(".claude/state.md", text.replace("---\n", `---\ndone_requires: ${requires}\n`));
    if (requires === "proof") await prove(project.gate, { name: "A", command: PASSES, outputTo });
    expect((await done(project.gate)).warnings).toEqual(["1 question is still open: Why?"]);
  });

  test("that was accepted with a reason is finished again without one", async () => {
    const project = await makeNearlyDone("proof");
    const state = project.read(".claude/state.md");
    await done(project.gate, { reason: "Not needed" });
    // As it stands after a kill before the last step.
    project.write(".claude/state.md", state);
    expect((await done(project.gate)).value.archivedTo).toBe(".claude/archive/7.md");
    expect((await done(project.gate, { issue: 7 })).value.archivedTo).toBe(".claude/archive/7.md");
  });

  test.each(["null", "false"])("asks for nothing where it says %s", async (word) => {
    const project = await makeNearlyDone(word);
    expect((await done(project.gate)).value.openItems).toEqual(["Open"]);
  });
});

test("a test has the name of its item, however few of its words are given", async () => {
  const project = await makeStarted();
  await save(project.gate, {
    progress: [
      { status: "pending", text: "All tests pass" },
      { status: "pending", text: "Docs" },
    ],
  });
  const progress = [{ status: "completed", text: "tests" }] as const;
  const { value } = await saveProven(project.gate, { progress }, { command: PASSES, outputTo }, {});
  expect(value.tests.map(({ name }) => name)).toEqual(["All tests pass"]);
  expect(value.progressItems.map(({ status, text }) => [status, text])).toEqual([
    ["completed", "All tests pass"],
    ["pending", "Docs"],
  ]);
  const error = await failure(
    saveProven(
      project.gate,
      { progress: [{ status: "completed", text: "docs" }] },
      { command: fails(1), outputTo },
      {},
    ),
  );
  expect(error.message).toMatch(/^Cannot prove Docs: /);
  await save(project.gate, { drop: ["docs"] });
  const { value: finished, warnings } = await done(project.gate);
  expect(finished).toMatchObject({ openItems: [], droppedItems: ["Docs"], proof: { proven: ["All tests pass"] } });
  expect(warnings).toEqual(["1 item was dropped and never completed: Docs"]);
});

test("a test that is named beside a command is what the command proves", async () => {
  const project = makeGitProject();
  await start(project.gate, { issue: 7, title: "Seven" });
  const tests = [{ text: "Unit", done: false }];
  await saveProven(project.gate, { tests }, { command: PASSES, outputTo }, {});
  const progress = [{ status: "completed", text: "Write it" }] as const;
  await saveProven(project.gate, { progress, tests }, { command: PASSES, outputTo }, {});
  expect((await show(project.gate)).tests.map(({ name, passed, state }) => [name, passed, state])).toEqual([
    ["Unit", true, "proven"],
    ["Write it", true, "proven"],
  ]);
});
