/** The operations on keys, on every backend that is there: what they answer, what they refuse, what they leave alone. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kvCheckpoint, kvCheckpoints, kvDiff, kvRestore } from "../../src/gate/kv/checkpoints.ts";
import { kvMigrate } from "../../src/gate/kv/migrate.ts";
import { kvDelete, kvInit, kvKeys, kvLoad, kvSave } from "../../src/gate/kv/operations.ts";
import { kvRecover } from "../../src/gate/kv/recover.ts";
import { openKv } from "../../src/gate/kv/store.ts";
import { inAscii, JsonText } from "../../src/json/json-text.ts";
import type { Backend, OpenDriver } from "../../src/store/driver.ts";
import { MemoryDriver } from "../../src/store/memory.ts";
import { rejection } from "../files/project.ts";
import { backends, noRedis } from "../support/backends.ts";
import { makeProject } from "../support/project.ts";
import { RedisServer } from "../support/redis.ts";

let server: RedisServer | undefined;
beforeAll(async () => {
  if (noRedis === undefined) server = await RedisServer.start("--appendonly yes", "--appendfsync always");
});
afterAll(async () => await server?.stop());

async function makeStore(backend: Backend) {
  await server?.command("FLUSHALL");
  return { ...makeProject(), store: { backend, ...(server && { redisUrl: server.url }) } };
}

describe.each(backends)("on %s", (backend) => {
  test("saved, loaded, listed, removed", async () => {
    const { gate, store } = await makeStore(backend);
    const saved = await kvSave(gate, { ...store, key: "a", value: { x: [1, null] } });
    expect(saved).toMatchObject({ value: { success: true, key: "a" }, warnings: [] });
    await kvSave(gate, { ...store, key: "b", value: new JsonText('{"2":1e400,"1":0}') });
    expect((await kvLoad(gate, { ...store, key: "a" })).value).toEqual({
      key: "a",
      value: { x: [1, null] },
      json: '{"x":[1,null]}',
      timestamp: "2024-10-23T16:30:00Z",
      revision: saved.value.revision,
    });
    expect((await kvLoad(gate, { ...store, key: "b" })).value.json).toBe('{"2":1e400,"1":0}');
    expect((await kvKeys(gate, store)).value.keys).toEqual(["a", "b"]);
    await kvDelete(gate, { ...store, key: "a" });
    expect((await rejection("NOT_FOUND", kvLoad(gate, { ...store, key: "a" }))).message).toBe("Key not found: a");
    await rejection("NOT_FOUND", kvDelete(gate, { ...store, key: "a" }));
    expect((await kvLoad(gate, { ...store, key: "a", default: null })).value).toMatchObject({
      value: null,
      json: "null",
    });
    expect((await kvKeys(gate, { ...store, namespace: "other" })).value.keys).toEqual([]);
  });

  test("a revision guards saving and removing", async () => {
    const { gate, store } = await makeStore(backend);
    const { value } = await kvSave(gate, { ...store, key: "a", value: 1 });
    await rejection("CONFLICT", kvSave(gate, { ...store, key: "a", value: 2 }, { ifMatch: "0".repeat(64) }));
    await rejection("CONFLICT", kvDelete(gate, { ...store, key: "a" }, { ifMatch: "0".repeat(64) }));
    await rejection("CONFLICT", kvSave(gate, { ...store, key: "new", value: 2 }, { ifMatch: value.revision }));
    await kvSave(gate, { ...store, key: "a", value: 2 }, { ifMatch: value.revision });
    await rejection("CONFLICT", kvSave(gate, { ...store, key: "a", value: 3 }, { ifMatch: value.revision }));
    expect((await kvLoad(gate, { ...store, key: "a" })).value.value).toBe(2);
  });

  test("checkpoints: made, listed, compared, restored", async () => {
    const { gate, store, later } = await makeStore(backend);
    for (const [key, value] of Object.entries({ a: { x: 1, y: 2 }, b: 2, c: 3 }))
      await kvSave(gate, { ...store, key, value });
    expect((await kvCheckpoint(gate, { ...store, name: "one" })).value).toEqual({ name: "one" });
    later(60_000);
    await kvSave(gate, { ...store, key: "a", value: new JsonText('{"y":2,"x":1.0}') });
    await kvSave(gate, { ...store, key: "b", value: 20 });
    await kvDelete(gate, { ...store, key: "c" });
    await kvSave(gate, { ...store, key: "d", value: 4 });
    const automatic = (await kvCheckpoint(gate, store)).value.name;
    expect(automatic).toMatch(/^auto-20241023-163100000-[0-9a-f]{8}$/);
    expect((await kvDiff(gate, { ...store, checkpoint: "one" })).value).toEqual({
      checkpoint: "one",
      added: [{ key: "d", value: "4" }],
      removed: [{ key: "c", value: "3" }],
      changed: [{ key: "b", before: "2", after: "20" }],
    });
    const { value } = await kvRestore(gate, { ...store, checkpoint: "one" });
    expect(value).toMatchObject({ restored: "one", keys: 3 });
    expect((await kvKeys(gate, store)).value.keys).toEqual(["a", "b", "c"]);
    const listed = (await kvCheckpoints(gate, store)).value.checkpoints;
    expect(listed.map(({ name, keys }) => [name, keys])).toContainEqual(["one", 3]);
    expect(new Set(listed.map(({ name }) => name))).toEqual(new Set(["one", automatic, value.before]));
    await kvRestore(gate, { ...store, checkpoint: value.before });
    expect((await kvLoad(gate, { ...store, key: "b" })).value.value).toBe(20);
    await rejection("CONFLICT", kvCheckpoint(gate, { ...store, name: "one" }));
    await kvCheckpoint(gate, { ...store, name: "one", force: true });
    await rejection("NOT_FOUND", kvRestore(gate, { ...store, checkpoint: "two" }));
    await rejection("NOT_FOUND", kvDiff(gate, { ...store, checkpoint: "two" }));
  });

  test("a dry run shows what would be, and writes nothing", async () => {
    const { gate, store, tree } = await makeStore(backend);
    const dry = { dryRun: true };
    const first = await kvSave(gate, { ...store, key: "a", value: 1 }, dry);
    expect(first.written).toMatchObject([{ before: "", after: '"a": 1\n' }]);
    await kvInit(gate, store, dry);
    await kvCheckpoint(gate, store, dry);
    expect(Object.keys(tree(true))).toEqual([".claude"]);
    await kvSave(gate, { ...store, key: "a", value: 1 });
    await kvCheckpoint(gate, { ...store, name: "c" });
    await kvSave(gate, { ...store, key: "b", value: 2 });
    const restored = await kvRestore(gate, { ...store, checkpoint: "c" }, dry);
    expect(restored.written).toMatchObject([{ before: '"a": 1\n"b": 2\n', after: '"a": 1\n' }]);
    expect((await kvDelete(gate, { ...store, key: "a" }, dry)).written).toMatchObject([{ after: "" }]);
    await rejection("CONFLICT", kvCheckpoint(gate, { ...store, name: "c" }, dry));
    expect((await kvKeys(gate, store)).value.keys).toEqual(["a", "b"]);
    expect((await kvCheckpoints(gate, store)).value.checkpoints.length).toBe(1);
    if (backend !== "redis") expect(await server?.command("DBSIZE")).toBe(server && ":0\r\n");
  });

  test("init remembers the backend, and refuses another one", async () => {
    const { gate, store, read } = await makeStore(backend);
    const { redisUrl: _, ...local } = store;
    const { value } = await kvInit(gate, store);
    expect(value).toMatchObject({ initialized: true, namespace: "default", backend });
    expect(JSON.parse(read(".claude/state/default/store.json"))).toEqual({ backend, schema_version: 1, told: [] });
    const before = read(".claude/state/default/store.json");
    await kvInit(gate, store);
    await kvInit(gate, { ...(server && { redisUrl: server.url }) });
    expect(read(".claude/state/default/store.json")).toBe(before);
    const other = backend === "json" ? "sqlite" : "json";
    await rejection("CONFLICT", kvInit(gate, { ...local, backend: other }));
    expect((await kvInit(gate, { ...local, backend: "json", force: true })).value.backend).toBe("json");
  });

  test.each(backends.filter((other) => other !== backend))(
    "migrates to %s with everything, then uses it",
    async (to) => {
      const { gate, store, later } = await makeStore(backend);
      const { backend: _, ...where } = store;
      await kvInit(gate, store);
      const values = ["1e400", '{"10":1,"2":2,"__proto__":[]}', '"🚀\\ud83d"', "null"];
      for (const [index, json] of values.entries())
        await kvSave(gate, { ...where, key: `k${index}`, value: new JsonText(json) });
      await kvCheckpoint(gate, { ...where, name: "named" });
      later(60_000);
      await kvSave(gate, { ...where, key: "__proto__", value: 1 });
      await kvCheckpoint(gate, where);
      const before = (await kvCheckpoints(gate, where)).value.checkpoints;
      const planned = await kvMigrate(gate, { ...where, from: backend, to }, { dryRun: true });
      expect((await kvKeys(gate, { ...store, backend: to })).value.keys).toEqual([]);
      const { value } = await kvMigrate(gate, { ...where, from: backend, to });
      expect(value).toEqual({ from: backend, to, keys: 5, checkpoints: 2 });
      expect(planned.value).toEqual(value);
      expect((await kvKeys(gate, where)).value.keys).toEqual(["__proto__", "k0", "k1", "k2", "k3"]);
      for (const [index, json] of values.entries()) {
        const loaded = (await kvLoad(gate, { ...where, backend: to, key: `k${index}` })).value;
        expect(loaded).toMatchObject({ json: inAscii(json), timestamp: "2024-10-23T16:30:00Z" });
      }
      const names = (list: typeof before) => new Set(list.map(({ name, keys }) => `${name} ${keys}`));
      expect(names((await kvCheckpoints(gate, where)).value.checkpoints)).toEqual(names(before));
      expect((await kvKeys(gate, { ...where, backend })).value.keys.length).toBe(5);
      await rejection("INVALID_ARGUMENT", kvMigrate(gate, { ...where, from: backend, to }));
      await rejection("CONFLICT", kvMigrate(gate, { ...where, from: to, to: backend }));
      await kvSave(gate, { ...where, key: "later", value: 1 });
      expect((await kvMigrate(gate, { ...where, from: to, to: backend, force: true })).value.keys).toBe(6);
      expect((await kvKeys(gate, where)).value.keys).toContain("later");
    },
  );

  test("in a session a store is opened once, and one that was not there is found when it is", async () => {
    const { gate, store } = await makeStore(backend);
    const session = openKv(gate);
    await rejection("NOT_FOUND", kvLoad(session.gate, { ...store, key: "a" }));
    await Promise.all([1, 2, 3].map((value) => kvSave(session.gate, { ...store, key: `k${value}`, value })));
    await kvSave(gate, { ...store, key: "a", value: "from elsewhere" });
    expect((await kvLoad(session.gate, { ...store, key: "a" })).value.value).toBe("from elsewhere");
    expect((await kvKeys(session.gate, store)).value.keys).toEqual(["a", "k1", "k2", "k3"]);
    await session.close();
  });

  test("a store that is in order is left alone by recover", async () => {
    const { gate, store, tree } = await makeStore(backend);
    await kvSave(gate, { ...store, key: "a", value: 1 });
    const before = tree(true);
    expect((await kvRecover(gate, store)).value).toMatchObject({ recovered: false, backups: [], keys: 1 });
    if (backend === "json") expect(tree(true)).toEqual(before);
  });
});

test("names that could lead elsewhere, keys that cannot be kept, values that are no JSON", async () => {
  const { gate } = makeProject();
  for (const namespace of ["..", "a/b", "a\\b", ".x", "-x", "a:b", "", "x".repeat(129), "con", "a\0b"]) {
    await rejection("UNSAFE_PATH", kvSave(gate, { namespace, key: "a", value: 1 }));
    await rejection("UNSAFE_PATH", kvCheckpoint(gate, { name: namespace }));
    await rejection("UNSAFE_PATH", kvRestore(gate, { checkpoint: namespace }));
    await rejection("UNSAFE_PATH", kvMigrate(gate, { namespace, from: "json", to: "sqlite" }));
    await rejection("UNSAFE_PATH", kvRecover(gate, { namespace }));
  }
  for (const key of ["", "x".repeat(1025), "a\0b", "\ud800"])
    await rejection("INVALID_ARGUMENT", kvSave(gate, { key, value: 1 }));
  for (const value of [undefined, Number.NaN, () => 1])
    await rejection("INVALID_ARGUMENT", kvSave(gate, { key: "a", value }));
  await rejection("INVALID_ARGUMENT", kvSave(gate, { key: "a", value: 1, ttl: 5 }));
  await rejection("INVALID_ARGUMENT", kvMigrate(gate, { from: "json", to: "json" }));
});

test("what is remembered decides; without it the files that are there", async () => {
  const { gate, write } = makeProject({
    ".claude/state/a/state.json": '{"k": {"value": 1}}',
    ".claude/state/bad/store.json": "{",
    ".claude/state/new/store.json": '{"backend": "json", "schema_version": 2}',
    ".claude/state/both/state.json": "{}",
    ".claude/state/both/state.db": "",
  });
  expect((await kvLoad(gate, { namespace: "a", key: "k" })).value).toMatchObject({ value: 1, timestamp: undefined });
  await rejection("CORRUPT", kvKeys(gate, { namespace: "bad" }));
  await rejection("UNSUPPORTED_VERSION", kvSave(gate, { namespace: "new", key: "a", value: 1 }));
  await rejection("INVALID_ARGUMENT", kvKeys(gate, { namespace: "both" }));
  write(".claude/state/both/store.json", '{"backend": "json"}');
  expect((await kvKeys(gate, { namespace: "both" })).value.keys).toEqual([]);
});

const DAMAGE = '{"a": {"value": 1, "time';

test("without a version a damaged JSON store goes back to the newest good checkpoint, with a copy of the damage", async () => {
  const { root, gate, later, write, read, exists } = makeProject();
  const path = ".claude/state/default/state.json";
  for (const value of [1, 2]) {
    await kvSave(gate, { key: "a", value });
    later(60_000);
    await kvCheckpoint(gate);
  }
  const newest = (await kvCheckpoints(gate)).value.checkpoints[0]!.name;
  const forget = () => rmSync(join(root, ".claude/.gate/history"), { recursive: true });
  forget();
  write(path, DAMAGE);
  await rejection("CORRUPT", kvSave(gate, { key: "a", value: 3 }));
  const planned = await kvRecover(gate, {}, { dryRun: true });
  expect(planned.value).toMatchObject({ recovered: false, source: { kind: "checkpoint", name: newest }, keys: 1 });
  expect(read(path)).toBe(DAMAGE);
  const { value } = await kvRecover(gate);
  expect(value).toMatchObject({ recovered: true, backups: [`${path}.bak`], source: { name: newest }, keys: 1 });
  expect(read(`${path}.bak`)).toBe(DAMAGE);
  expect((await kvLoad(gate, { key: "a" })).value.value).toBe(2);
  // The newest one is damaged too: then the one before.
  forget();
  write(path, "");
  write(`.claude/state/default/checkpoints/${newest}.json`, "[");
  expect((await kvRecover(gate)).value.source?.name).not.toBe(newest);
  expect((await kvLoad(gate, { key: "a" })).value.value).toBe(1);
  expect(exists(`${path}.bak.1`)).toBe(true);
});

test("without a version and a checkpoint a good backup is taken, and without that nothing is touched", async () => {
  const { gate, write, read } = makeProject();
  const path = ".claude/state/default/state.json";
  write(path, DAMAGE);
  await rejection("CORRUPT", kvRecover(gate));
  expect(read(path)).toBe(DAMAGE);
  write(`${path}.bak.3`, '{"b": {"value": 7}}');
  write(`${path}.bak.4`, DAMAGE);
  expect((await kvRecover(gate)).value).toMatchObject({ source: { kind: "backup", name: "state.json.bak.3" } });
  expect((await kvLoad(gate, { key: "b" })).value.value).toBe(7);
});

test.skipIf(!backends.includes("sqlite"))("a damaged SQLite store is made good again", async () => {
  const { root, gate, read, later } = makeProject();
  const store = { backend: "sqlite" } as const;
  const path = ".claude/state/default/state.db";
  for (let index = 0; index < 50; index++) await kvSave(gate, { ...store, key: `k${index}`, value: "x".repeat(300) });
  await kvCheckpoint(gate, { ...store, name: "good" });
  later(1000);
  await kvSave(gate, { ...store, key: "later", value: 1 });
  const good = Buffer.from(read(path), "utf8");
  expect(good.length).toBeGreaterThan(0);
  const { readFileSync } = await import("node:fs");
  const bytes = readFileSync(join(root, path));
  // A page of the table's index: its rows can be read, its order cannot be trusted.
  const damaged = Buffer.from(bytes);
  damaged.fill(0, damaged.length - 4096 * 2);
  writeFileSync(join(root, path), damaged);
  await rejection("CORRUPT", kvKeys(gate, store));
  const { value } = await kvRecover(gate, store);
  expect(value.recovered).toBe(true);
  expect(readFileSync(join(root, `${path}.bak`))).toEqual(damaged);
  const { keys } = (await kvKeys(gate, store)).value;
  expect(keys.length).toBeGreaterThanOrEqual(50);
  await kvSave(gate, { ...store, key: "again", value: 1 });
  // Nothing of it can be read: the copy that recovering made is what there is.
  writeFileSync(join(root, `${path}.bak`), bytes);
  writeFileSync(join(root, path), "nothing of a database".repeat(500));
  expect((await kvRecover(gate, store)).value.source).toMatchObject({ kind: "backup", name: "state.db.bak" });
  expect((await kvKeys(gate, store)).value.keys.length).toBe(51);
});

test.skipIf(noRedis !== undefined)(
  "a damaged key on a server: everything goes back to the newest good checkpoint",
  async () => {
    const { gate, store } = await makeStore("redis");
    await kvSave(gate, { ...store, key: "a", value: 1 });
    await kvCheckpoint(gate, { ...store, name: "good" });
    await server!.command("SET", "state:default:a", "text");
    await rejection("CORRUPT", kvLoad(gate, { ...store, key: "a" }));
    expect((await kvRecover(gate, store)).value).toMatchObject({ recovered: true, source: { name: "good" }, keys: 1 });
    expect((await kvLoad(gate, { ...store, key: "a" })).value.value).toBe(1);
  },
);

test.skipIf(noRedis !== undefined)("what a crash of the server would cost is told once", async () => {
  const bare = await RedisServer.start();
  const { gate } = makeProject();
  const store = { backend: "redis", redisUrl: bare.url } as const;
  expect((await kvInit(gate, store)).warnings.join()).toContain("appendonly no");
  expect((await kvSave(gate, { ...store, key: "a", value: 1 })).warnings).toEqual([]);
  await bare.command("CONFIG", "SET", "appendonly", "yes");
  expect((await kvSave(gate, { ...store, key: "a", value: 1 })).warnings.join()).toContain("last second");
  await bare.stop();
});

describe("a driver of one's own", () => {
  const own = () => {
    const stores = new Map<string, MemoryDriver>();
    const opened: string[] = [];
    const driver: OpenDriver = ({ namespace, access, clock }) => {
      opened.push(`${namespace} ${access}`);
      const store = stores.get(namespace) ?? new MemoryDriver({ clock });
      stores.set(namespace, store);
      return store;
    };
    return { driver, opened };
  };

  test("keeps the keys, and nothing is written but the log", async () => {
    const { gate, tree } = makeProject();
    const before = tree();
    const { driver, opened } = own();
    const session = openKv(gate, { driver });
    expect((await kvInit(session.gate)).value).toMatchObject({ initialized: true, namespace: "default" });
    await kvSave(session.gate, { key: "a", value: { x: 1 } });
    await kvCheckpoint(session.gate, { name: "one" });
    await kvSave(session.gate, { key: "a", value: 2, namespace: "other" });
    await kvDelete(session.gate, { key: "a" });
    expect((await kvDiff(session.gate, { checkpoint: "one" })).value.removed).toEqual([{ key: "a", value: '{"x":1}' }]);
    await kvRestore(session.gate, { checkpoint: "one" });
    expect((await kvLoad(session.gate, { key: "a" })).value.value).toEqual({ x: 1 });
    expect((await kvKeys(session.gate, { namespace: "other" })).value.keys).toEqual(["a"]);
    // Each namespace was opened once for writing and once for reading.
    expect([...opened].sort()).toEqual(["default read", "default write", "other read", "other write"]);
    expect(tree()).toEqual(before);
    await session.close();
  });

  test("a backend that is named is that backend, and recover is the driver's own business", async () => {
    const { gate } = makeProject();
    const session = openKv(gate, { driver: own().driver });
    await kvSave(session.gate, { key: "a", value: 1, backend: "json" });
    expect((await kvKeys(gate)).value.keys).toEqual(["a"]);
    expect((await kvKeys(session.gate)).value.keys).toEqual([]);
    await rejection("INVALID_ARGUMENT", kvRecover(session.gate));
    await session.close();
  });

  test("what it fails with is what the caller sees", async () => {
    const { gate } = makeProject();
    const failing = openKv(gate, {
      driver: () => {
        throw new RangeError("no");
      },
    });
    await expect(kvKeys(failing.gate)).rejects.toThrow(RangeError);
  });
});
