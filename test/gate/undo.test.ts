/** History, diff, undo and restore, on real files with a clock of their own. */
import { mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { GateErrorCode } from "../../src/base/errors.ts";
import { revisionOf } from "../../src/base/revision.ts";
import { storeVersion } from "../../src/files/record/store-version.ts";
import { readVersion } from "../../src/files/record/versions.ts";
import { done } from "../../src/gate/documents/done.ts";
import { init } from "../../src/gate/documents/init.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { diff } from "../../src/gate/history/diff.ts";
import { type HistoryItem, history } from "../../src/gate/history/history.ts";
import { restore, type UndoInput, undo } from "../../src/gate/history/undo.ts";
import { status } from "../../src/gate/view/status.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const WORK = ".claude/work/42.md";
const ARCHIVED = ".claude/archive/42.md";
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

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

/** What the history says of a document: what made each version, and which one it holds. */
async function listed(project: TestProject, path = STATE): Promise<string[]> {
  return (await entriesOf(project, path)).map(({ operation, current, written }) =>
    [operation, ...(current ? ["current"] : []), ...(written ? [] : ["not written"])].join(", "),
  );
}

/** A version that is stored as a write does, without the write. */
function put(project: TestProject, text: string | undefined, more: { operation?: string; timestamp?: number } = {}) {
  const { gate } = project;
  const found = project.exists(STATE) ? Buffer.from(project.read(STATE)) : undefined;
  const bytes = text === undefined ? undefined : Buffer.from(text);
  return storeVersion(gate.project, STATE, found, { operation: "save", timestamp: gate.clock(), bytes, ...more });
}

function changeIn({ id, operation, timestamp, path, size }: HistoryItem) {
  return { id, operation, timestamp, path, size };
}

const bytesOf = ({ gate }: TestProject, id: string) => Buffer.from(readVersion(gate.project, id).bytes);

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
      // The work file is gone from there, and then what it was before it went.
      `done ${WORK}`,
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
      size: expect.any(Number),
      revision: expect.stringMatching(/^[0-9a-f]{64}$/),
      from: undefined,
      restores: undefined,
      actor: undefined,
      current: false,
      written: true,
    });
    expect(entries[0]).toMatchObject({ size: 0, revision: undefined, current: true, written: true });
    const text = project.read(STATE);
    expect(entries[1]).toMatchObject({ size: Buffer.byteLength(text), revision: revisionOf(Buffer.from(text)) });
    expect(entries[1]).toMatchObject({ from: entries[3]!.id, current: true });
    expect((await history(project.gate, { limit: 2 })).entries).toEqual(entries.slice(0, 2));
    expect(await entriesOf(project)).toEqual(entries.filter(({ path }) => path === STATE));
    const archived = Buffer.from(project.read(ARCHIVED));
    const about = { operation: "x", timestamp: 0, bytes: archived };
    storeVersion(project.gate.project, ARCHIVED, undefined, about).confirm();
    const work = (await history(project.gate, { issue: 42 })).entries;
    expect(new Set(work.map(({ path }) => path))).toEqual(new Set([WORK, ARCHIVED]));
  });

  test("of a project without one is empty and creates nothing", async () => {
    const project = makeProject();
    expect(await history(project.gate)).toEqual({ entries: [] });
    await rejected(diff(project.gate), "NOT_FOUND");
    await rejected(back(project), "NOT_FOUND", /it has no history/);
    await rejected(forth(project), "NOT_FOUND");
    expect(project.tree(true)).toEqual({ ".claude": "folder" });
  });

  test("passes over a torn version, and one of something that is no document", async () => {
    const project = await withSaves("a", "b", "c");
    const [, torn] = await entriesOf(project);
    truncateSync(join(project.root, ".claude/.gate/history/state.md", torn!.id), 30);
    const settings = storeVersion(project.gate.project, ".claude/settings.json", undefined, {
      operation: "save",
      timestamp: 0,
      bytes: Buffer.from("{}"),
    });
    settings.confirm();
    for (const path of [".claude/work/a..md", "../x.md", ".claude/work/../../x.md"]) forge(project, { path });
    forge(project, { timestamp: Number.MAX_SAFE_INTEGER });
    const { entries } = await history(project.gate);
    expect(entries.map(({ id }) => id)).not.toContain(torn!.id);
    expect(new Set(entries.map(({ path }) => path))).toEqual(new Set([STATE, WORK]));
    expect(entries).toHaveLength(5);
    await rejected(back(project, { id: settings.id }), "INVALID_ARGUMENT");
    await rejected(restore(project.gate, { id: settings.id }), "INVALID_ARGUMENT");
    await rejected(diff(project.gate, { id: settings.id }), "INVALID_ARGUMENT");
    for (const act of [diff, restore, undo]) await rejected(act(project.gate, { id: torn!.id }), "CORRUPT");
    // What the torn file kept is lost, so undoing goes past it, and redoing as well.
    await back(project);
    expect(await stepsOf(project)).toBe("a");
    await back(project);
    expect(await stepsOf(project)).toBe("");
    await forth(project);
    await forth(project);
    expect(await stepsOf(project)).toBe("c");
  });

  test("links that a checkout brought along lead nobody in circles", async () => {
    const project = await withSaves("a");
    const [a, , init] = await entriesOf(project);
    const folder = ".claude/.gate/history/state.md";
    const [one, other] = ["20241024T000000000Z-00000a", "20241024T000000000Z-00000b"];
    const revision = revisionOf(Buffer.from("forged"));
    const common = { schema_version: 2, operation: "undo", timestamp: 0, path: STATE, size: 6, revision };
    for (const [id, links] of [
      [one, { from: other, restores: other }],
      [other, { from: other, restores: other }],
    ] as const) {
      project.write(`${folder}/${id}`, `${JSON.stringify({ ...common, ...links })}\nforged`);
    }
    expect(await listed(project)).toEqual(["undo", "undo", "save, current", "start", "init"]);
    expect((await back(project)).value.entries.map(({ id }) => id)).toEqual([a!.id]);
    expect((await forth(project)).value.entries.map(({ id }) => id)).toEqual([a!.id]);
    await restore(project.gate, { id: one });
    expect(project.read(STATE)).toBe("forged");
    await rejected(back(project), "NOT_FOUND", /no change is left$/);
    await rejected(back(project, { id: other }), "NOT_FOUND", /nothing is known before/);
    await back(project, { id: init!.id });
    expect(project.exists(STATE)).toBe(false);
  });

  test("says which version the file holds, and calls nothing undone", async () => {
    const project = await withSaves("a", "b");
    expect(await listed(project)).toEqual(["save, current", "save", "start", "init"]);
    await back(project);
    expect(await listed(project)).toEqual(["undo, current", "save", "save", "start", "init"]);
    await forth(project);
    expect(await listed(project)).toEqual(["undo --redo, current", "undo", "save", "save", "start", "init"]);
    project.write(STATE, `${project.read(STATE)}mine\n`);
    expect(await listed(project)).toEqual(["undo --redo", "undo", "save", "save", "start", "init"]);
    rmSync(join(project.root, STATE));
    expect(await listed(project)).toEqual(["undo --redo", "undo", "save", "save", "start", "init"]);
    mkdirSync(join(project.root, STATE));
    expect(await listed(project)).toEqual(["undo --redo", "undo", "save", "save", "start", "init"]);
  });

  test.each([0, -1, Number.NaN])("refuses %s entries", async (limit) => {
    await rejected(history(makeProject().gate, { limit }), "INVALID_ARGUMENT");
  });

  test.each(["", "README.md", ".claude/settings.json", ".claude/work/../state.md"])("refuses %j", async (path) => {
    await rejected(history(makeProject().gate, { paths: [path] }), "INVALID_ARGUMENT");
  });
});

