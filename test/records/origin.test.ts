/** Records beside programs of the format's origin, which know its keys and no other, in any locale. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, onTestFinished, test } from "vitest";
import { findProgram } from "../../src/files/guard/program.ts";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature, failFeature, skipFeature } from "../../src/gate/batch/end.ts";
import { recordGit } from "../../src/gate/batch/git.ts";
import { claimNextFeature, extendFeatureClaim } from "../../src/gate/batch/next.ts";
import { pauseBatch, recordClear, resumeBatch } from "../../src/gate/batch/pause.ts";
import { retryFeature } from "../../src/gate/batch/retry.ts";
import { batchStatus } from "../../src/gate/batch/status.ts";
import type { Gate } from "../../src/gate/gate.ts";
import { pruneRuns } from "../../src/gate/runs/archive.ts";
import { listRuns, loadRun } from "../../src/gate/runs/load.ts";
import { openRuns } from "../../src/gate/runs/runs.ts";
import { saveRun } from "../../src/gate/runs/save.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const python = findProgram("python3", process.env["PATH"]);
const PATH = ".claude/batch_state.json";

const PROGRAM = ["-X", "utf8=0", join(import.meta.dirname, "../python/origin.py")];
/** A locale that has no more than ASCII. */
const LOCALE = { LC_ALL: "C", PYTHONCOERCECLOCALE: "0" };

/** Runs the program of the origin. */
function origin(project: TestProject, act: string, path: string, ...rest: string[]): string {
  const args = [...PROGRAM, act, join(project.root, path), ...rest];
  return execFileSync(python!, args, { encoding: "utf8", env: LOCALE });
}

