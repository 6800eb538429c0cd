/** Several processes on one store, and processes that are killed: nothing is lost, nothing is half there. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend, Driver } from "../../src/store/driver.ts";
import { openStore } from "../../src/store/open.ts";
import { makeProject } from "../files/project.ts";
import { backends, noRedis } from "../support/backends.ts";
import { useDriver } from "../support/driver-bundle.ts";
import { spread, upTo } from "../support/effort.ts";
import { killAfter } from "../support/kill.ts";
import { PATIENCE } from "../support/patience.ts";
import { RedisServer } from "../support/redis.ts";
import type { StoreAct } from "../support/store-driver.ts";

const driver = useDriver(join(import.meta.dirname, "../support/store-driver.ts"));
let server: RedisServer | undefined;
const started = new Set<ChildProcess>();

beforeAll(async () => {
  if (noRedis === undefined) server = await RedisServer.start("--appendonly yes", "--appendfsync always");
});

afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  await server?.stop();
});

const READS = upTo(10_000, 100);
const KEYS = upTo(10_000, 500);

interface Store {
  readonly root: string;
  open(): Promise<Driver>;
  start(act: StoreAct["act"], times: number): { readonly child: ChildProcess; readonly ended: Promise<string[]> };
}

async function makeStore(backend: Backend): Promise<Store> {
  await server?.command("FLUSHALL");
  const project = makeProject({});
  const url = server?.url;
  const options = { project, namespace: "default", timeout: PATIENCE, clock: Date.now, command: "test", url };
  return {
    root: project.root,
    open: () => openStore(backend, { ...options, access: "write" }),
    start(act, times) {
      const given = { act, times, backend, root: project.root, ...(url && { url }) } satisfies StoreAct;
      const args = [driver(), JSON.stringify(given)];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      started.add(child);
      let said = "";
      child.stdout!.setEncoding("utf8").on("data", (text: string) => (said += text));
      const ended = once(child, "close").then(() => {
        started.delete(child);
        return said.split("\n").filter((line) => line !== "");
      });
      return { child, ended };
    },
  };
}

async function readKey(driver: Driver, key: string): Promise<string | undefined> {
  return (await driver.get([key])).get(key)?.value;
}

describe.each(backends)("%s", (backend) => {
  const crowds = [
    [upTo(4, 3), upTo(125, 10)],
    [2, 500],
  ] as const;

  test.each(spread(crowds, 1))("%i processes with %i increments each lose none", async (processes, times) => {
    const store = await makeStore(backend);
    const runs = Array.from({ length: processes }, () => store.start("increment", times).ended);
    expect(await Promise.all(runs)).toEqual(runs.map(() => ["done"]));
    const driver = await store.open();
    expect(await readKey(driver, "n")).toBe(String(processes * times));
    await driver.close();
  });

  test(`${READS} reads beside writers see whole pairs only`, async () => {
    const store = await makeStore(backend);
    const driver = await store.open();
    const writers = [store.start("pairs", 1_000_000), store.start("pairs", 1_000_000)];
    while ((await readKey(driver, "a")) === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    const seen = new Set<string>();
    let torn = 0;
    // A busy machine may let the reader run for long before it lets the writers write.
    for (let count = 0; count < READS || seen.size <= 10; count++) {
      const found = await driver.get(["a", "b"]);
      const text = found.get("a")?.value ?? "nothing";
      if (text !== found.get("b")?.value) torn++;
      seen.add(text);
      if (count % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    for (const { child } of writers) child.kill("SIGKILL");
    await Promise.all(writers.map(({ ended }) => ended));
    console.info(`${backend}: ${READS} reads, ${seen.size} different pairs, ${torn} torn.`);
    expect(torn).toBe(0);
    expect(seen.size).toBeGreaterThan(10);
    await driver.close();
  });

  test("after a kill at any time the store can be loaded, with all that was acknowledged", async () => {
    const store = await makeStore(backend);
    let acknowledged = 0;
    for (let round = 0; round < upTo(20, 3); round++) {
      const { child } = store.start("everything", 1_000_000);
      // Another number of steps in each round, and another moment inside of one.
      const said = (await killAfter(child, 6 + ((round * 5) % 8), (round * 7) % 20)).trim().split("\n").map(Number);
      acknowledged = Math.max(acknowledged, ...said);
      const driver = await store.open();
      const entries = await driver.entries();
      expect(entries.get("a")?.value).toBe(entries.get("b")?.value);
      const kept = Number(entries.get("n")?.value);
      expect(kept).toBeGreaterThanOrEqual(acknowledged);
      expect(kept).toBeLessThanOrEqual(acknowledged + 1);
      acknowledged = kept;
      const damaged = (await driver.checkpoints()).filter(({ keys }) => keys === undefined);
      expect(damaged).toEqual([]);
      await driver.close();
    }
    expect(acknowledged).toBeGreaterThan(20);
  });
});

const ways = backends.flatMap((from) => backends.filter((to) => to !== from).map((to) => [from, to] as const));

describe.each(spread(ways, 1))("%s to %s", (from, to) => {
  test(`${KEYS} keys and a checkpoint are copied and compared`, async () => {
    const { kvMigrate } = await import("../../src/gate/kv/migrate.ts");
    const { openGate } = await import("../../src/gate/gate.ts");
    const store = await makeStore(from);
    const source = await store.open();
    const many = new Map(Array.from({ length: KEYS }, (_, index) => [`key ${index}`, `{"n":${index},"1":1e${index}}`]));
    await source.update([], () => ({ writes: many, result: undefined }));
    await source.checkpoint("all");
    await source.close();
    const gate = openGate({ root: store.root });
    const { value } = await kvMigrate(gate, { from, to, ...(server && { redisUrl: server.url }) });
    expect(value).toEqual({ from, to, keys: KEYS, checkpoints: 1 });
    const target = await openStore(to, {
      project: gate.project,
      namespace: "default",
      access: "read",
      timeout: PATIENCE,
      clock: Date.now,
      command: "test",
      url: server?.url,
    });
    const entries = await target.entries();
    expect(entries.size).toBe(KEYS);
    expect([...many].filter(([key, text]) => entries.get(key)?.value !== text)).toEqual([]);
    expect((await target.readCheckpoint("all"))?.entries.size).toBe(KEYS);
    await target.close();
  });
});