describe("an id", () => {
  test("may be cut short as long as it means one version", async () => {
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
    await rejected(diff(project.gate, { id, other: id, now: true }), "INVALID_ARGUMENT");
    await rejected(diff(project.gate, { other: id }), "INVALID_ARGUMENT");
  });
});

describe("diff", () => {
  test("shows what one version changed, what tells two apart, and what has happened since", async () => {
    const project = await withSaves("a", "b", "c");
    const [c, b, a] = await entriesOf(project);
    const newest = await diff(project.gate);
    const change = changeIn(c!);
    expect(newest).toEqual({
      entries: [change],
      ...change,
      diff: expect.stringMatching(/^--- a\/\.claude\/state\.md\n\+\+\+ b\/\.claude\/state\.md\n@@/),
      fromRevision: b!.revision,
      toRevision: c!.revision,
    });
    expect(newest.diff).toContain("-1. b\n+1. c");
    expect(await diff(project.gate, { id: c!.id })).toEqual(newest);
    expect((await diff(project.gate, { id: b!.id })).diff).toContain("-1. a\n+1. b");
    expect((await diff(project.gate, { id: a!.id, now: true })).diff).toContain("-1. a\n+1. c");
    const two = await diff(project.gate, { id: a!.id, other: c!.id.slice(-6) });
    expect(two).toMatchObject({ entries: [changeIn(a!), change], fromRevision: a!.revision, toRevision: c!.revision });
    expect(two.diff).toContain("-1. a\n+1. c");
    expect((await diff(project.gate, { id: c!.id, other: a!.id })).diff).toContain("-1. c\n+1. a");
    project.write(STATE, `${project.read(STATE)}mine\n`);
    expect(await diff(project.gate)).toEqual(newest);
    expect((await diff(project.gate, { id: c!.id, now: true })).diff).toContain("+mine\n");
    rmSync(join(project.root, STATE));
    expect(await diff(project.gate)).toEqual(newest);
    expect(await diff(project.gate, { id: c!.id, now: true })).toMatchObject({
      diff: expect.stringMatching(/^--- a\/\.claude\/state\.md\n\+\+\+ \/dev\/null\n@@ -1,\d+ \+0,0 @@\n/),
      toRevision: undefined,
    });
  });

  test("of undoing shows what that changed, and of a version that was made from let go ones from the next", async () => {
    const project = await withSaves("a", "b", "c");
    const [c, b] = await entriesOf(project);
    await back(project);
    expect((await diff(project.gate)).diff).toContain("-1. c\n+1. b");
    rmSync(join(project.root, ".claude/.gate/history/state.md", b!.id));
    expect((await diff(project.gate, { id: c!.id })).diff).toContain("-1. a\n+1. c");
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
    const [gone] = await entriesOf(project, WORK);
    expect((await diff(project.gate, { id: gone!.id })).diff).toContain("+++ /dev/null");
    await rejected(diff(project.gate, { issue: 7 }), "NOT_FOUND");
  });

  test("without a difference is empty", async () => {
    const project = await withSaves("a");
    const [a] = await entriesOf(project);
    const before = project.read(STATE);
    await saveStep(project, "b");
    project.write(STATE, before);
    const { diff: text, fromRevision, toRevision } = await diff(project.gate, { id: a!.id, now: true });
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
    const about = { operation: "save", timestamp: 0 };
    for (const [found, bytes] of [
      [undefined, Uint8Array.from(before)],
      [Uint8Array.from(before), Uint8Array.from(after)],
    ] as const) {
      storeVersion(project.gate.project, STATE, found, { ...about, bytes }).confirm();
    }
    const { diff: text, fromRevision, toRevision } = await diff(project.gate);
    expect(text).toContain(expected);
    expect(fromRevision).not.toBe(toRevision);
  });

  test("of a document that cannot be read says why", async () => {
    const project = await withSaves("a", "b");
    const [newest, older] = await entriesOf(project);
    rmSync(join(project.root, STATE));
    symlinkSync("work/42.md", join(project.root, STATE));
    await rejected(diff(project.gate, { id: newest!.id, now: true }), "UNSAFE_PATH");
    expect((await diff(project.gate)).diff).toContain("-1. a\n+1. b");
    expect((await diff(project.gate, { id: older!.id })).diff).toContain("+1. a");
    expect(await listed(project)).toEqual(["save", "save", "start", "init"]);
  });
});

