/** Runs of skills: saved, loaded, told apart, put away. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { archiveRun, pruneRuns } from "../../src/gate/runs/archive.ts";
import { listRuns, loadRun } from "../../src/gate/runs/load.ts";
import { newRun, openRuns, runPath } from "../../src/gate/runs/runs.ts";
import { planRun, saveRun } from "../../src/gate/runs/save.ts";
import { makeRun, readRun } from "../../src/records/run.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";
import { listTree, runBuilt } from "../support/program.ts";
import { runGateWith } from "../support/terminal.ts";

const DAY = 24 * 3_600_000;

function makeHome() {
  const home = mkdtempSync(join(tmpdir(), "gate-home-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  let now = NOW;
  const runs = openRuns({ home, clock: () => now });
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  };
  return {
    home,
    runs,
    put,
    later: (time: number) => (now += time),
    read: (path: string) => readFileSync(join(home, path), "utf8"),
  };
}

const run = { runId: "r-1", skill: "review" };
const FILE = ".claude/state/review/r-1.json";

test("ids and paths are computed, and make nothing", () => {
  const { home, runs } = makeHome();
  const before = listTree(home);
  expect(newRun(runs, "review")).toMatch(/^review-20241023-163000-[0-9a-f]{6}$/);
  expect(new Set(Array.from({ length: 50 }, () => newRun(runs, "x"))).size).toBe(50);
  expect(runPath(runs, run)).toBe(join(home, FILE));
  expect(runPath(openRuns({ home: "/nowhere/at/all" }), run)).toBe(`/nowhere/at/all/${FILE}`);
  expect(listTree(home)).toEqual(before);
});

test.each(["../x", "a/b", "a\\b", "", ".x", "-x", "a\u0000", "a".repeat(101), "con", "a:b"])(
  "%j is no name",
  async (name) => {
    const { home, runs } = makeHome();
    for (const [runId, skill] of [
      [name, "s"],
      ["r", name],
    ] as const) {
      expect(() => runPath(runs, { runId, skill })).toThrow(expect.objectContaining({ code: "UNSAFE_PATH" }));
      await expect(saveRun(runs, { runId, skill, state: {} })).rejects.toMatchObject({ code: "UNSAFE_PATH" });
    }
    expect(() => newRun(runs, name)).toThrow(expect.objectContaining({ code: "UNSAFE_PATH" }));
    expect(Object.keys(listTree(home))).toEqual([""]);
  },
);

describe("saving and loading", () => {
  test("the state comes back, `_meta` is ours, and only its owner reads it", async () => {
    const { home, runs, read, later } = makeHome();
    await saveRun(runs, { ...run, state: { step: 1, _meta: { run_id: "forged" } } });
    later(5000);
    const json = '{"_meta": 5, "10": 1.0, "9": 123456789012345678901234567890, "__proto__": {"a": "\\u00e9"}}';
    const { value } = await saveRun(runs, { ...run, json });
    expect(value).toMatchObject({ path: join(home, FILE), lastUpdated: "2024-10-23T16:30:05Z" });
    expect(read(FILE)).toBe(
      '{\n  "_meta": {\n    "run_id": "r-1",\n    "skill_name": "review",\n    "last_updated": "2024-10-23T16:30:05Z",\n    "schema_version": 1\n  },\n' +
        '  "10": 1.0,\n  "9": 123456789012345678901234567890,\n  "__proto__": {\n    "a": "\\u00e9"\n  }\n}',
    );
    expect(statSync(join(home, FILE)).mode & 0o777).toBe(0o600);
    const loaded = await loadRun(runs, { runId: "r-1" });
    expect(loaded).toMatchObject({
      runId: "r-1",
      skillName: "review",
      lastUpdated: "2024-10-23T16:30:05Z",
      revision: value.revision,
    });
    expect(Object.keys(loaded.state)).toEqual(["9", "10", "__proto__"]);
  });

  test("what is saved is what is loaded", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (state) => {
        const made = makeRun({ runId: "r", skillName: "s", lastUpdated: "t" }, JSON.stringify(state));
        const reading = readRun("text" in made ? made.text : "");
        const { _meta: _, ...rest } = JSON.parse(JSON.stringify(state)) as Record<string, unknown>;
        expect(reading.kind === "run" && JSON.parse(reading.json)).toEqual(rest);
      }),
      runs(200, 4),
    );
  });

  test.each([
    [{ json: "[1]" }, "it is no JSON object at line 1, column 1"],
    [{ json: '{"a": NaN}' }, "it holds NaN or Infinity"],
    [{ json: "{" }, "a key is missing"],
    [{}, "there is none"],
    [{ state: { big: 1n } }, "BigInt"],
  ])("no state, case %#", async (given, reason) => {
    const { home, runs } = makeHome();
    const step = saveRun(runs, { ...run, ...given });
    await expect(step).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringContaining(reason) });
    expect(Object.keys(listTree(home)).some((name) => name.endsWith("r-1.json"))).toBe(false);
  });

  test("three failures are told apart", async () => {
    const { runs, put, read } = makeHome();
    await expect(loadRun(runs, run)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: "Cannot find run r-1: there is none",
    });
    await expect(loadRun(runs, { runId: "r-1" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    for (const text of ["", "{", "[]", '{"_meta": []}']) {
      put(FILE, text);
      await expect(loadRun(runs, run)).rejects.toMatchObject({ code: "CORRUPT" });
    }
    const { warnings } = await saveRun(runs, { ...run, state: { step: 1 } });
    expect(warnings).toEqual([`the file was damaged; what was in it is now ${FILE}.bak`]);
    expect(read(`${FILE}.bak`)).toBe('{"_meta": []}');
    put(".claude/state/review/copy.json", read(FILE));
    const other = { runId: "copy", skill: "review" };
    await expect(loadRun(runs, other)).rejects.toMatchObject({
      code: "FOREIGN_FORMAT",
      message: "Cannot read .claude/state/review/copy.json: it is run r-1, not copy",
    });
    await expect(saveRun(runs, { ...other, state: {} })).rejects.toMatchObject({ code: "FOREIGN_FORMAT" });
    put(FILE, read(FILE).replace('"schema_version": 1', '"schema_version": 2'));
    for (const step of [loadRun(runs, run), saveRun(runs, { ...run, state: {} })]) {
      await expect(step).rejects.toMatchObject({ code: "UNSUPPORTED_VERSION" });
    }
  });

  test("a dry run says where it would write, and makes nothing", async () => {
    const { home, runs } = makeHome();
    const before = listTree(home);
    await expect(saveRun(runs, { ...run, state: {} }, { dryRun: true })).rejects.toMatchObject({
      code: "DRY_RUN",
      path: join(home, FILE),
    });
    expect((await planRun(runs, { ...run, state: {} })).written).toHaveLength(1);
    expect(listTree(home)).toEqual(before);
  });

  test("a link is not followed", async () => {
    const { home, runs, put } = makeHome();
    put("victim.json", "{}");
    put(".claude/state/review/other.json", "{}");
    symlinkSync(join(home, "victim.json"), join(home, FILE));
    await expect(saveRun(runs, { ...run, state: {} })).rejects.toMatchObject({ code: "UNSAFE_PATH" });
    await expect(loadRun(runs, run)).rejects.toMatchObject({ code: "UNSAFE_PATH" });
    expect(readFileSync(join(home, "victim.json"), "utf8")).toBe("{}");
  });

  test("20 saves at once: one of them is there, whole", async () => {
    const { runs } = makeHome();
    await Promise.all(
      Array.from({ length: 20 }, (_, step) => saveRun(runs, { ...run, state: { step, long: "x".repeat(5000) } })),
    );
    expect((await loadRun(runs, run)).state["long"]).toHaveLength(5000);
  });
});

test("list, archive, prune", async () => {
  const { home, runs, put, later } = makeHome();
  expect(await listRuns(runs)).toEqual({ runs: [], skipped: [] });
  for (const runId of ["old", "older"]) await saveRun(runs, { runId, skill: "a", state: {} });
  later(40 * DAY);
  await saveRun(runs, { runId: "new", skill: "b", state: {} });
  put(".claude/state/b/torn.json", "{");
  const listed = await listRuns(runs);
  expect(listed.runs.map(({ runId, skillName }) => [runId, skillName])).toEqual([
    ["new", "b"],
    ["old", "a"],
    ["older", "a"],
  ]);
  expect(listed.skipped).toEqual([
    { file: ".claude/state/b/torn.json", reason: "a key is missing at line 1, column 2" },
  ]);
  expect((await listRuns(runs, { skill: "b" })).runs).toHaveLength(1);
  const place = join(home, ".claude/state/a/archive/old.json");
  await expect(archiveRun(runs, { runId: "old" }, { dryRun: true })).rejects.toMatchObject({
    code: "DRY_RUN",
    path: place,
  });
  expect((await archiveRun(runs, { runId: "old" })).value.path).toBe(place);
  await expect(archiveRun(runs, { runId: "old" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await saveRun(runs, { runId: "old", skill: "a", state: {} });
  expect((await archiveRun(runs, { runId: "old", skill: "a" })).value.path).toMatch(
    /archive\/old\.\d{8}T\d{9}Z\.json$/,
  );
  expect((await listRuns(runs)).runs.map(({ runId }) => runId)).toEqual(["new", "older"]);
  const plan = await pruneRuns(runs, { olderThan: 30 * DAY }, { dryRun: true });
  expect(plan.pruned).toEqual([".claude/state/a/older.json", ".claude/state/a/archive/old.json"]);
  expect((await pruneRuns(runs, { olderThan: 30 * DAY })).pruned).toEqual(plan.pruned);
  expect((await pruneRuns(runs, { olderThan: 30 * DAY })).pruned).toEqual([]);
  expect((await listRuns(runs)).runs.map(({ runId }) => runId)).toEqual(["new"]);
});

test("at the command line, with HOME and without a project", async () => {
  const { home } = makeHome();
  const gate = async (input: string, ...args: string[]) => {
    const seat = { cwd: tmpdir(), environment: { HOME: home } };
    return await (input === "" ? runGateWith(seat, "run", ...args) : runBuilt({ ...seat, input }, "run", ...args));
  };
  const { stdout } = await gate("", "new", "review", "--json");
  const { run_id: id } = JSON.parse(stdout) as { run_id: string };
  const where = ["--skill", "review"];
  expect(JSON.parse((await gate("", "path", id, ...where, "--json")).stdout)).toEqual({
    path: join(home, ".claude/state/review", `${id}.json`),
  });
  const dry = await gate('{"step": 1}', "save", id, ...where, "--json-file", "-", "--dry-run");
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('+  "step": 1') });
  expect(Object.keys(listTree(home))).toEqual([""]);
  expect(
    (await gate('{"camelCase": {"10": 1.0, "9": "\u2028"}}', "save", id, ...where, "--json-file", "-")).stdout,
  ).toBe(`Run ${id} saved\n`);
  const loaded = await gate("", "load", id, "--json");
  expect(loaded.stdout).toContain(
    '"state": {\n    "camelCase": {\n      "10": 1.0,\n      "9": "\\u2028"\n    }\n  },',
  );
  expect(Object.keys(JSON.parse(loaded.stdout) as object)).toEqual([
    "run_id",
    "skill_name",
    "last_updated",
    "state",
    "revision",
    "warnings",
  ]);
  expect(await gate("", "load", "none")).toMatchObject({ code: 3 });
  expect((await gate("", "list")).stdout).toContain(`${id}  20`);
  expect(JSON.parse((await gate("", "archive", id, "--dry-run", "--json")).stdout)).toMatchObject({ dry_run: true });
  expect(await gate("", "archive", id)).toMatchObject({ code: 0 });
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect(await gate("", "prune", "--older-than", "0s")).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("--yes"),
  });
  expect(await gate("", "prune", "--older-than", "0s", "--yes")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("1 run removed"),
  });
});
