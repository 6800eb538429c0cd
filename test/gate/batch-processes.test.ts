/** Batches in many processes at once, and in some that die. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature } from "../../src/gate/batch/end.ts";
import { JOURNAL_PATH } from "../../src/gate/batch/journal.ts";
import { BATCH_PATH, type BatchOptions } from "../../src/gate/batch/place.ts";
import { batchStatus } from "../../src/gate/batch/status.ts";
import type { Backend } from "../../src/store/driver.ts";
import { backends, noRedis } from "../support/backends.ts";
import { useDriver } from "../support/driver-bundle.ts";
import { spread, upTo } from "../support/effort.ts";
import { killAfter } from "../support/kill.ts";
import { makeProject, type TestProject } from "../support/project.ts";
import { RedisServer } from "../support/redis.ts";

const driver = useDriver(join(import.meta.dirname, "../support/batch-driver.ts"));
let server: RedisServer | undefined;

beforeAll(async () => {
  if (noRedis === undefined) server = await RedisServer.start("--appendonly yes", "--appendfsync always");
});
afterAll(async () => await server?.stop());

interface Shared extends TestProject {
  readonly batch: BatchOptions;
  /** With a number of a call it dies there; with 0 it prints, in a line behind all else, how many there were. */
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
  const start: Shared["start"] = (args, kill) =>
    spawn(process.execPath, [driver(), project.root, ...args.map(String)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        BATCH: JSON.stringify(batch),
        ...(kill !== undefined && { KILL: String(kill) }),
        ...(place === "journal" && { SESSION: "batch" }),
      },
    });
  const run: Shared["run"] = async (args, kill) => {
    const child = start(args, kill);
    const closed = once(child, "close");
    const output = await textOf(child);
    const [, signal] = await closed;
    return { signal, output };
  };
  return { ...project, batch, run, start };
}

async function textOf({ stdout }: ChildProcess): Promise<string> {
  let text = "";
  for await (const part of stdout!) text += part;
  return text;
}

const WORKERS = upTo(4, 2);
const EACH = upTo(50, 8);
const READS = upTo(10_000, 100);
const RETRIES = upTo(500, 30);
const CLAIMERS = upTo(8, 3);
const CLAIMED = upTo(60, 12);

describe.each(spread(places, 2))("%s", (backend) => {
  test(`${WORKERS} processes that complete ${EACH} features each lose none, and none of ${READS} reads is torn`, async () => {
    const { gate, batch, run, start } = await withFeatures(backend, WORKERS * EACH);
    const reader = start(["read", 0, READS]);
    await once(reader.stdout!, "data");
    const read = textOf(reader);
    const workers = Array.from({ length: WORKERS }, (_, worker) =>
      run(["complete", worker * EACH, worker * EACH + EACH]),
    );
    expect((await Promise.all(workers)).map(({ output }) => output)).toEqual(workers.map(() => "null"));
    expect(Number(await read)).toBeGreaterThan(1);
    expect(await batchStatus(gate, batch)).toMatchObject({
      completed: WORKERS * EACH,
      currentIndex: WORKERS * EACH,
      status: "completed",
    });
  });

  test(`2 processes that count ${RETRIES} retries each count all of them`, async () => {
    const { gate, batch, run } = await withFeatures(backend, 2);
    await Promise.all([run(["retry", 1, RETRIES]), run(["retry", 1, RETRIES])]);
    expect((await batchStatus(gate, batch)).retries).toBe(2 * RETRIES);
  });

  test(`${CLAIMERS} processes that claim get each feature once`, async () => {
    const { run } = await withFeatures(backend, CLAIMED);
    const workers = Array.from({ length: CLAIMERS }, (_, worker) => run(["claim", `w${worker}`]));
    const got = (await Promise.all(workers)).flatMap(({ output }) => JSON.parse(output) as number[]);
    expect(got.toSorted((one, other) => one - other)).toEqual([...Array(CLAIMED).keys()]);
  });

  test("killed at any time, what was done before stands, and others go on", async () => {
    const { gate, batch, start } = await withFeatures(backend, 2000);
    let first = 0;
    for (let round = 0; round < upTo(10, 3); round++) {
      const child = start(["tell", first, 2000]);
      const output = await killAfter(child, 1 + ((round * 8) % 20), (round * 3) % 10);
      const told = output.split("\n").filter((line) => line !== "").length;
      const { completed, currentIndex } = await batchStatus(gate, batch);
      expect(completed).toBeGreaterThanOrEqual(first + told);
      expect(completed).toBeLessThanOrEqual(first + told + 1);
      expect(currentIndex).toBe(completed);
      first = completed;
    }
    expect(first).toBeGreaterThan(20);
  });
});

test.each([
  ["json", 1],
  ["journal", 3],
] as const)(
  "%s: killed before any call, it leaves a record that loads, and the next one goes on",
  async (place, last) => {
    const { output } = await (await withFeatures(place, 5)).run(["complete", 0, last], 0);
    const calls = Number(output.split("\n").at(-1));
    expect(calls).toBeGreaterThan(8);
    for (const kill of spread([...Array(calls + 1).keys()], 3)) {
      const project = await withFeatures(place, 5);
      const { signal } = await project.run(["complete", 0, last], kill + 1);
      expect(signal).toBe(kill < calls ? "SIGKILL" : null);
      const { completed, status } = await batchStatus(project.gate);
      expect(completed).toBeLessThanOrEqual(last);
      expect(status).toBe("in_progress");
      await completeFeature(project.gate, { index: 3 });
      expect((await batchStatus(project.gate)).completed).toBe(completed + 1);
      expect(JSON.parse(project.read(BATCH_PATH)).completed_features).toHaveLength(completed + 1);
      expect(project.exists(JOURNAL_PATH)).toBe(false);
      const left = readdirSync(join(project.root, ".claude")).filter((name) => name.endsWith(".tmp"));
      expect(left).toEqual([]);
    }
  },
);
