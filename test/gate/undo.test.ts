/** History, diff and undo, on real files with a clock of their own. */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { GateErrorCode } from "../../src/base/errors.ts";
import { addHistory } from "../../src/files/record/history.ts";
import { done } from "../../src/gate/documents/done.ts";
import { init } from "../../src/gate/documents/init.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { diff } from "../../src/gate/history/diff.ts";
import { history } from "../../src/gate/history/history.ts";
import { type UndoInput, undo } from "../../src/gate/history/undo.ts";
import { status } from "../../src/gate/view/status.ts";
import { revisionOf } from "../../src/text/source.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const WORK = ".claude/work/42.md";
const DAY = 24 * 3_600_000;

/** A project after `init`, `start` and saves of the steps named, a minute between them. */
async function withSaves(...steps: readonly string[]): Promise<TestProject> {
  const project = makeProject();
  await init(project.gate);
  project.later(60_000);
  await start(project.gate, { issue: 42, title: "Try the gate" });
  for (const step of steps) await saveStep(project, step);
  return project;
}

async function saveStep(project: TestProject, step: string): Promise<void> {
  project.later(60_000);
  await save(project.gate, { nextSteps: [step] });
}

async function stepsOf({ gate }: TestProject): Promise<string> {
  return (await status(gate)).nextSteps.join();
}

const back = (project: TestProject, input: UndoInput = {}) => undo(project.gate, input);
const forth = (project: TestProject) => undo(project.gate, { redo: true });
const entriesOf = async ({ gate }: TestProject, path = STATE) => (await history(gate, { paths: [path] })).entries;

function rejected(promise: Promise<unknown>, code: GateErrorCode, message = /^Cannot /): Promise<void> {
  return expect(promise).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
    hint: expect.any(String),
  });
}

describe("history", () => {
  test("lists all documents, one of them, and a work file with its archive", async () => {
    const project = await withSaves("a");
    project.later(60_000);
    await done(project.gate);
    const { entries } = await history(project.gate);
    expect(entries.map(({ operation, path }) => `${operation} ${path}`)).toEqual([
      `done ${STATE}`,
      `done ${WORK}`,
      `save ${STATE}`,
      `start ${STATE}`,
      `start ${WORK}`,
      `init ${STATE}`,
    ]);
    expect(entries.at(-1)).toEqual({
      id: expect.stringMatching(/^20241023T163000000Z-[0-9a-f]{6}$/),
      operation: "init",
      timestamp: "2024-10-23T16:30:00Z",
      path: STATE,
      size: 0,
      existed: false,
      revision: expect.stringMatching(/^[0-9a-f]{64}$/),
      restores: undefined,
      actor: undefined,
      undone: false,
    });
    expect((await history(project.gate, { limit: 2 })).entries).toEqual(entries.slice(0, 2));
    expect(await entriesOf(project)).toEqual(entries.filter(({ path }) => path === STATE));
    addHistory(project.gate.project, ".claude/archive/42.md", { operation: "x", timestamp: 0, bytes: undefined });
    const work = (await history(project.gate, { issue: 42 })).entries;
    expect(new Set(work.map(({ path }) => path))).toEqual(new Set([WORK, ".claude/archive/42.md"]));
  });

  test("of a project without one is empty and creates nothing", async () => {
    const project = makeProject();
    expect(await history(project.gate)).toEqual({ entries: [] });
    await rejected(diff(project.gate), "NOT_FOUND");
    await rejected(back(project), "NOT_FOUND", /it has no history/);
    await rejected(forth(project), "NOT_FOUND");
    expect(project.tree(true)).toEqual({ ".claude": "folder" });
  });

  test("passes over a torn entry, and one of something that is no document", async () => {
    const project = await withSaves("a", "b", "c");
    const [, torn] = await entriesOf(project);
    truncateSync(join(project.root, ".claude/.gate/history/state.md", torn!.id), 30);
    const file = ".claude/settings.json";
    const forged = addHistory(project.gate.project, file, {
      operation: "save",
      timestamp: 0,
      bytes: Buffer.from("{}"),
    });
    for (const path of [".claude/work/a..md", "../x.md", ".claude/work/../../x.md"]) forge(project, { path });
    forge(project, { timestamp: Number.MAX_SAFE_INTEGER });
    const { entries } = await history(project.gate);
    expect(entries.map(({ id }) => id)).not.toContain(torn!.id);
    expect(new Set(entries.map(({ path }) => path))).toEqual(new Set([STATE, WORK]));
    expect(entries).toHaveLength(5);
    await rejected(back(project, { id: forged }), "INVALID_ARGUMENT");
    await rejected(diff(project.gate, { id: forged }), "INVALID_ARGUMENT");
    await rejected(diff(project.gate, { id: torn!.id }), "CORRUPT");
    await back(project);
    expect(await stepsOf(project)).toBe("b");
    await back(project);
    // What the torn entry kept is lost, so undoing goes past it.
    expect(await stepsOf(project)).toBe("");
    await forth(project);
    await forth(project);
    expect(await stepsOf(project)).toBe("c");
  });

  test("says what is undone", async () => {
    const project = await withSaves("a", "b");
    const undoneNow = async () =>
      (await entriesOf(project))
        .filter((entry) => entry.undone)
        .map(({ operation, timestamp }) => operation + timestamp);
    expect(await undoneNow()).toEqual([]);
    await back(project);
    expect(await undoneNow()).toEqual(["save2024-10-23T16:33:00Z"]);
    await back(project);
    expect(await undoneNow()).toEqual(["save2024-10-23T16:33:00Z", "save2024-10-23T16:32:00Z"]);
    await forth(project);
    expect(await undoneNow()).toEqual(["save2024-10-23T16:33:00Z"]);
  });

  test.each([0, -1, Number.NaN])("refuses %s entries", async (limit) => {
    await rejected(history(makeProject().gate, { limit }), "INVALID_ARGUMENT");
  });

  test.each(["", "README.md", ".claude/settings.json", ".claude/work/../state.md"])("refuses %j", async (path) => {
    await rejected(history(makeProject().gate, { paths: [path] }), "INVALID_ARGUMENT");
  });
});

