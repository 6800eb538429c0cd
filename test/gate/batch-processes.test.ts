/** Batches in many processes at once, and in some that die. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature } from "../../src/gate/batch/end.ts";
import { JOURNAL_PATH } from "../../src/gate/batch/journal.ts";
import { BATCH_PATH, type BatchOptions } from "../../src/gate/batch/place.ts";
import { batchStatus } from "../../src/gate/batch/status.ts";
import type { Backend } from "../../src/store/driver.ts";
import { backends, noRedis } from "../support/backends.ts";
import { makeProject, type TestProject } from "../support/project.ts";
import { RedisServer } from "../support/redis.ts";

let folder: string;
let driver: string;
let server: RedisServer | undefined;

beforeAll(async () => {
  if (noRedis === undefined) server = await RedisServer.start("--appendonly yes", "--appendfsync always");
  // Where packages are found: one of them is loaded as it is.
  const packages = join(import.meta.dirname, "../../node_modules");
  folder = mkdtempSync(join(packages, ".gate-test-"));
  driver = join(folder, "driver.mjs");
  const build = await rolldown({
    input: join(import.meta.dirname, "../support/batch-driver.ts"),
    platform: "node",
    external: ["libsql"],
    logLevel: "silent",
  });
  await build.write({ file: driver, format: "esm", codeSplitting: false });
  await build.close();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.stop();
});

interface Shared extends TestProject {
  readonly batch: BatchOptions;
  run(args: readonly (string | number)[], kill?: number): Promise<{ signal: string | null; output: string }>;
  start(args: readonly (string | number)[], kill?: number): ChildProcess;
}

/** `journal` is the record, worked through by sessions. */
const places = [...backends, "journal"] as const;

async function withFeatures(place: Backend | "journal", count: number): Promise<Shared> {
  const backend = place === "journal" ? "json" : place;
  await server?.command("FLUSHALL");
  const project = makeProject();
  const batch = { backend, ...(server && { redisUrl: server.url }) };
  const features = Array.from({ length: count }, (_, index) => `feature ${index}`);
  await createBatch(project.gate, { features, ...batch });
  const start: Shared["start"] = (args, kill = 0) =>
    spawn(process.execPath, [driver, project.root, ...args.map(String)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        KILL: String(kill),
        BATCH: JSON.stringify(batch),
        ...(place === "journal" && { SESSION: "batch" }),
      },
    });
  const run: Shared["run"] = (args, kill) =>
    new Promise((resolve) => {
      const child = start(args, kill);
      let output = "";
      child.stdout!.on("data", (data) => (output += data));
      child.on("close", (_code, signal) => resolve({ signal, output }));
    });
  return { ...project, batch, run, start };
}

describe.each(places)("%s", (backend) => {
  test("4 processes that complete 50 features each lose none, and none of 10,000 reads is torn", async () => {
    const { gate, batch, run } = await withFeatures(backend, 200);
    const workers = [0, 1, 2, 3].map((worker) => run(["complete", worker * 50, worker * 50 + 50]));
    const reader = run(["read", 0, 10_000]);
    expect((await Promise.all(workers)).map(({ output }) => output)).toEqual(["null", "null", "null", "null"]);
    expect(Number((await reader).output)).toBeGreaterThan(1);
    expect(await batchStatus(gate, batch)).toMatchObject({ completed: 200, currentIndex: 200, status: "completed" });
  }, 240_000);

  test("2 processes that count 500 retries each count 1,000", async () => {
    const { gate, batch, run } = await withFeatures(backend, 2);
    await Promise.all([run(["retry", 1, 500]), run(["retry", 1, 500])]);
    expect((await batchStatus(gate, batch)).retries).toBe(1000);
  }, 240_000);

  test("8 processes that claim get each feature once", async () => {
    const { run } = await withFeatures(backend, 60);
    const workers = Array.from({ length: 8 }, (_, worker) => run(["claim", `w${worker}`]));
    const got = (await Promise.all(workers)).flatMap(({ output }) => JSON.parse(output) as number[]);
    expect(got.toSorted((one, other) => one - other)).toEqual([...Array(60).keys()]);
  }, 240_000);

  test("killed at any time, what was done before stands, and others go on", async () => {
    const { gate, batch, start } = await withFeatures(backend, 2000);
    let first = 0;
    for (let round = 0; round < 10; round++) {
      const child = start(["tell", first, 2000]);
      let output = "";
      child.stdout!.on("data", (data) => (output += data));
      await once(child.stdout!, "data");
      await new Promise((resolve) => setTimeout(resolve, (round * 37) % 90));
      child.kill("SIGKILL");
      await once(child, "close");
      const told = output.split("\n").filter((line) => line !== "").length;
      const { completed, currentIndex } = await batchStatus(gate, batch);
      expect(completed).toBeGreaterThanOrEqual(first + told);
      expect(completed).toBeLessThanOrEqual(first + told + 1);
      expect(currentIndex).toBe(completed);
      first = completed;
    }
    expect(first).toBeGreaterThan(20);
  }, 240_000);
});

test.each([
  ["json", 1],
  ["journal", 3],
] as const)(
  "%s: killed before any call, it leaves a record that loads, and the next one goes on",
  async (place, last) => {
    for (let kill = 1; ; kill++) {
      const project = await withFeatures(place, 5);
      const { signal } = await project.run(["complete", 0, last], kill);
      const { completed, status } = await batchStatus(project.gate);
      expect(completed).toBeLessThanOrEqual(last);
      expect(status).toBe("in_progress");
      await completeFeature(project.gate, { index: 3 });
      expect((await batchStatus(project.gate)).completed).toBe(completed + 1);
      expect(JSON.parse(project.read(BATCH_PATH)).completed_features).toHaveLength(completed + 1);
      expect(project.exists(JOURNAL_PATH)).toBe(false);
      const left = readdirSync(join(project.root, ".claude")).filter((name) => name.endsWith(".tmp"));
      expect(left).toEqual([]);
      if (signal === null) break;
    }
  },
  240_000,
);
