/** Batches in many processes at once, and in some that die. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature } from "../../src/gate/batch/end.ts";
import { batchStatus } from "../../src/gate/batch/status.ts";
import { makeProject, type TestProject } from "../support/project.ts";

let folder: string;
let driver: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "batch-driver-"));
  driver = join(folder, "driver.mjs");
  const build = await rolldown({
    input: join(import.meta.dirname, "../support/batch-driver.ts"),
    platform: "node",
    logLevel: "silent",
  });
  await build.write({ file: driver, format: "esm", codeSplitting: false });
  await build.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(
  project: TestProject,
  args: readonly (string | number)[],
  kill = 0,
): Promise<{ signal: string | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [driver, project.root, ...args.map(String)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, KILL: String(kill) },
    });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.on("close", (_code, signal) => resolve({ signal, output }));
  });
}

async function withFeatures(count: number): Promise<TestProject> {
  const project = makeProject();
  await createBatch(project.gate, { features: Array.from({ length: count }, (_, index) => `feature ${index}`) });
  return project;
}

test("4 processes that complete 50 features each lose none, and no reader sees a torn record", async () => {
  const project = await withFeatures(200);
  const workers = [0, 1, 2, 3].map((worker) => run(project, ["complete", worker * 50, worker * 50 + 50]));
  const reader = run(project, ["read", 0, 10_000]);
  expect((await Promise.all(workers)).map(({ output }) => output)).toEqual(["null", "null", "null", "null"]);
  expect(Number((await reader).output)).toBeGreaterThan(1);
  expect(await batchStatus(project.gate)).toMatchObject({ completed: 200, currentIndex: 200, status: "completed" });
}, 240_000);

test("2 processes that count 500 retries each count 1,000", async () => {
  const project = await withFeatures(2);
  await Promise.all([run(project, ["retry", 1, 500]), run(project, ["retry", 1, 500])]);
  expect((await batchStatus(project.gate)).retries).toBe(1000);
}, 240_000);

test("8 processes that claim get each feature once", async () => {
  const project = await withFeatures(60);
  const workers = Array.from({ length: 8 }, (_, worker) => run(project, ["claim", `w${worker}`]));
  const got = (await Promise.all(workers)).flatMap(({ output }) => JSON.parse(output) as number[]);
  expect(got.toSorted((one, other) => one - other)).toEqual([...Array(60).keys()]);
});

test("killed before any call, it leaves a record that loads, and the next one goes on", async () => {
  for (let kill = 1; ; kill++) {
    const project = await withFeatures(3);
    const { signal } = await run(project, ["complete", 0, 1], kill);
    const { completed, status } = await batchStatus(project.gate);
    expect([0, 1]).toContain(completed);
    expect(status).toBe("in_progress");
    await completeFeature(project.gate, { index: 1 });
    expect((await batchStatus(project.gate)).completed).toBe(completed + 1);
    const left = readdirSync(join(project.root, ".claude")).filter((name) => name.endsWith(".tmp"));
    expect(left).toEqual([]);
    if (signal === null) break;
  }
}, 240_000);