describe("undo", () => {
  test("goes back one version each time, and redo forward again", async () => {
    const project = await withSaves("a", "b", "c");
    const { value, warnings } = await back(project);
    const [own, undone] = await entriesOf(project);
    expect(value).toEqual({
      success: true,
      message: `Undid save of 2024-10-23T16:34:00Z in ${STATE}`,
      entry: changeIn(own!),
      before: undone!.id,
      entries: [undone],
      path: STATE,
      also: [],
      revision: (await status(project.gate)).revision,
      removed: false,
    });
    expect(own).toMatchObject({ operation: "undo", from: undone!.id, restores: undone!.from });
    expect(warnings).toEqual([]);
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
    const [b] = await entriesOf(project);
    await back(project);
    const undoing = (await entriesOf(project))[0]!;
    await saveStep(project, "c");
    await rejected(forth(project), "NOT_FOUND");
    await back(project);
    expect(await stepsOf(project)).toBe("a");
    // What was cut off can still be reached by its id.
    expect((await back(project, { id: undoing.id })).value).toMatchObject({
      message: `Put ${STATE} back to save of 2024-10-23T16:33:00Z`,
      entries: [],
    });
    expect(await stepsOf(project)).toBe("b");
    await back(project);
    expect(await stepsOf(project)).toBe("a");
    await forth(project);
    expect(await stepsOf(project)).toBe("b");
    await back(project);
    await restore(project.gate, { id: b!.id });
    expect(await stepsOf(project)).toBe("b");
  });

  test("behind one version goes behind all after it, and one redo forward over them", async () => {
    const project = await withSaves("a", "b", "c");
    const [c, b] = await entriesOf(project);
    const { value } = await back(project, { id: b!.id });
    expect(value.entries.map(({ id }) => id)).toEqual([c!.id, b!.id]);
    expect(value.message).toBe(`Undid 2 changes in ${STATE}, back to before save of 2024-10-23T16:33:00Z`);
    expect(await stepsOf(project)).toBe("a");
    await rejected(back(project, { id: b!.id }), "NOT_FOUND", /already$/);
    const forward = (await forth(project)).value;
    expect(forward.message).toBe(`Redid 2 changes in ${STATE}, up to save of 2024-10-23T16:34:00Z`);
    expect(forward.entries.map(({ id }) => id)).toEqual([c!.id, b!.id]);
    expect(await stepsOf(project)).toBe("c");
    await back(project);
    expect(await stepsOf(project)).toBe("b");
  });

  test("of what made the document removes it, and redo makes it again", async () => {
    const project = makeProject();
    await init(project.gate);
    const text = project.read(STATE);
    expect((await back(project)).value).toMatchObject({
      message: `Undid init of 2024-10-23T16:30:00Z in ${STATE}`,
      removed: true,
      revision: undefined,
    });
    expect(project.exists(STATE)).toBe(false);
    expect(await listed(project)).toEqual(["undo, current", "init"]);
    expect(await status(project.gate)).toMatchObject({ exists: false, valid: false });
    await rejected(back(project), "NOT_FOUND", /no change is left$/);
    expect((await forth(project)).value.removed).toBe(false);
    expect(project.read(STATE)).toBe(text);
    await back(project);
    project.write(STATE, "# Somebody else's notes\n");
    await rejected(forth(project), "FOREIGN_FORMAT");
    await rejected(back(project), "FOREIGN_FORMAT");
    expect(project.read(STATE)).toBe("# Somebody else's notes\n");
  });

  test("of an outside change takes that back alone, and redo brings it again", async () => {
    const project = await withSaves("a", "b");
    const saved = project.read(STATE);
    const mine = `${saved}mine\n`;
    project.write(STATE, mine);
    project.later(60_000);
    const { value, warnings } = await back(project);
    expect(project.read(STATE)).toBe(saved);
    expect(value).toMatchObject({
      message: `Undid what was changed outside the gate in ${STATE}: it is as after save of 2024-10-23T16:33:00Z`,
      entries: [],
    });
    expect(warnings).toEqual([]);
    expect(await listed(project)).toEqual(["undo, current", "outside", "save", "save", "start", "init"]);
    expect(bytesOf(project, value.before!).toString()).toBe(mine);
    expect((await diff(project.gate, { id: value.before! })).diff).toContain("+mine\n");
    expect((await diff(project.gate, { id: value.entry!.id })).diff).toContain("-mine\n");
    const forward = (await forth(project)).value;
    expect(forward.message).toBe(`Redid the change outside the gate that was met at 2024-10-23T16:34:00Z in ${STATE}`);
    expect(project.read(STATE)).toBe(mine);
    await rejected(forth(project), "NOT_FOUND", /nothing is undone$/);
    await back(project);
    await back(project);
    expect(await stepsOf(project)).toBe("a");
    project.write(STATE, `${mine}more\n`);
    const before = project.tree(true);
    const dry = await undo(project.gate, {}, { dryRun: true });
    expect([dry.value.entry, dry.value.before, dry.warnings]).toEqual([undefined, undefined, []]);
    expect(project.tree(true)).toEqual(before);
  });

  test("of an outside change after undoing claims no save that it leaves alone", async () => {
    const project = await withSaves("a", "b");
    await back(project);
    const text = project.read(STATE);
    project.write(STATE, `${text}mine\n`);
    const { value } = await back(project);
    expect(value).toMatchObject({
      message: `Undid what was changed outside the gate in ${STATE}: it is as after save of 2024-10-23T16:32:00Z`,
      entries: [],
    });
    expect(project.read(STATE)).toBe(text);
    await back(project);
    expect(await stepsOf(project)).toBe("");
  });

  test("of what a save was written over goes back to the edit first, and then to the save before", async () => {
    const project = await withSaves("a");
    const mine = `${project.read(STATE)}mine\n`;
    project.write(STATE, mine);
    await saveStep(project, "b");
    expect(await listed(project)).toEqual(["save, current", "outside", "save", "start", "init"]);
    await back(project);
    expect(project.read(STATE)).toBe(mine);
    expect((await back(project)).value.message).toMatch(/^Undid the change outside the gate that was met at /);
    expect(project.read(STATE)).not.toContain("mine");
    await forth(project);
    await forth(project);
    expect(await stepsOf(project)).toBe("b");
  });

  test("is a way out of damage, and back into it with a warning", async () => {
    const project = await withSaves("a", "b");
    const damaged = Buffer.from("## Active Work\n\n## Blockers\n<<<<<<< ours\n\xff\n", "latin1");
    project.write(STATE, damaged);
    await rejected(save(project.gate, { nextSteps: ["c"] }), "CORRUPT");
    expect((await back(project)).warnings).toEqual([]);
    expect(await stepsOf(project)).toBe("b");
    const { warnings } = await forth(project);
    expect(warnings).toEqual([expect.stringMatching(/is damaged, as it was then .*`gate check`.*`gate recover`/)]);
    expect((await status(project.gate)).revision).toBe(revisionOf(damaged));
    await back(project);
    await back(project);
    expect(await stepsOf(project)).toBe("a");
  });

  test("of an adoption puts the text of others back, and redo ours", async () => {
    const project = makeProject({ [STATE]: "# Notes\n\nof another tool\n" });
    await init(project.gate, { adopt: true });
    const adopted = project.read(STATE);
    expect(await listed(project)).toEqual(["init --adopt, current", "outside"]);
    const { warnings } = await back(project);
    expect(warnings).toEqual([expect.stringContaining("before the gate took it over")]);
    expect(project.read(STATE)).toBe("# Notes\n\nof another tool\n");
    // Nobody knows what was before that, and it was not the gate that made it.
    await rejected(back(project), "NOT_FOUND", /no change is left$/);
    await forth(project);
    expect(project.read(STATE)).toBe(adopted);
  });

  test("leaves alone what the gate never wrote", async () => {
    const foreign = makeProject({ [STATE]: "# Notes\n" });
    await rejected(back(foreign), "FOREIGN_FORMAT");
    expect(foreign.tree(true)).toEqual({ ".claude": "folder", [STATE]: "# Notes\n" });
    const project = await withSaves("a", "b");
    const [, { id }] = (await entriesOf(project)) as [HistoryItem, HistoryItem];
    const newer = `---\nschema_version: 9\n---\n${project.read(STATE)}`;
    project.write(STATE, newer);
    await rejected(back(project), "UNSUPPORTED_VERSION");
    await rejected(restore(project.gate, { id }), "UNSUPPORTED_VERSION");
    expect(project.read(STATE)).toBe(newer);
    rmSync(join(project.root, STATE));
    symlinkSync("work/42.md", join(project.root, STATE));
    await rejected(back(project), "UNSAFE_PATH");
    rmSync(join(project.root, STATE));
    project.write(STATE, "x".repeat(1024 * 1024 + 1));
    await rejected(back(project), "CORRUPT", /file-too-large/);
  });

  test("of done brings the work file back from the archive, and done can be done again", async () => {
    const project = await withSaves("a");
    await save(project.gate, { log: ["logged"] });
    const before = project.tree();
    await done(project.gate);
    const finished = project.tree();
    const { warnings, value } = await back(project);
    expect([warnings, value.also]).toEqual([[], [WORK]]);
    expect(project.tree()).toMatchObject(before);
    expect(project.exists(".claude/archive/42.md")).toBe(false);
    expect((await forth(project)).value.also).toEqual([".claude/archive/42.md"]);
    expect(project.tree()).toEqual(finished);
    await back(project);
    expect(project.tree()).toMatchObject(before);
    await forth(project);
    expect((await done(project.gate, { issue: 42 })).value.message).toContain("finished already");
    expect(project.read(".claude/archive/42.md")).toContain("logged");
  });

  test("of a return from the archive takes the work file away again, and redo brings it back", async () => {
    const project = await withSaves("a");
    await save(project.gate, {
      progress: [{ status: "pending", text: "Open" }],
      openQuestions: [{ question: "Why?" }, { question: "Which?", decision: "PG" }],
    });
    const { started } = await status(project.gate);
    await done(project.gate);
    const finished = project.tree();
    project.later(1000);
    const { value } = await start(project.gate, { issue: 42 });
    expect(value).toMatchObject({ reopened: true, workFileCreated: false });
    expect(await status(project.gate)).toMatchObject({
      started,
      progressItems: [{ text: "Open", status: "pending" }],
      openQuestions: [{ question: "Why?" }, { question: "Which?", decision: "PG" }],
    });
    const active = project.tree();
    expect(active[".claude/archive/42.md"]).toBe(finished[".claude/archive/42.md"]);
    await back(project);
    expect(project.tree()).toEqual(finished);
    await forth(project);
    expect(project.tree()).toEqual(active);
    await back(project);
    await back(project);
    expect(project.read(WORK)).toContain("in_progress");
  });

  test("says which newer change in a work file it leaves alone", async () => {
    const project = await withSaves("a");
    await start(project.gate, { issue: 7, title: "Seven" });
    await save(project.gate, { nextSteps: ["b"] });
    project.later(1000);
    await save(project.gate, { issue: 42, log: ["for another one"] });
    const { warnings, value } = await back(project);
    expect(value.message).toContain("in .claude/state.md");
    expect(warnings).toEqual([expect.stringContaining("`gate undo --work 42` takes that back")]);
    expect(project.read(WORK)).toContain("for another one");
  });

  test.each([0, 1000])(
    "takes half of the save that git took back for no change of its own, %i ms later",
    async (ms) => {
      const project = await withSaves();
      const saved = (step: string) => save(project.gate, { nextSteps: [step], log: [step] });
      await saved("a");
      const older = project.read(STATE);
      project.later(ms);
      await saved("b");
      project.write(STATE, older);
      const { warnings } = await back(project);
      expect(warnings).toEqual([expect.stringContaining("`gate restore ")]);
    },
  );

  test("of a save takes its half in the work file along, and so does a restore after a reset", async () => {
    const project = await withSaves("a");
    const before = project.tree();
    project.later(1000);
    await save(project.gate, { description: "Why", decisions: [{ decision: "Redis" }] });
    const after = project.tree();
    await back(project);
    expect(project.tree()).toMatchObject(before);
    await forth(project);
    expect(project.tree()).toMatchObject(after);
    const { entries } = await history(project.gate, { paths: [STATE], limit: 1 });
    for (const path of [STATE, WORK]) project.write(path, before[path]!);
    await restore(project.gate, { id: entries[0]!.id });
    expect(project.tree()).toMatchObject(after);
    // What somebody wrote there since is not taken back with it.
    project.write(WORK, `${project.read(WORK)}\nMine\n`);
    expect((await back(project)).warnings).toEqual([]);
    expect(project.read(WORK)).toContain("Mine");
  });

  test("of done says where the work file is where somebody changed it in the archive, and can bring it back too", async () => {
    const project = await withSaves("a");
    await save(project.gate, { log: ["logged"] });
    const before = project.tree();
    await done(project.gate);
    project.write(".claude/archive/42.md", `${project.read(".claude/archive/42.md")}\nMine\n`);
    const { warnings } = await back(project);
    expect(warnings).toEqual([expect.stringMatching(/#42 is active again.*`gate undo --work 42`.*`gate start 42`/)]);
    // As it was before all of done, which wrote it and then took it away.
    expect((await back(project, { issue: 42 })).value).toMatchObject({ path: WORK, removed: false });
    expect(project.tree()).toMatchObject(before);
    expect((await status(project.gate)).problems).toEqual([]);
    await forth(project);
    expect(await status(project.gate)).toMatchObject({ issueNumber: undefined });
    expect(project.read(WORK)).toContain("**Status:** completed");
    expect(project.read(".claude/archive/42.md")).toContain("Mine");
  });

  test("of an archived document goes by the id", async () => {
    const project = await withSaves("a");
    const state = project.read(STATE);
    await done(project.gate);
    const before = project.read(ARCHIVED);
    project.write(STATE, state);
    await save(project.gate, { nextSteps: ["later"] });
    await done(project.gate);
    expect(project.read(ARCHIVED)).not.toBe(before);
    const [entry] = await entriesOf(project, ARCHIVED);
    expect((await back(project, { id: entry!.id })).value.path).toBe(ARCHIVED);
    expect(project.read(ARCHIVED)).toBe(before);
  });

  test("takes the revision that is expected, of either document", async () => {
    const project = await withSaves("a");
    await save(project.gate, { log: ["logged"] });
    const { revision } = await status(project.gate);
    const ofWork = revisionOf(Buffer.from(project.read(WORK)));
    const [{ id }] = (await entriesOf(project, WORK)).slice(1) as [HistoryItem];
    await rejected(undo(project.gate, {}, { ifMatch: "0" }), "CONFLICT");
    await rejected(undo(project.gate, { issue: 42 }, { ifMatch: revision! }), "CONFLICT");
    await rejected(restore(project.gate, { id }, { ifMatch: revision! }), "CONFLICT");
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
    const back_ = await restore(project.gate, { id: first.id }, { dryRun: true });
    expect(back_.value).toMatchObject({ entry: undefined, before: undefined, removed: false });
    expect(project.tree(true)).toEqual(before);
  });

  test("twice at once goes back two steps", async () => {
    const project = await withSaves("a", "b", "c");
    await Promise.all([back(project), back(project)]);
    expect(await stepsOf(project)).toBe("a");
    await Promise.all([forth(project), forth(project)]);
    expect(await stepsOf(project)).toBe("c");
  });
});

describe("restore", () => {
  test("puts any version back byte for byte, and undo goes on from there", async () => {
    const project = await withSaves("a", "b", "c");
    const [c, b, a] = await entriesOf(project);
    const { value, warnings } = await restore(project.gate, { id: a!.id.slice(-6) });
    const [own] = await entriesOf(project);
    expect(value).toEqual({
      success: true,
      message: `Put ${STATE} back to save of 2024-10-23T16:32:00Z`,
      entry: changeIn(own!),
      before: c!.id,
      entries: [b, a].map(() => expect.anything()),
      path: STATE,
      also: [],
      revision: a!.revision,
      removed: false,
    });
    expect(own).toMatchObject({ operation: "restore", from: c!.id, restores: a!.id, current: true });
    expect([warnings, project.read(STATE)]).toEqual([[], bytesOf(project, a!.id).toString()]);
    await rejected(
      restore(project.gate, { id: a!.id }),
      "NOT_FOUND",
      /^Cannot restore .* it is as it was after .*already$/,
    );
    await rejected(restore(project.gate, { id: own!.id }), "NOT_FOUND", /already$/);
    // Its `before` takes it back.
    await restore(project.gate, { id: value.before! });
    expect(await stepsOf(project)).toBe("c");
    await back(project);
    expect(await stepsOf(project)).toBe("b");
    await forth(project);
    expect(await stepsOf(project)).toBe("c");
  });

  test("of what undoing made gives what that had, and of a removal takes the document away", async () => {
    const project = await withSaves("a");
    const start_ = (await entriesOf(project))[1]!;
    await back(project);
    const [undoing] = await entriesOf(project);
    await forth(project);
    expect((await restore(project.gate, { id: undoing!.id })).value.message).toMatch(/ back to start of /);
    expect((await entriesOf(project))[0]!.restores).toBe(start_.id);
    await back(project, { id: (await entriesOf(project)).at(-1)!.id });
    const [gone] = await entriesOf(project);
    await forth(project);
    expect((await restore(project.gate, { id: gone!.id })).value).toMatchObject({
      message: `Put ${STATE} back to nothing, as it was before its first version`,
      removed: true,
      revision: undefined,
    });
    expect(project.exists(STATE)).toBe(false);
  });

  test("says that what it puts back is damaged, and that there is no such version", async () => {
    const project = await withSaves("a");
    project.write(STATE, "## Active Work\n\n## Blockers\n<<<<<<< ours\n");
    await back(project);
    const outside = (await entriesOf(project)).find(({ operation }) => operation === "outside")!;
    expect((await restore(project.gate, { id: outside.id })).warnings).toEqual([
      expect.stringMatching(/is damaged, as it was then/),
    ]);
    await rejected(restore(project.gate, { id: "20200101T000000000Z-000000" }), "NOT_FOUND");
    await rejected(restore(project.gate, { id: "../state.md" }), "UNSAFE_PATH");
  });
});

describe("where git or a person took the file back", () => {
  /** Saves, with the text of each. */
  async function withTexts(...steps: readonly string[]) {
    const project = await withSaves();
    const texts: string[] = [];
    for (const step of steps) {
      await saveStep(project, step);
      texts.push(project.read(STATE));
    }
    return { project, texts };
  }

  test("undo warns that a newer version is known, and redo goes forward to that", async () => {
    const { project, texts } = await withTexts("a", "b", "c");
    const [c, , a] = await entriesOf(project);
    project.write(STATE, texts[0]!);
    expect(await listed(project)).toEqual(["save", "save", "save, current", "start", "init"]);
    const warning = [
      `${STATE} held an older version, save of ${a!.timestamp}; the newest one is save of ${c!.timestamp}: ` +
        `\`gate restore ${c!.id.slice(-6)}\` brings it back`,
    ];
    expect((await undo(project.gate, {}, { dryRun: true })).warnings).toEqual(warning);
    const { value, warnings } = await back(project);
    expect([warnings, await stepsOf(project)]).toEqual([warning, ""]);
    expect(value).toMatchObject({ before: a!.id, entries: [{ id: a!.id }] });
    // Nobody went back but by the gate now.
    expect((await undo(project.gate, {}, { dryRun: true })).warnings).toEqual([]);
    for (const step of ["a", "b", "c"]) {
      expect((await forth(project)).warnings).toEqual([]);
      expect(await stepsOf(project)).toBe(step);
    }
    expect(project.read(STATE)).toBe(texts[2]);
    await rejected(forth(project), "NOT_FOUND", /nothing is undone$/);
  });

  test("redo at once goes forward to the newest", async () => {
    const { project, texts } = await withTexts("a", "b", "c");
    project.write(STATE, texts[0]!);
    for (const text of texts.slice(1)) {
      await forth(project);
      expect(project.read(STATE)).toBe(text);
    }
    await rejected(forth(project), "NOT_FOUND");
  });

  test("a save leaves the newer version aside, and restore brings it back byte for byte", async () => {
    const { project, texts } = await withTexts("a", "b");
    const [b, a] = await entriesOf(project);
    project.write(STATE, texts[0]!);
    await saveStep(project, "c");
    const [c] = await entriesOf(project);
    expect(c!.from).toBe(a!.id);
    expect(await listed(project)).toEqual(["save, current", "save", "save", "start", "init"]);
    await back(project);
    expect(project.read(STATE)).toBe(texts[0]);
    await forth(project);
    expect(await stepsOf(project)).toBe("c");
    expect((await restore(project.gate, { id: b!.id })).warnings).toEqual([]);
    expect(project.read(STATE)).toBe(texts[1]);
    await back(project);
    expect(project.read(STATE)).toBe(texts[0]);
    await restore(project.gate, { id: c!.id });
    expect(await stepsOf(project)).toBe("c");
  });

  test("over what was undone, what the file holds is what counts", async () => {
    const { project, texts } = await withTexts("a", "b");
    await back(project);
    project.write(STATE, texts[1]!);
    await rejected(forth(project), "NOT_FOUND");
    expect((await back(project)).warnings).toEqual([expect.stringContaining("the newest one is undo of ")]);
    expect(project.read(STATE)).toBe(texts[0]);
  });

  test("undo brings the newest back where the file is deleted, and says nothing of older ones", async () => {
    const { project, texts } = await withTexts("a", "b");
    rmSync(join(project.root, STATE));
    await rejected(forth(project), "NOT_FOUND", /nothing is undone$/);
    const { value, warnings } = await back(project);
    expect([project.read(STATE), warnings, value.removed]).toEqual([texts[1], [], false]);
    expect(value.message).toMatch(
      /^Undid what was changed outside the gate in .*: it is as after save of .*16:33:00Z$/,
    );
    expect(await listed(project)).toEqual(["undo, current", "outside", "save", "save", "start", "init"]);
    expect((await forth(project)).value.removed).toBe(true);
    expect(project.exists(STATE)).toBe(false);
    await back(project);
    await back(project);
    expect(project.read(STATE)).toBe(texts[0]);
    // After undoing the newest is what that put back.
    rmSync(join(project.root, STATE));
    await back(project);
    expect(project.read(STATE)).toBe(texts[0]);
  });
});

describe("a kill", () => {
  test("between the version and the document leaves one that undo passes over, and restore gives", async () => {
    const project = await withSaves("a", "b");
    const text = project.read(STATE);
    const killed = put(project, text.replace("1. b", "1. c"));
    killed.close();
    expect(await listed(project)).toEqual(["save, not written", "save, current", "save", "start", "init"]);
    await back(project);
    expect(await stepsOf(project)).toBe("a");
    await forth(project);
    expect(project.read(STATE)).toBe(text);
    await rejected(forth(project), "NOT_FOUND");
    rmSync(join(project.root, STATE));
    await back(project);
    expect(project.read(STATE)).toBe(text);
    await saveStep(project, "d");
    await restore(project.gate, { id: killed.id });
    expect(await stepsOf(project)).toBe("c");
    await back(project);
    expect(await stepsOf(project)).toBe("b");
  });

  test("between the document and the name of its version is nothing that undo sees", async () => {
    const project = await withSaves("a");
    const text = project.read(STATE).replace("1. a", "1. b");
    const killed = put(project, text);
    project.write(STATE, text);
    killed.close();
    expect(await listed(project)).toEqual(["save, current", "save", "start", "init"]);
    const { value, warnings } = await back(project);
    expect([value.before, warnings, await stepsOf(project)]).toEqual([killed.id, [], "a"]);
    expect(await listed(project)).toEqual(["undo, current", "save", "save", "start", "init"]);
    await forth(project);
    expect(await stepsOf(project)).toBe("b");
  });

  test("of the very first write leaves nothing to undo", async () => {
    const project = makeProject();
    put(project, "## Active Work\n", { operation: "init" }).close();
    expect(await listed(project)).toEqual(["init, not written"]);
    await rejected(back(project), "NOT_FOUND");
    await rejected(diff(project.gate), "NOT_FOUND");
    await init(project.gate);
    expect(await listed(project)).toEqual(["init, current", "init, not written"]);
    await back(project);
    expect(project.exists(STATE)).toBe(false);
  });
});

describe("what is let go of", () => {
  const fileOf = ({ root }: TestProject, id: string) => join(root, ".claude/.gate/history/state.md", id);

  test("in the middle of the chain is passed over", async () => {
    const project = await withSaves("a", "b", "c", "d");
    const [d, c, b, a] = await entriesOf(project);
    for (const { id } of [c!, b!]) rmSync(fileOf(project, id));
    const { value } = await back(project);
    expect([value.entries.map(({ id }) => id), await stepsOf(project)]).toEqual([[d!.id], "a"]);
    await forth(project);
    expect(await stepsOf(project)).toBe("d");
    // Also forward from where git put it.
    project.write(STATE, bytesOf(project, a!.id));
    await forth(project);
    expect(await stepsOf(project)).toBe("d");
    await rejected(restore(project.gate, { id: c!.id }), "NOT_FOUND");
    await rejected(back(project, { id: c!.id }), "NOT_FOUND");
  });

  test("under what an undo put back does not lead to what was undone", async () => {
    const project = await withSaves("a", "b", "c");
    const [, b] = await entriesOf(project);
    await back(project);
    rmSync(fileOf(project, b!.id));
    expect(await stepsOf(project)).toBe("b");
    await back(project);
    expect(await stepsOf(project)).toBe("a");
    for (const step of ["b", "c"]) {
      await forth(project);
      expect(await stepsOf(project)).toBe(step);
    }
  });

  test("gives its place to nothing that the document never had", async () => {
    const project = await withSaves("a");
    put(project, project.read(STATE).replace("1. a", "1. killed")).close();
    await saveStep(project, "b");
    await saveStep(project, "c");
    const [, b] = await entriesOf(project);
    rmSync(fileOf(project, b!.id));
    await back(project);
    expect(await stepsOf(project)).toBe("a");
  });

  test("down to the first one leaves what nobody knows the past of", async () => {
    const project = await withSaves("a", "b");
    for (const { id } of (await entriesOf(project)).slice(1)) rmSync(fileOf(project, id));
    await rejected(back(project), "NOT_FOUND", /no change is left$/);
    await rejected(back(project, { id: (await entriesOf(project))[0]!.id }), "NOT_FOUND", /nothing is known before/);
  });

  test("beyond the newest 50 is all but one an hour for two days, and one a day for 30", async () => {
    const project = await withSaves();
    const text = project.read(STATE);
    const midnight = Date.UTC(2024, 11, 20);
    const old = [...[-40 * DAY, -10 * DAY, -10 * DAY + HOUR, -9 * DAY], ...[-DAY, -DAY + 60_000, -DAY + HOUR]];
    const recent = Array.from({ length: 50 }, (_, at) => at * 1000);
    project.later(midnight - project.gate.clock());
    for (const at of [...old, ...recent]) {
      const timestamp = midnight + at;
      const next = `${text}${at}\n`;
      const stored = put(project, next, { timestamp });
      project.write(STATE, next);
      stored.confirm();
    }
    const entries = await entriesOf(project);
    const kept = entries.map(({ timestamp }) => Date.parse(timestamp) - midnight);
    const thinned = [-DAY + HOUR, -DAY + 60_000, -9 * DAY, -10 * DAY + HOUR];
    expect(kept).toEqual([...recent.toReversed(), ...thinned]);
    // What is kept of it is one chain, from the newest to the oldest.
    await back(project, { id: entries[49]!.id });
    for (const at of thinned) {
      expect(project.read(STATE)).toBe(`${text}${at}\n`);
      if (at !== thinned.at(-1)) await back(project);
    }
    await rejected(back(project), "NOT_FOUND", /no change is left$/);
    for (const at of [...thinned.toReversed().slice(1), recent.at(-1)]) {
      await forth(project);
      expect(project.read(STATE)).toBe(`${text}${at}\n`);
    }
    expect((await entriesOf(project)).length).toBeLessThanOrEqual(55);
  }, 60_000);
});

test("a history of schema 1 is gone back on as it was made", async () => {
  const project = await withSaves("a", "b");
  const versions = await entriesOf(project);
  const texts = versions.map(({ id }) => bytesOf(project, id));
  rmSync(join(project.root, ".claude/.gate/history/state.md"), { recursive: true });
  for (const [at, { id, operation, timestamp, revision }] of versions.entries()) {
    const before = texts[at + 1];
    const header = { schema_version: 1, operation, timestamp: Date.parse(timestamp), path: STATE };
    const more = { size: before?.length ?? 0, existed: before !== undefined, revision };
    const line = Buffer.from(`${JSON.stringify({ ...header, ...more })}\n`);
    project.write(`.claude/.gate/history/state.md/${id}`, Buffer.concat([line, before ?? Buffer.alloc(0)]));
  }
  expect((await back(project)).value.message).toBe(`Undid save of 2024-10-23T16:33:00Z in ${STATE}`);
  expect(await stepsOf(project)).toBe("a");
  expect(await listed(project)).toEqual(["undo, current", "save", "save", "start", "init", "outside"]);
  await back(project);
  expect(await stepsOf(project)).toBe("");
  await forth(project);
  await forth(project);
  expect(project.read(STATE)).toBe(texts[0]!.toString());
});

/** A version as a checkout could bring it along. */
function forge({ root }: TestProject, header: { readonly path?: string; readonly timestamp?: number }): void {
  const folder = join(root, ".claude/.gate/history/work__forged");
  mkdirSync(folder, { recursive: true });
  const revision = revisionOf(new Uint8Array());
  const whole = { schema_version: 2, operation: "save", timestamp: 0, path: WORK, size: 0, revision, ...header };
  const name = `20241023T1630${String(readdirSync(folder).length).padStart(5, "0")}Z-00000f`;
  writeFileSync(join(folder, name), `${JSON.stringify(whole)}\n`);
}