/** Starts the program of the origin for one act after the other, which costs no more than for one. */
function startOrigin(project: TestProject): (act: string, path: string) => Promise<string> {
  const child = spawn(python!, [...PROGRAM, "serve"], { env: LOCALE, stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill());
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return async (act, path) => {
    child.stdin.write(`${act} ${join(project.root, path)}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error(`The program of the origin ended at ${act}`);
    return value;
  };
}

const COMMANDS: Readonly<Record<string, (gate: Gate) => Promise<unknown>>> = {
  complete: (gate) => completeFeature(gate, { index: 0, tokens: 5 }),
  fail: (gate) => failFeature(gate, { index: 1, error: "línea 3 – “no”" }),
  skip: (gate) => skipFeature(gate, { index: 2, reason: "schon da: ü" }),
  "next --claim": (gate) => claimNextFeature(gate, { worker: "Wörker" }),
  extend: (gate) => extendFeatureClaim(gate, { index: 3, worker: "Wörker" }),
  retry: (gate) => retryFeature(gate, { index: 1 }),
  git: (gate) => recordGit(gate, { index: 0, operation: "push", success: false, error: "é" }),
  "clear-event": (gate) => recordClear(gate, { index: 0, tokens: 9 }),
  pause: (gate) => pauseBatch(gate),
  resume: (gate) => resumeBatch(gate),
};

describe.skipIf(python === undefined)("a batch", () => {
  test("that the gate made and changed loads after every command, and is ASCII", async () => {
    const project = makeProject();
    const act = startOrigin(project);
    await createBatch(project.gate, { features: ["Añadir", "二", "c", "d", "e"] });
    for (const [name, run] of Object.entries(COMMANDS)) {
      await run(project.gate);
      const text = project.read(PATH);
      expect(text, name).toMatch(/^[\u0000-\u007f]*$/);
      const loaded = JSON.parse(await act("batch", PATH)) as Record<string, unknown>;
      expect(loaded, name).toEqual(JSON.parse(text));
    }
    const before = await batchStatus(project.gate);
    expect(before).toMatchObject({ completed: 1, failed: 0, skipped: 1, consecutiveFailures: 0 });
    await act("batch-again", PATH);
    const { revision: _, ...after } = await batchStatus(project.gate);
    expect(before).toMatchObject(after);
  });

  test("that Python made takes every command, and loads again", async () => {
    const project = makeProject();
    origin(project, "batch-new", PATH, "a", "é", "c", "d", "e");
    const act = startOrigin(project);
    for (const [name, run] of Object.entries(COMMANDS)) {
      await run(project.gate);
      const loaded = JSON.parse(await act("batch", PATH)) as Record<string, unknown>;
      expect(loaded, name).toEqual(JSON.parse(project.read(PATH)));
      await act("batch-again", PATH);
    }
    expect(await batchStatus(project.gate)).toMatchObject({ completed: 1, failed: 0, skipped: 1 });
  });
});

describe.skipIf(python === undefined)("a run", () => {
  const FILE = ".claude/state/release/release-1.json";
  const run = { runId: "release-1", skill: "release" };

  function makeHome() {
    const project = makeProject();
    mkdirSync(join(project.root, ".claude/state/release"), { recursive: true });
    return { project, runs: openRuns({ home: project.root, clock: project.gate.clock }) };
  }

  test("that Python made without _meta is loaded, listed, kept from pruning, and takes one when saved", async () => {
    const { project, runs } = makeHome();
    origin(project, "save", FILE, '{"run_id": "release-1", "status": "in_progress", "note": "\\u00e9"}');
    const loaded = await loadRun(runs, run);
    expect(loaded).toMatchObject({
      ...{ runId: "release-1", skillName: "release", state: { run_id: "release-1", note: "é" } },
      warnings: [`${FILE} has no _meta of its own, or a part of one: last_updated is the time of the file`],
    });
    expect(Date.parse(loaded.lastUpdated)).toBeGreaterThan(Date.now() - 3_600_000);
    expect(await listRuns(runs)).toMatchObject({ runs: [{ runId: "release-1", skillName: "release" }], skipped: [] });
    const { pruned, skipped } = await pruneRuns(runs, { olderThan: 0 });
    expect([pruned, skipped]).toEqual([[], [{ file: FILE, reason: "another program has written it" }]]);
    const { warnings } = await saveRun(runs, { ...run, state: { ...loaded.state, status: "done – fertig" } });
    expect(warnings).toEqual([]);
    expect(project.read(FILE)).toMatch(/^[\u0000-\u007f]*$/);
    expect(JSON.parse(origin(project, "load", FILE))).toEqual({
      _meta: { run_id: "release-1", skill_name: "release", last_updated: "2024-10-23T16:30:00Z", schema_version: 1 },
      ...{ run_id: "release-1", status: "done – fertig", note: "é" },
    });
  });

  test("with NaN, as Python writes it, is shown with null and stays as it is", async () => {
    const { project, runs } = makeHome();
    origin(project, "nan", FILE);
    const before = project.read(FILE);
    const { state, warnings } = await loadRun(runs, run);
    expect(state).toEqual({ loss: null, bound: null, name: "r" });
    expect(warnings).toContainEqual(`${FILE} holds NaN or Infinity, which no JSON can say; it is shown as null`);
    expect(project.read(FILE)).toBe(before);
  });
});

describe("what an earlier version wrote beside the keys", () => {
  const TIME = "2024-10-23T16:45:00.000Z";
  const old = (over: object) => ({
    ...{ batch_id: "b", features_file: "f", total_features: 4, features: ["a", "b", "c", "d"], current_index: 0 },
    ...{ status: "in_progress", analysis_metadata: { mine: [1] } },
    ...{ skipped_features: [{ feature_index: 3, reason: "r" }], schema_version: 1, mine: { x: 1e2 } },
    ...{ claims: { 1: { worker: "w", expires_at: TIME } }, consecutive_failures: 2 },
    ...over,
  });
  const put = (project: TestProject, value: object) => project.write(PATH, JSON.stringify(value, null, 2));
  const read = (project: TestProject) => JSON.parse(project.read(PATH)) as Record<string, unknown>;

  test("is read there, and moves into its place with the first change", async () => {
    const project = makeProject();
    put(project, old({}));
    expect(await batchStatus(project.gate)).toMatchObject({ skipped: 1, consecutiveFailures: 2 });
    await completeFeature(project.gate, { index: 0 });
    expect(Object.keys(read(project)).slice(-2)).toEqual(["analysis_metadata", "mine"]);
    expect(read(project)["analysis_metadata"]).toEqual({
      mine: [1],
      state_gatekeeper: {
        schema_version: 1,
        skipped_features: [{ feature_index: 3, reason: "r" }],
        claims: { 1: { worker: "w", expires_at: TIME } },
        consecutive_failures: 0,
      },
    });
    expect(await batchStatus(project.gate)).toMatchObject({ skipped: 1, completed: 1 });
  });

  test("is newer in its place than beside it", async () => {
    const project = makeProject();
    const own = { claims: { 2: { worker: "v", expires_at: TIME } }, skipped_features: [{ feature_index: 0 }] };
    put(project, old({ analysis_metadata: { state_gatekeeper: own } }));
    await completeFeature(project.gate, { index: 1 });
    expect(read(project)["analysis_metadata"]).toMatchObject({ state_gatekeeper: { claims: own.claims } });
    expect(await batchStatus(project.gate)).toMatchObject({ completed: 1, skipped: 2 });
  });

  test("stays where another program has a list of skipped features of its own", async () => {
    const project = makeProject();
    const { schema_version: _, claims: _claims, consecutive_failures: _failures, ...plain } = old({});
    put(project, plain);
    await skipFeature(project.gate, { index: 1, reason: "no" });
    expect(read(project)["skipped_features"]).toMatchObject([{ feature_index: 3 }, { feature_index: 1 }]);
    expect(read(project)["analysis_metadata"]).toEqual({ mine: [1] });
    await completeFeature(project.gate, { index: 3 });
    expect(read(project)["skipped_features"]).toMatchObject([{ feature_index: 1 }]);
  });

  test.each([[[]], ["text"], [7]])("a place that is %j is damage, with its name", async (place) => {
    const project = makeProject();
    put(project, old({ analysis_metadata: place }));
    await expect(completeFeature(project.gate, { index: 0 })).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringContaining("analysis_metadata is "),
    });
  });

  test("a place that is null becomes one, and a version in it that is newer is refused", async () => {
    const project = makeProject();
    put(project, old({ analysis_metadata: null, claims: null }));
    await completeFeature(project.gate, { index: 0 });
    expect(read(project)["analysis_metadata"]).toMatchObject({ state_gatekeeper: { schema_version: 1 } });
    put(project, old({ schema_version: undefined, analysis_metadata: { state_gatekeeper: { schema_version: 9 } } }));
    await expect(batchStatus(project.gate)).rejects.toMatchObject({ code: "UNSUPPORTED_VERSION" });
  });
});
