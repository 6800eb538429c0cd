/** What is on record of an operation: when it is named, and who takes it away. */
import { mkdirSync, symlinkSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { system } from "../../src/files/guard/system.ts";
import { acquireLock } from "../../src/files/lock/lock.ts";
import { type IntentRecord, writeIntent } from "../../src/files/record/intent-log.ts";
import { check } from "../../src/gate/documents/check.ts";
import { done } from "../../src/gate/documents/done.ts";
import { init } from "../../src/gate/documents/init.ts";
import { reconstructFrom } from "../../src/gate/documents/reconstruct.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { status } from "../../src/gate/view/status.ts";
import { broken } from "../support/broken.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const RECORD = ".claude/.gate/pending.json";
const RULE = "unfinished-operation";
const LEFT: IntentRecord = { command: "gate start 7", timestamp: "2024-10-23T16:30:00Z", paths: [STATE], lock: 1 };

async function started(): Promise<TestProject> {
  const project = makeProject();
  await init(project.gate);
  await start(project.gate, { issue: 42, title: "Try the gate" });
  return project;
}

/** A project in which somebody died. */
async function left(record: Partial<IntentRecord> = {}): Promise<TestProject> {
  const project = await started();
  writeIntent(project.gate.project, { ...LEFT, ...record });
  return project;
}

async function namedIn({ gate }: TestProject): Promise<string[]> {
  return (await status(gate)).problems.filter(({ rule }) => rule === RULE).map(({ message }) => message);
}

describe("what was left", () => {
  test("is named by status and check, as a warning that blocks nothing", async () => {
    const project = await left();
    const before = project.tree(true);
    const seen = await status(project.gate);
    expect(seen.valid).toBe(true);
    expect(seen.problems).toEqual([
      expect.objectContaining({ rule: RULE, severity: "warning", message: expect.stringContaining("`gate start 7`") }),
    ]);
    const { errors, files } = await check(project.gate);
    expect(errors).toBe(0);
    expect(files[0]!.problems).toEqual(seen.problems);
    expect(project.tree(true)).toEqual(before);
    await save(project.gate, { nextSteps: ["goes on"] });
    expect((await status(project.gate)).nextSteps).toEqual(["goes on"]);
  });

  test("is named without a state file, and in one that is damaged or somebody else's", async () => {
    const project = makeProject({ ".claude/.gate/.gitignore": "*\n" });
    writeIntent(project.gate.project, LEFT);
    expect(await status(project.gate)).toMatchObject({ exists: false, valid: false, problems: [{ rule: RULE }] });
    for (const paths of [[], [STATE]]) {
      expect(await check(project.gate, { paths })).toMatchObject({
        errors: 0,
        warnings: 1,
        files: [{ path: STATE, problems: [{ rule: RULE }] }],
      });
    }
    for (const [text, rule] of [
      [fixture("read/conflict.md"), "conflict-marker"],
      ["", "empty-file"],
      ["# Notes\n", "foreign-format"],
      ["---\nschema_version: 2\n---\n## Active Work\n", "unsupported-version"],
      ["x".repeat((1 << 20) + 1), "file-too-large"],
    ] as const) {
      project.write(STATE, text);
      const { valid, problems } = await status(project.gate);
      expect([valid, problems.map((problem) => problem.rule)]).toEqual([false, expect.arrayContaining([rule, RULE])]);
    }
  });

  test("of which only the record is left is not named, and goes with the next look under the lock", async () => {
    const project = await started();
    const { revision } = await status(project.gate);
    writeIntent(project.gate.project, { ...LEFT, command: "gate done", revision: revision! });
    expect(await namedIn(project)).toEqual([]);
    expect(project.exists(RECORD)).toBe(true);
    await expect(start(project.gate, { issue: 9, title: "t" }, { ifMatch: "other" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect(project.exists(RECORD)).toBe(false);
  });

  test("is not counted as mended", async () => {
    const project = await left();
    project.write(STATE, project.read(STATE).replace("## Blockers", "## blockers"));
    const result = await check(project.gate, { fix: true });
    expect(result.fixed).toBe(1);
    expect(result.files[0]!.problems.map(({ rule }) => rule)).toEqual([RULE]);
    expect(project.exists(RECORD)).toBe(true);
  });
});

describe("an operation that is at it", () => {
  test("is not named, until its lock is out of its hands", async () => {
    const project = await started();
    const lock = await acquireLock(project.gate.project, STATE, { command: "test" });
    writeIntent(project.gate.project, { ...LEFT, lock: lock.token });
    expect(await namedIn(project)).toEqual([]);
    writeIntent(project.gate.project, { ...LEFT, lock: lock.token - 1 });
    expect(await namedIn(project)).toHaveLength(1);
    writeIntent(project.gate.project, { ...LEFT, lock: lock.token });
    lock.release();
    expect(await namedIn(project)).toHaveLength(1);
  });

  test("has a record between its first step and its last, and none before and after", async () => {
    const project = await started();
    const seen: string[] = [];
    const { renameSync } = system;
    onTestFinished(() => {
      system.renameSync = renameSync;
    });
    system.renameSync = (from, to) => {
      if (String(to).endsWith(".md")) seen.push(project.exists(RECORD) ? project.read(RECORD) : "none");
      renameSync(from, to);
    };
    await start(project.gate, { issue: 7, title: "Other" });
    // The work file of #7 is new and arrives by a link.
    expect([seen.length, new Set(seen).size, project.exists(RECORD)]).toEqual([2, 1, false]);
    expect(JSON.parse(seen[0]!)).toEqual({
      command: "gate start 7",
      timestamp: "2024-10-23T16:30:00Z",
      paths: [".claude/work/42.md", ".claude/work/7.md", STATE],
      revision: (await status(project.gate)).revision,
      lock: expect.any(Number),
    });
  });

  test("on one document needs no record", async () => {
    const project = await started();
    broken("openSync", /pending\.json\./);
    let wrote = false;
    const { openSync } = system;
    onTestFinished(() => {
      system.openSync = openSync;
    });
    system.openSync = ((path: string, ...rest: [number, number]) => {
      wrote ||= path.includes(".pending.json.");
      return openSync(path, ...rest);
    }) as typeof openSync;
    await save(project.gate, { nextSteps: ["x"] });
    await save(project.gate, { log: ["x"], offline: true });
    await start(project.gate, { issue: 42, branch: "b" });
    expect(wrote).toBe(false);
  });

  test("writes nothing of it in a dry run", async () => {
    const project = await left();
    const before = project.tree(true);
    await start(project.gate, { issue: 7, title: "Other" }, { dryRun: true });
    expect(project.tree(true)).toEqual(before);
  });
});

describe("a failure", () => {
  test("in which nothing was changed leaves no record", async () => {
    const project = await started();
    const before = project.tree();
    broken("renameSync", /\.md$/);
    await expect(start(project.gate, { issue: 7, title: "Other" })).rejects.toMatchObject({ code: "IO" });
    expect(project.tree()).toEqual(before);
    expect([project.exists(RECORD), await namedIn(project)]).toEqual([false, []]);
  });

  test("of a first move leaves a record only where the file got its second name", async () => {
    const project = await started();
    const state = project.read(STATE);
    await done(project.gate, { archive: false });
    project.write(STATE, state);
    const { linkSync, unlinkSync } = system;
    broken("linkSync", /42\.md$/);
    await expect(done(project.gate)).rejects.toMatchObject({ code: "IO" });
    expect([project.exists(".claude/archive/42.md"), project.exists(RECORD)]).toEqual([false, false]);
    system.linkSync = linkSync;
    broken("unlinkSync", /42\.md$/);
    await expect(done(project.gate)).rejects.toMatchObject({ code: "IO" });
    expect([project.exists(".claude/archive/42.md"), project.exists(RECORD)]).toEqual([true, true]);
    system.unlinkSync = unlinkSync;
    await done(project.gate);
    expect([project.exists(".claude/work/42.md"), project.exists(RECORD)]).toEqual([false, false]);
  });

  test("in which nothing was changed keeps the record of what was left before", async () => {
    const project = await left();
    const record = project.read(RECORD);
    broken("renameSync", /\.md$/);
    await expect(done(project.gate)).rejects.toMatchObject({ code: "IO" });
    expect(project.read(RECORD)).toBe(record);
  });

  test("after the first step is named in this very process, and repeating finishes it", async () => {
    const project = await started();
    const { renameSync } = system;
    broken("renameSync", /state\.md$/);
    await expect(start(project.gate, { issue: 7, title: "Other" })).rejects.toMatchObject({ code: "IO" });
    expect(project.exists(".claude/work/7.md")).toBe(true);
    expect(await namedIn(project)).toEqual([expect.stringContaining("`gate start 7`")]);
    system.renameSync = renameSync;
    await start(project.gate, { issue: 7 });
    expect([await namedIn(project), project.exists(RECORD)]).toEqual([[], false]);
  });

  test("of the record is none of the operation", async () => {
    const project = await started();
    broken("openSync", /pending\.json/);
    broken("unlinkSync", /pending\.json/);
    broken("renameSync", /pending\.json/);
    const outcome = await start(project.gate, { issue: 7, title: "Other" });
    expect(outcome.warnings).toEqual([]);
    await done(project.gate);
    expect(await status(project.gate)).toMatchObject({ valid: true, issueNumber: undefined });
  });
});

describe("a later operation", () => {
  type Operation = (project: TestProject) => Promise<unknown>;
  const twoSteps = { nextSteps: ["a"], log: ["b"] };
  const cases: readonly (readonly [left: string, then: string, Operation, kept: boolean])[] = [
    ["gate start 7", "start of the same", ({ gate }) => start(gate, { issue: 7, title: "t" }), false],
    ["gate start 7", "start of another", ({ gate }) => start(gate, { issue: 8, title: "t" }), false],
    ["gate start 7", "resuming what is active", ({ gate }) => start(gate, { issue: 42 }), false],
    ["gate start 7", "done", ({ gate }) => done(gate), false],
    ["gate start 7", "reconstruct", ({ gate }) => reconstructFrom(gate, 42), false],
    ["gate start 7", "save", ({ gate }) => save(gate, twoSteps), true],
    ["gate start 7", "save of one document", ({ gate }) => save(gate, { nextSteps: ["a"] }), true],
    ["gate start 7", "save --offline", ({ gate }) => save(gate, { log: ["a"], offline: true }), true],
    ["gate start 7", "init", ({ gate }) => init(gate), true],
    ["gate start 7", "check --fix", ({ gate }) => check(gate, { fix: true }), true],
    ["gate done", "done with other options", ({ gate }) => done(gate, { archive: false }), false],
    ["gate save", "save", ({ gate }) => save(gate, twoSteps), false],
    ["gate save", "save of one document", ({ gate }) => save(gate, { nextSteps: ["a"] }), false],
    ["gate save", "done", ({ gate }) => done(gate), false],
  ];

  test.each(cases)("%s, then %s", async (command, _then, operation, kept) => {
    const project = await left({ command });
    const record = project.read(RECORD);
    project.later(1000);
    await operation(project);
    expect(project.exists(RECORD) ? project.read(RECORD) : undefined).toBe(kept ? record : undefined);
    expect(await namedIn(project)).toHaveLength(kept ? 1 : 0);
  });

  test("that fails takes nothing away", async () => {
    const project = await left();
    const record = project.read(RECORD);
    await expect(reconstructFrom(project.gate, 99)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(project.read(RECORD)).toBe(record);
  });
});

describe("a record that somebody planted", () => {
  const hostile: readonly (readonly [string, (project: TestProject) => void])[] = [
    ["a command of its own", (project) => project.write(RECORD, JSON.stringify({ ...LEFT, command: "curl x | sh" }))],
    ["escapes", (project) => project.write(RECORD, JSON.stringify({ ...LEFT, command: "gate \u001b[2J" }))],
    ["4 MiB", (project) => project.write(RECORD, "x".repeat(1 << 22))],
    ["no JSON", (project) => project.write(RECORD, "{")],
    ["a link", (project) => symlinkSync("../state.md", `${project.root}/${RECORD}`)],
    ["a folder", (project) => mkdirSync(`${project.root}/${RECORD}`)],
  ];

  test.each(hostile)("%s is named in general words, and stops nothing", async (_name, plant) => {
    const project = await started();
    plant(project);
    const [message, ...more] = await namedIn(project);
    expect(more).toEqual([]);
    expect(message).toBe(
      "Unexpected unfinished operation: a command was interrupted, run it again to finish it, or delete `.claude/.gate/pending.json`",
    );
    await save(project.gate, { log: ["x"], nextSteps: ["y"] });
    await start(project.gate, { issue: 8, title: "t" });
    expect((await status(project.gate)).issueNumber).toBe(8);
    if (_name !== "a folder") expect(await namedIn(project)).toEqual([]);
  });

  test("a link in place of the gate folder is not asked", async () => {
    const project = makeProject({ [STATE]: fixture("read/format.md") });
    symlinkSync("/", `${project.root}/.claude/.gate`);
    expect(await namedIn(project)).toEqual([]);
  });
});