describe("an id", () => {
  test("may be cut short as long as it means one entry", async () => {
    const project = await withSaves("a", "b");
    const [newest, older] = await entriesOf(project);
    const meant = async (id: string) => (await diff(project.gate, { id })).id;
    expect(await meant(newest!.id)).toBe(newest!.id);
    expect(await meant(older!.id.slice(0, -3))).toBe(older!.id);
    expect(await meant(older!.id.slice(-6))).toBe(older!.id);
    await expect(meant("2024")).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining(newest!.id),
    });
    await rejected(meant("202"), "NOT_FOUND");
    await rejected(meant("20251"), "NOT_FOUND");
    await rejected(meant("../state.md"), "UNSAFE_PATH");
    await rejected(meant(""), "UNSAFE_PATH");
  });

  test("does not go with an issue, nor with redoing", async () => {
    const project = await withSaves("a");
    const { id } = (await entriesOf(project))[0]!;
    await rejected(back(project, { id, issue: 42 }), "INVALID_ARGUMENT");
    await rejected(back(project, { id, redo: true }), "INVALID_ARGUMENT");
    await rejected(diff(project.gate, { id, issue: 42 }), "INVALID_ARGUMENT");
  });
});

describe("diff", () => {
  test("shows what one change did, what has changed since, and the newest by itself", async () => {
    const project = await withSaves("a", "b", "c");
    const [c, b] = await entriesOf(project);
    const newest = await diff(project.gate);
    const { existed: _, revision, restores: __, actor: ___, undone: ____, ...change } = c!;
    expect(newest).toEqual({
      entries: [change],
      ...change,
      diff: expect.stringMatching(/^--- a\/\.claude\/state\.md\n\+\+\+ b\/\.claude\/state\.md\n@@/),
      fromRevision: b!.revision,
      toRevision: revision,
    });
    expect(newest.diff).toContain("-1. b\n+1. c");
    expect(await diff(project.gate, { id: c!.id })).toEqual(newest);
    expect((await diff(project.gate, { id: b!.id })).diff).toContain("-1. a\n+1. b");
    expect((await diff(project.gate, { id: b!.id, now: true })).diff).toContain("-1. a\n+1. c");
    project.write(STATE, `${project.read(STATE)}mine\n`);
    expect((await diff(project.gate)).diff).toContain("+mine\n");
    expect((await diff(project.gate, { id: b!.id })).diff).not.toContain("+mine\n");
    rmSync(join(project.root, STATE));
    expect(await diff(project.gate)).toMatchObject({
      diff: expect.stringMatching(/^--- a\/\.claude\/state\.md\n\+\+\+ \/dev\/null\n@@ -1,\d+ \+0,0 @@\n/),
      toRevision: undefined,
    });
  });

  test("of a document that was made, and of the work file that is in the archive now", async () => {
    const project = await withSaves("a");
    const first = (await entriesOf(project)).at(-1)!;
    expect(await diff(project.gate, { id: first.id })).toMatchObject({
      diff: expect.stringMatching(/^--- \/dev\/null\n\+\+\+ b\/\.claude\/state\.md\n@@ -0,0 \+1,/),
      fromRevision: undefined,
    });
    await save(project.gate, { log: ["logged"] });
    await done(project.gate);
    expect((await diff(project.gate, { issue: 42 })).diff).toContain("+**Status:** completed");
    await rejected(diff(project.gate, { issue: 7 }), "NOT_FOUND");
  });

  test("without a difference is empty", async () => {
    const project = await withSaves("a");
    const before = project.read(STATE);
    await saveStep(project, "b");
    project.write(STATE, before);
    const { diff: text, fromRevision, toRevision } = await diff(project.gate);
    expect([text, fromRevision]).toEqual(["", toRevision]);
  });

  test.each([
    ["bytes that are no UTF-8", [0x23, 0xff, 0xfe, 0x0a], [0x23, 0xff, 0xfd, 0x0a], ""],
    ["a byte order mark", [0xef, 0xbb, 0xbf, 0x61, 0x0a], [0x61, 0x0a], "-\ufeffa\n+a\n"],
    ["line endings", [0x61, 0x0d, 0x0a], [0x61, 0x0a], "-a\r\n+a\n"],
    ["zeros", [0, 0, 0x0a, 0x1b], [0x0a], "-\0\0\n"],
    ["no final newline", [0x61], [0x61, 0x0a], "-a\n\\ No newline at end of file\n+a\n"],
    ["nothing", [], [0x61, 0x0a], "+a\n"],
  ])("copes with %s", async (_name, before, after, expected) => {
    const project = makeProject();
    project.write(STATE, Uint8Array.from(after));
    addHistory(project.gate.project, STATE, { operation: "save", timestamp: 0, bytes: Uint8Array.from(before) });
    const { diff: text, fromRevision, toRevision } = await diff(project.gate);
    expect(text).toContain(expected);
    expect(fromRevision).not.toBe(toRevision);
  });

  test("of a document that cannot be read says why", async () => {
    const project = await withSaves("a", "b");
    const [, older] = await entriesOf(project);
    rmSync(join(project.root, STATE));
    symlinkSync("work/42.md", join(project.root, STATE));
    await rejected(diff(project.gate), "UNSAFE_PATH");
    expect((await diff(project.gate, { id: older!.id })).diff).toContain("+1. a");
    expect((await entriesOf(project)).map(({ operation }) => operation)).toEqual(["save", "save", "start", "init"]);
  });
});

