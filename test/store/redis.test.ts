/** The Redis driver: the contract on a real server, and what happens when the server goes, hangs or refuses. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { driverContract, type MakeDriver } from "../../src/driver-contract.ts";
import { increment, set } from "../../src/store/contract-steps.ts";
import type { Driver, Entries } from "../../src/store/driver.ts";
import { openRedis, type RedisOptions } from "../../src/store/redis.ts";
import { makeProject, rejection } from "../files/project.ts";
import { NOW } from "../support/clock.ts";
import { IS_LONG } from "../support/effort.ts";
import { withoutHaste } from "../support/haste.ts";
import { PATIENCE, patient } from "../support/patience.ts";
import { RedisServer, whyNoRedis } from "../support/redis.ts";

const reason = whyNoRedis();
if (reason !== undefined) console.info(`Redis is not tested: ${reason}.`);

const project = makeProject({});

const valuesOf = (entries: Entries) => Object.fromEntries([...entries].map(([key, { value }]) => [key, value]));

function options(url: string, more: Partial<RedisOptions> = {}): RedisOptions {
  return {
    project,
    namespace: "default",
    access: "write",
    timeout: PATIENCE,
    clock: () => NOW,
    command: "test",
    url,
    ...more,
  };
}

describe.skipIf(reason !== undefined)("Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start("--appendonly yes", "--appendfsync always");
  });
  afterAll(async () => await server?.stop());

  async function emptied(more: Partial<RedisOptions> = {}): Promise<Driver> {
    await server.command("FLUSHALL");
    return await openRedis(options(server.url, more));
  }

  let emptiedFor: string | undefined;
  const inServer: MakeDriver = async (place, more) => {
    if (place !== emptiedFor) await server.command("FLUSHALL");
    emptiedFor = place;
    return await openRedis(options(server.url, more));
  };
  driverContract("redis", inServer, { describe, test, timeout: PATIENCE });

  test("the keys are those that other programs read", async () => {
    const driver = await emptied();
    await set(driver, "a", '{"z":1,"1":[]}');
    await driver.checkpoint("c");
    expect(await server.command("GET", "state:default:a")).toBe('$14\r\n{"z":1,"1":[]}\r\n');
    expect(await server.command("GET", "checkpoint:default:c")).toBe('$20\r\n{"a":{"z":1,"1":[]}}\r\n');
    expect(await driver.readCheckpoint("c")).toMatchObject({
      createdAt: "2024-10-23T16:30:00Z",
      entries: new Map([["a", { value: '{"z":1,"1":[]}', timestamp: "2024-10-23T16:30:00Z" }]]),
    });
    expect(await server.command("EXISTS", "state-schema:default")).toBe(":0\r\n");
    expect(await server.command("TTL", "state:default:a")).toBe(":-1\r\n");
    await driver.close();
  });

  test("values of other programs are read, other texts are damage", async () => {
    const driver = await emptied();
    await server.command("SET", "state:default:a", '{"timestamp": 1729700000.5, "value": [1, 2]}');
    const value = '{"timestamp":1729700000.5,"value":[1,2]}';
    expect(await driver.get(["a"])).toEqual(new Map([["a", { value, timestamp: undefined }]]));
    await server.command("SET", "checkpoint:default:theirs", '{"a": "building", "n": null}');
    expect(await driver.checkpoints()).toEqual([{ name: "theirs", createdAt: "", keys: 2 }]);
    await driver.restore("theirs", "before");
    expect(valuesOf(await driver.entries())).toEqual({ a: '"building"', n: "null" });
    expect(valuesOf((await driver.readCheckpoint("before"))!.entries)).toEqual({ a: value });
    await driver.fill(new Map(), []);
    await server.command("SET", "state:default:b", "text");
    await rejection("CORRUPT", driver.get(["b"]));
    await rejection("CORRUPT", increment(driver, "b"));
    await server.command("RPUSH", "state:default:c", "1");
    await rejection("FOREIGN_FORMAT", driver.entries());
    await rejection("FOREIGN_FORMAT", driver.checkpoint("x"));
    await server.command("SET", "checkpoint:default:c", "{");
    expect(await driver.checkpoints()).toEqual([{ name: "c", createdAt: "", keys: undefined }]);
    await rejection("CORRUPT", driver.restore("c", "before"));
    await driver.close();
  });

  test.runIf(IS_LONG)("commands may have more words than a call has room for", async () => {
    withoutHaste();
    const driver = await emptied();
    const keys = Array.from({ length: 70_000 }, (_, index) => `key-${index}`);
    await driver.fill(new Map(keys.map((key) => [key, { value: "1", timestamp: undefined }])), []);
    await driver.update(keys, (found) => ({
      writes: new Map([...found.keys()].map((key) => [key, "2"])),
      result: undefined,
    }));
    const valuesOf = async () => new Set([...(await driver.get(keys)).values()].map(({ value }) => value));
    expect(await valuesOf()).toEqual(new Set(["2"]));
    expect(await driver.keys()).toHaveLength(70_000);
    await driver.close();
  });

  describe("what an earlier version wrote", () => {
    const row = (value: string, time = "2024-01-01T00:00:00Z") => `{"value": ${value}, "timestamp": "${time}"}`;

    async function earlier(): Promise<Driver> {
      await server.command("FLUSHALL");
      await server.command("SET", "state-schema:default", "1");
      await server.command("SET", "state:default:a", row('{"value":5}'));
      await server.command("SET", "state:default:b", row("1e2"), "PX", "900000");
      await server.command(
        "SET",
        "checkpoint:default:c",
        `{"created_at":"2024-02-02T00:00:00Z","state":{"a":${row("1")}}}`,
      );
      return await openRedis(options(server.url));
    }

    test("is read as it was, and nothing changes by reading", async () => {
      const driver = await earlier();
      expect(valuesOf(await driver.entries())).toEqual({ a: '{"value":5}', b: "1e2" });
      expect((await driver.get(["a"])).get("a")!.timestamp).toBe("2024-01-01T00:00:00Z");
      expect(await driver.checkpoints()).toEqual([{ name: "c", createdAt: "2024-02-02T00:00:00Z", keys: 1 }]);
      expect(valuesOf((await driver.readCheckpoint("c"))!.entries)).toEqual({ a: "1" });
      expect(await server.command("GET", "state:default:b")).toContain('{"value": 1e2');
      await driver.close();
    });

    test.each([
      ["a blind write", (driver: Driver) => driver.update([], () => ({ writes: new Map([["n", "1"]]), result: 0 }))],
      ["a change", (driver: Driver) => driver.update(["a"], () => ({ writes: new Map([["n", "1"]]), result: 0 }))],
      ["a checkpoint", (driver: Driver) => driver.checkpoint("d")],
      ["a restored checkpoint", (driver: Driver) => driver.restore("c", "before")],
    ])("is all converted by %s, with its times and lives", async (_, write) => {
      const driver = await earlier();
      const other = await openRedis(options(server.url));
      await write(driver);
      expect(await server.command("EXISTS", "state-schema:default")).toBe(":0\r\n");
      expect(await server.command("GET", "checkpoint:default:c")).toBe('$7\r\n{"a":1}\r\n');
      expect((await other.checkpoints()).find(({ name }) => name === "c")?.createdAt).toBe("2024-02-02T00:00:00Z");
      const picture = await driver.readCheckpoint("before");
      const all = picture?.entries ?? (await other.entries());
      expect(valuesOf(all)).toMatchObject({ a: '{"value":5}', b: "1e2" });
      expect(all.get("a")!.timestamp).toBe("2024-01-01T00:00:00Z");
      if (picture === undefined) expect(await server.command("PTTL", "state:default:b")).toMatch(/^:[1-9]\d{5}/);
      await driver.close();
      await other.close();
    });

    test("is converted once, however many come at the same time", async () => {
      const driver = await earlier();
      const many = await Promise.all(Array.from({ length: 8 }, () => openRedis(options(server.url))));
      await Promise.all(many.map((each) => increment(each, "n")));
      expect(valuesOf(await driver.entries())).toEqual({ a: '{"value":5}', b: "1e2", n: "8" });
      await Promise.all([driver, ...many].map((each) => each.close()));
    });
  });

  test("times of keys that went by themselves go too", async () => {
    const driver = await emptied({ ttl: 0.05 });
    for (let time = 0; time < 30; time++) await set(driver, `k${time}`, "1");
    await new Promise((resolve) => setTimeout(resolve, 150));
    for (let time = 0; time < 40; time++) await set(driver, "last", "1");
    expect(Number(/\d+/.exec(await server.command("HLEN", "state-gatekeeper:default"))![0])).toBeLessThan(20);
    await driver.close();
  });

  test("a time to live is set only where it was asked for", async () => {
    const driver = await emptied({ ttl: 100 });
    await set(driver, "a", "1");
    expect(await server.command("TTL", "state:default:a")).toMatch(/^:(?:100|99)\r/);
    await driver.close();
    const without = await openRedis(options(server.url));
    await set(without, "a", "2");
    expect(await server.command("TTL", "state:default:a")).toBe(":-1\r\n");
    await without.close();
  });

  test("a newer schema is left alone", async () => {
    await server.command("FLUSHALL");
    await server.command("HSET", "state-gatekeeper:default", "schema_version", "2");
    await rejection("UNSUPPORTED_VERSION", openRedis(options(server.url)));
    await rejection("UNSUPPORTED_VERSION", openRedis(options(server.url, { access: "read" })));
    expect(await server.command("DBSIZE")).toBe(":1\r\n");
  });

  test("a server that keeps everything needs no word, one that does not is described", async () => {
    const driver = await emptied();
    expect(driver.warnings).toEqual([]);
    await server.command("CONFIG", "SET", "appendfsync", "everysec");
    await server.command("CONFIG", "SET", "maxmemory", "100000000");
    await server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    const again = await openRedis(options(server.url));
    expect(again.warnings.join("\n")).toMatch(/last second.*allkeys-lru/s);
    await server.command("CONFIG", "SET", "appendfsync", "always");
    await server.command("CONFIG", "SET", "maxmemory", "0");
    await driver.close();
    await again.close();
    const bare = await RedisServer.start();
    const open = await openRedis(options(bare.url));
    expect(open.warnings.join("\n")).toContain("appendonly no");
    await open.close();
    await bare.stop();
  });

  test("user and password come from the address and are shown nowhere", async () => {
    const guarded = await RedisServer.start("--requirepass s3cret/p@ss");
    const said: string[] = [];
    for (const url of [
      guarded.url,
      guarded.url.replace("//", "//:wr0ng-s3cret@"),
      guarded.url.replace("//", "//nobody:wr0ng-s3cret@"),
      "redis://user:wr0ng-s3cret@127.0.0.1:1",
    ]) {
      const error = await rejection("BACKEND_UNAVAILABLE", openRedis(options(url, { timeout: 300 })));
      said.push(error.message, error.hint ?? "", JSON.stringify(error), String(error.stack), String(error.cause));
    }
    for (const url of [
      "http://u:wr0ng-s3cret@h",
      "wr0ng-s3cret",
      "redis://u:wr0ng-s3cret@h:99999",
      "redis://:wr0ng-s3cret@",
    ]) {
      const error = await rejection("INVALID_ARGUMENT", openRedis(options(url)));
      said.push(error.message, error.hint ?? "", String(error.stack), String(error.cause));
    }
    const driver = await openRedis(options(guarded.url.replace("//", "//default:s3cret%2Fp%40ss@")));
    await set(driver, "a", "1");
    said.push(driver.place, ...driver.warnings);
    await driver.close();
    expect(said.join("\n")).not.toContain("s3cret");
    await guarded.stop();
  });

  test("a server that is not there, goes away or hangs: clear errors, and soon", async () => {
    const other = await RedisServer.start();
    const driver = await openRedis(options(other.url, { timeout: patient(400) }));
    await set(driver, "a", "1");
    other.signal("SIGSTOP");
    const began = performance.now();
    await rejection("BACKEND_UNAVAILABLE", driver.get(["a"]));
    expect((await rejection("BACKEND_UNAVAILABLE", driver.checkpoint("c"))).message).toContain("does not answer");
    other.signal("SIGCONT");
    expect((await driver.get(["a"])).get("a")?.value).toBe("1");
    await other.kill();
    for (const act of [
      () => driver.get(["a"]),
      () => set(driver, "a", "2"),
      () => increment(driver, "a"),
      () => driver.checkpoint("c"),
    ]) {
      const error = await rejection("BACKEND_UNAVAILABLE", act());
      expect(error.message).toMatch(/nothing listens there|connection was lost/);
    }
    expect(performance.now() - began).toBeLessThan(patient(20_000));
    // It comes back while somebody waits.
    withoutHaste();
    const waiting = openRedis(options(other.url, { timeout: PATIENCE }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await other.run();
    await (await waiting).close();
    await set(driver, "a", "3");
    expect(valuesOf(await driver.entries())).toEqual({ a: "3" });
    await driver.close();
    await other.stop();
  });

  test("every acknowledged change is there after kills", async () => {
    const other = await RedisServer.start("--appendonly yes", "--appendfsync always");
    const driver = await openRedis(options(other.url, { timeout: PATIENCE }));
    let acknowledged = 0;
    let unclear = 0;
    const failures: string[] = [];
    let running = true;
    const load = Array.from({ length: 8 }, async (_, worker) => {
      while (running) {
        try {
          await increment(driver, `w${worker}`);
          acknowledged++;
        } catch (error) {
          unclear++;
          failures.push((error as Error).message);
        }
      }
    });
    const untilAcknowledged = async (count: number) => {
      while (acknowledged < count) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    for (let round = 0; round < 4; round++) {
      await untilAcknowledged(acknowledged + 25);
      await other.kill();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await other.run();
    }
    await untilAcknowledged(acknowledged + 25);
    running = false;
    await Promise.all(load);
    const total = [...(await driver.entries()).values()].reduce((sum, { value }) => sum + Number(value), 0);
    console.info(`Redis killed 4 times: ${acknowledged} acknowledged, ${unclear} unclear, ${total} kept.`);
    for (const message of failures) expect(message).toMatch(/^Cannot (?:tell whether|reach)/);
    expect(acknowledged).toBeGreaterThan(100);
    // Never fewer than acknowledged, and never one made twice.
    expect(total).toBeGreaterThanOrEqual(acknowledged);
    expect(total).toBeLessThanOrEqual(acknowledged + unclear);
    await driver.close();
    await other.stop();
  });
});
