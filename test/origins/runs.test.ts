/** Runs as the programs of the origin use them: ids, names, and a state that is saved now and loaded later. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadRun } from "../../src/gate/runs/load.ts";
import { newRun, openRuns, runPath } from "../../src/gate/runs/runs.ts";
import { saveRun } from "../../src/gate/runs/save.ts";
import { NOW } from "../support/clock.ts";
import { makeFolder, runBuilt } from "../support/program.ts";

function makeRuns() {
  const home = makeFolder();
  return { home, runs: openRuns({ home, clock: () => NOW }) };
}

describe("an id", () => {
  test("begins with run where no prefix is given", () => {
    expect(newRun(makeRuns().runs)).toMatch(/^run-20241023-163000-[0-9a-f]{6}$/);
  });

  test.each(["nightly-check", "two words", "Ünï"])("may begin with %j", (prefix) => {
    expect(newRun(makeRuns().runs, prefix).replace(/[0-9a-f]{6}$/, "")).toBe(`${prefix}-20241023-163000-`);
  });

  test("has the time of UTC, wherever the machine is", async () => {
    const { stdout } = await runBuilt({ cwd: makeFolder(), environment: { TZ: "Asia/Tokyo" } }, "run", "new");
    const [, day = "", time = ""] = /^run-(\d{8})-(\d{6})-/.exec(stdout) ?? [];
    const iso = `${day}T${time}Z`.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/, "$1-$2-$3T$4:$5:$6");
    expect(Math.abs(Date.parse(iso) - Date.now())).toBeLessThan(4 * 3_600_000);
  });

  test.each(["..", "a..b", "a/b", ""])("%j is refused in words of the gate", (runId) => {
    expect(() => runPath(makeRuns().runs, { runId, skill: "s" })).toThrow(/^Cannot use ".*" as the name of a run: it /);
  });

  test("and its skill may have blanks", () => {
    const { home, runs } = makeRuns();
    const path = runPath(runs, { runId: "one run", skill: "my skill" });
    expect(path).toBe(join(home, ".claude/state/my skill/one run.json"));
  });
});

describe("a state", () => {
  const run = { runId: "r", skill: "nightly" };

  test("is saved at a step and gone on with from there", async () => {
    const { home, runs } = makeRuns();
    const runId = newRun(runs, "nightly");
    await saveRun(runs, { runId, skill: "nightly", state: { phase: "merge", done: ["a#1", "b#2"], left: ["c#3"] } });
    const later = openRuns({ home });
    const { state } = await loadRun(later, { runId, skill: "nightly" });
    expect(state).toEqual({ phase: "merge", done: ["a#1", "b#2"], left: ["c#3"] });
  });

  test("is written as ASCII, with null as it is", async () => {
    const { runs } = makeRuns();
    const { value } = await saveRun(runs, { ...run, state: { name: "é 🚀", nothing: null } });
    const text = readFileSync(value.path, "utf8");
    expect(text).toContain('"name": "\\u00e9 \\ud83d\\ude80",\n  "nothing": null');
    expect((await loadRun(runs, run)).state).toEqual({ name: "é 🚀", nothing: null });
  });

  test("keeps the digits of its numbers, and null", async () => {
    const { runs } = makeRuns();
    const json = '{"ratio": 1.0, "count": 12345678901234567890, "nothing": null}';
    const { value } = await saveRun(runs, { ...run, json });
    expect(readFileSync(value.path, "utf8")).toContain(
      '"ratio": 1.0,\n  "count": 12345678901234567890,\n  "nothing": null',
    );
    expect((await loadRun(runs, run)).json).toContain(
      '"ratio": 1.0,\n  "count": 12345678901234567890,\n  "nothing": null',
    );
  });

  test("that cannot be JSON leaves what was saved as it was", async () => {
    const { runs } = makeRuns();
    const { value } = await saveRun(runs, { ...run, state: { step: 1 } });
    const before = readFileSync(value.path);
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    for (const state of [circle, { big: 1n }, { a: [Number.NaN] }, { act: () => 1 }, [], null]) {
      await expect(saveRun(runs, { ...run, state: state as never })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    }
    expect(readFileSync(value.path)).toEqual(before);
  });

  test("that is not written in a dry run is told in words of the gate", async () => {
    const { runs } = makeRuns();
    const path = runPath(runs, run);
    await expect(saveRun(runs, { ...run, state: {} }, { dryRun: true })).rejects.toMatchObject({
      message: `Cannot write ${path}: this is a dry run`,
    });
  });
});