describe("undo", () => {
  test("goes back one change each time, and redo forward again", async () => {
    const project = await withSaves("a", "b", "c");
    const { value, warnings } = await back(project);
    const [own, undone] = await entriesOf(project);
    const { existed: _, revision: __, restores, actor: ___, undone: ____, ...change } = own!;
    expect(value).toEqual({
      success: true,
      message: `Undid save of 2024-10-23T16:34:00Z in ${STATE}`,
      entry: change,
      entries: [undone],
      path: STATE,
      revision: (await status(project.gate)).revision,
      removed: false,
    });
    expect([own!.operation, restores, warnings]).toEqual(["undo", undone!.id, []]);
    expect(await stepsOf(project)).toBe("b");
    await back(project);
    expect(await stepsOf(project)).toBe("a");
    expect((await forth(project)).value.message).toBe(`Redid save of 2024-10-23T16:33:00Z in ${STATE}`);
    expect(await stepsOf(project)).toBe("b");
    await back(project);
    await back(project);
    expect(await stepsOf(project)).toBe("");
    for (const step of ["a", "b", "c"]) {
      await forth(project);
      expect(await stepsOf(project)).toBe(step);
    }
    await rejected(forth(project), "NOT_FOUND", /^Cannot redo .*: nothing is undone$/);
  });

  test("a change after undoing ends what can be redone, and nothing of it is lost", async () => {
    const project = await withSaves("a", "b");
    await back(project);
    const undoing = (await entriesOf(project))[0]!;
    await saveStep(project, "c");
    await rejected(forth(project), "NOT_FOUND");
    await back(project);
    expect(await stepsOf(project)).toBe("a");
    // What was cut off can still be reached by its id.
    expect((await back(project, { id: undoing.id })).value.message).toMatch(
      /^Put .* back to what it was before undo of /,
    );
    expect(await stepsOf(project)).toBe("b");
    await back(project);
    expect(await stepsOf(project)).toBe("a");
    await forth(project);
    expect(await stepsOf(project)).toBe("b");
  });

  test("behind one change goes behind all after it, and one redo forward over them", async () => {
    const project = await withSaves("a", "b", "c");
    const [c, b] = await entriesOf(project);
    const { value } = await back(project, { id: b!.id });
    expect(value.entries.map(({ id, undone }) => [id, undone])).toEqual([
      [c!.id, true],
      [b!.id, true],
    ]);
    expect(value.message).toBe(`Undid 2 changes in ${STATE}, back to before save of 2024-10-23T16:33:00Z`);
    expect(await stepsOf(project)).toBe("a");
    await rejected(back(project, { id: b!.id }), "NOT_FOUND", /already$/);
    const forward = (await forth(project)).value;
    expect(forward.message).toBe(`Redid 2 changes in ${STATE}, up to save of 2024-10-23T16:34:00Z`);
    expect(forward.entries.map(({ undone }) => undone)).toEqual([false, false]);
    expect(await stepsOf(project)).toBe("c");
    await back(project);
    expect(await stepsOf(project)).toBe("b");
  });

  test("behind the first change removes the document, and redo makes it again", async () => {
    const project = makeProject();
    await init(project.gate);
    const text = project.read(STATE);
    expect((await back(project)).value).toMatchObject({
      message: `Undid init of 2024-10-23T16:30:00Z in ${STATE}`,
      removed: true,
      revision: undefined,
    });
    expect(project.exists(STATE)).toBe(false);
    expect(await status(project.gate)).toMatchObject({ exists: false, valid: false });
    await rejected(back(project), "NOT_FOUND", /no change is left$/);
    expect((await forth(project)).value.removed).toBe(false);
    expect(project.read(STATE)).toBe(text);
    await back(project);
    project.write(STATE, "# Somebody else's notes\n");
    await rejected(forth(project), "FOREIGN_FORMAT");
    expect(project.read(STATE)).toBe("# Somebody else's notes\n");
  });

  test("keeps what others have written since, and says where", async () => {
    const project = await withSaves("a", "b");
    const mine = `${project.read(STATE)}mine\n`;
    project.write(STATE, mine);
    const { value, warnings } = await back(project);
    expect(warnings).toEqual([expect.stringMatching(/was changed outside the gate after the save of .*16:33:00Z/)]);
    expect(warnings[0]).toContain(value.entry!.id);
    expect((await diff(project.gate, { id: value.entry!.id })).diff).toContain("-mine\n");
    expect((await forth(project)).warnings).toEqual([]);
    expect(project.read(STATE)).toBe(mine);
    expect((await undo(project.gate, {}, { dryRun: true })).warnings).toEqual([]);
    project.write(STATE, `${mine}more\n`);
    const dry = await undo(project.gate, {}, { dryRun: true });
    expect(dry.warnings).toEqual([expect.stringContaining("the history would keep that")]);
    expect(dry.value.entry).toBeUndefined();
  });

  test("a text that others put back counts as if nothing had happened", async () => {
    const project = await withSaves("a");
    const a = project.read(STATE);
    await saveStep(project, "b");
    await back(project);
    const { entries } = await history(project.gate, { paths: [STATE] });
    project.write(STATE, keptBy(project, entries[0]!.id));
    await rejected(forth(project), "NOT_FOUND");
    await back(project);
    expect(project.read(STATE)).toBe(a);
  });

  test("is a way out of damage, and back into it with a warning", async () => {
    const project = await withSaves("a", "b");
    const damaged = Buffer.from("## Active Work\n\n<<<<<<< ours\n\xff\n", "latin1");
    project.write(STATE, damaged);
    await rejected(save(project.gate, { nextSteps: ["c"] }), "CORRUPT");
    expect((await back(project)).warnings).toEqual([expect.stringContaining("outside the gate")]);
    expect(await stepsOf(project)).toBe("a");
    const { warnings } = await forth(project);
    expect(warnings).toEqual([expect.stringMatching(/is damaged, as it was then .*`gate check`.*`gate recover`/)]);
    expect(Buffer.from(project.read(STATE))).not.toHaveLength(0);
    expect((await status(project.gate)).revision).toBe(revisionOf(damaged));
    rmSync(join(project.root, STATE));
    await back(project);
    expect(await stepsOf(project)).toBe("a");
  });

  test("of an adoption puts the text of others back, and redo ours", async () => {
    const project = makeProject({ [STATE]: "# Notes\n\nof another tool\n" });
    await init(project.gate, { adopt: true });
    const adopted = project.read(STATE);
    const { warnings } = await back(project);
    expect(warnings).toEqual([expect.stringContaining("before the gate took it over")]);
    expect(project.read(STATE)).toBe("# Notes\n\nof another tool\n");
    await forth(project);
    expect(project.read(STATE)).toBe(adopted);
  });

  test("leaves alone what the gate never wrote", async () => {
    const foreign = makeProject({ [STATE]: "# Notes\n" });
    await rejected(back(foreign), "FOREIGN_FORMAT");
    expect(foreign.tree(true)).toEqual({ ".claude": "folder", [STATE]: "# Notes\n" });
    const project = await withSaves("a");
    const newer = `---\nschema_version: 9\n---\n${project.read(STATE)}`;
    project.write(STATE, newer);
    await rejected(back(project), "UNSUPPORTED_VERSION");
    expect(project.read(STATE)).toBe(newer);
    rmSync(join(project.root, STATE));
    symlinkSync("work/42.md", join(project.root, STATE));
    await rejected(back(project), "UNSAFE_PATH");
    rmSync(join(project.root, STATE));
    project.write(STATE, "x".repeat(1024 * 1024 + 1));
    await rejected(back(project), "CORRUPT", /file-too-large/);
  });

  test("of done says where the work file is, and can bring it back too", async () => {
    const project = await withSaves("a");
    await save(project.gate, { log: ["logged"] });
    const before = project.tree();
    await done(project.gate);
    const { warnings } = await back(project);
    expect(warnings).toEqual([expect.stringMatching(/#42 is active again.*`gate undo --work 42`.*`gate start 42`/)]);
    expect((await back(project, { issue: 42 })).value).toMatchObject({ path: WORK, removed: false });
    expect(project.tree()).toMatchObject(before);
    expect((await status(project.gate)).problems).toEqual([]);
    await forth(project);
    expect((await status(project.gate)).issueNumber).toBeUndefined();
    await undo(project.gate, { issue: 42, redo: true });
    expect(project.exists(WORK)).toBe(false);
  });

  test("of an archived document goes by the id", async () => {
    const project = await withSaves("a");
    const state = project.read(STATE);
    await done(project.gate);
    const path = ".claude/archive/42.md";
    const before = project.read(path);
    project.write(STATE, state);
    await save(project.gate, { nextSteps: ["later"] });
    await done(project.gate);
    expect(project.read(path)).not.toBe(before);
    const [entry] = await entriesOf(project, path);
    expect((await back(project, { id: entry!.id })).value.path).toBe(path);
    expect(project.read(path)).toBe(before);
  });

  test("of an interrupted change goes behind the last one that happened", async () => {
    const project = await withSaves("a", "b");
    const bytes = Buffer.from(project.read(STATE));
    const [b] = await entriesOf(project);
    const at = { timestamp: project.gate.clock(), bytes, revision: revisionOf(Buffer.from("never written")) };
    addHistory(project.gate.project, STATE, { operation: "save", ...at });
    addHistory(project.gate.project, STATE, { operation: "undo", restores: b!.id, ...at });
    expect((await back(project)).warnings).toEqual([]);
    expect(await stepsOf(project)).toBe("a");
    await forth(project);
    expect(await stepsOf(project)).toBe("b");
  });

  test("takes the revision that is expected, of either document", async () => {
    const project = await withSaves("a");
    await save(project.gate, { log: ["logged"] });
    const { revision } = await status(project.gate);
    await rejected(undo(project.gate, {}, { ifMatch: "0" }), "CONFLICT");
    await rejected(undo(project.gate, { issue: 42 }, { ifMatch: revision! }), "CONFLICT");
    const ofWork = revisionOf(Buffer.from(project.read(WORK)));
    expect((await undo(project.gate, { issue: 42 }, { ifMatch: ofWork })).value.path).toBe(WORK);
    expect((await undo(project.gate, {}, { ifMatch: revision! })).value.path).toBe(STATE);
  });

  test("as a dry run changes nothing and says what it would", async () => {
    const project = await withSaves("a");
    const before = project.tree(true);
    const dry = await undo(project.gate, {}, { dryRun: true });
    expect(dry.written).toMatchObject([{ path: STATE, after: expect.not.stringContaining("1. a") }]);
    const first = (await entriesOf(project)).at(-1)!;
    const removal = await undo(project.gate, { id: first.id }, { dryRun: true });
    expect(removal.removed).toEqual([{ path: STATE, before: project.read(STATE) }]);
    expect(project.tree(true)).toEqual(before);
  });

  test("twice at once goes back two steps", async () => {
    const project = await withSaves("a", "b", "c");
    await Promise.all([back(project), back(project)]);
    expect(await stepsOf(project)).toBe("a");
    await Promise.all([forth(project), forth(project)]);
    expect(await stepsOf(project)).toBe("c");
  });

  test("the bounds of the history bound it", async () => {
    const project = await withSaves();
    for (let day = 1; day <= 150; day++) {
      project.later(DAY);
      await save(project.gate, { nextSteps: [`day ${day}`] });
    }
    expect(await entriesOf(project)).toHaveLength(100);
    const newest = project.read(STATE);
    let steps = 0;
    for (;;) {
      try {
        await back(project);
      } catch (error) {
        expect(error).toMatchObject({ code: "NOT_FOUND" });
        break;
      }
      steps++;
      expect(await stepsOf(project)).toBe(`day ${150 - steps}`);
    }
    // Undoing is kept as well, and takes the places of the oldest.
    expect(steps).toBeGreaterThanOrEqual(50);
    expect(await entriesOf(project)).toHaveLength(100);
    for (let step = 0; step < steps; step++) await forth(project);
    expect(project.read(STATE)).toBe(newest);
    await rejected(forth(project), "NOT_FOUND");
  }, 120_000);
});

/** An entry as a checkout could bring it along. */
function forge({ root }: TestProject, header: { readonly path?: string; readonly timestamp?: number }): void {
  const folder = join(root, ".claude/.gate/history/work__forged");
  mkdirSync(folder, { recursive: true });
  const whole = { operation: "save", timestamp: 0, path: WORK, size: 0, existed: true, ...header };
  const name = `20241023T1630${String(readdirSync(folder).length).padStart(5, "0")}Z-00000f`;
  writeFileSync(join(folder, name), `${JSON.stringify(whole)}\n`);
}

function keptBy({ root }: TestProject, id: string): Buffer {
  const file = readFileSync(join(root, ".claude/.gate/history/state.md", id));
  return file.subarray(file.indexOf(10) + 1);
}
