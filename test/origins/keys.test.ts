/** Keys as scripts of the origin use them: its calls, its defaults, and the stores it has left. */
import { mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { kvCheckpoint, kvRestore } from "../../src/gate/kv/checkpoints.ts";
import { kvMigrate } from "../../src/gate/kv/migrate.ts";
import { kvKeys, kvLoad, kvSave } from "../../src/gate/kv/operations.ts";
import { openKv } from "../../src/gate/kv/store.ts";
import { backends, noRedis } from "../support/backends.ts";
import { makeProject } from "../support/project.ts";
import { RedisServer } from "../support/redis.ts";
import { runGate } from "../support/terminal.ts";

describe("a script", () => {
  test("makes a store, saves, loads, and goes back to a checkpoint", async () => {
    const { root, read } = makeProject();
    const gate = async (...words: string[]) => (await runGate(root, "kv", ...words)).stdout;
    expect(await gate("init", "--backend", "json", "--namespace", "flow-1")).toBe(
      "flow-1 is kept in json: .claude/state/flow-1/state.json\n",
    );
    expect(await gate("save", "--key", "phase", "--value", "building")).toBe("Saved phase\n");
    expect(await gate("load", "--key", "phase")).toBe('"building"\n');
    expect(await gate("checkpoint", "--name", "planned")).toBe("Made checkpoint planned\n");
    await gate("save", "--key", "tasks", "--value", '["scout", {"n": 1}]');
    expect(await gate("load", "--key", "tasks")).toBe('[\n  "scout",\n  {\n    "n": 1\n  }\n]\n');
    expect(await gate("restore", "--checkpoint", "planned", "--yes")).toMatch(/^Restored planned: 1 key\n/);
    expect(await gate("keys")).toBe("phase\n");
    expect(read(".claude/state/default/state.json")).toContain('"phase": {"value": "building", "timestamp": "');
  });

  test.skipIf(!backends.includes("sqlite"))("moves its keys and checkpoints to another backend", async () => {
    const { root } = makeProject();
    await runGate(root, "kv", "save", "--key", "phase", "--value", "building");
    await runGate(root, "kv", "checkpoint", "--name", "planned");
    const moved = await runGate(root, "kv", "migrate", "--from", "json", "--to", "sqlite", "--yes");
    expect(moved).toMatchObject({ code: 0, stdout: "Moved 1 key and 1 checkpoint from json to sqlite\n" });
    expect((await runGate(root, "kv", "load", "--key", "phase")).stdout).toBe('"building"\n');
  });

  test.each([
    ["init", "json", "flow-1"],
    ["save", "phase", '"building"'],
    ["load", "phase"],
    ["checkpoint", "planned"],
    ["restore", "planned"],
  ])("names what it gives by options: kv %s %s is refused", async (...words) => {
    const { root, tree } = makeProject();
    const ended = await runGate(root, "kv", ...words);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain(`Run \`gate kv ${words[0]} --help\``);
    expect(tree(true)).toEqual({ ".claude": "folder" });
  });

  test("in a folder below saves to the store of its project", async () => {
    const { root, exists } = makeProject({ ".claude/state.md": "" });
    mkdirSync(`${root}/tools/bin`, { recursive: true });
    expect((await runGate(`${root}/tools/bin`, "kv", "save", "--key", "a", "--value", "1")).code).toBe(0);
    expect(exists(".claude/state/default/state.json")).toBe(true);
    expect(exists("tools/bin/.claude")).toBe(false);
  });
});

describe("a program", () => {
  test("takes JSON and the namespace default where it names none, and makes nothing before", async () => {
    const { gate, exists, read } = makeProject();
    await kvSave(gate, { key: "a", value: 1 });
    expect(JSON.parse(read(".claude/state/default/state.json"))).toMatchObject({ a: { value: 1 } });
    expect(exists(".claude/state/default/store.json")).toBe(false);
  });

  test.each([0, "", false, "x", null])(
    "is given the default %j where there is no key, and the value where there is",
    async (value) => {
      const { gate } = makeProject();
      expect((await kvLoad(gate, { key: "a", default: value })).value.value).toBe(value);
      await kvSave(gate, { key: "a", value: "there" });
      expect((await kvLoad(gate, { key: "a", default: value })).value.value).toBe("there");
    },
  );

  test.each(backends.filter((backend) => backend !== "redis"))(
    "sees what was restored and what others saved in its own session, on %s",
    async (backend) => {
      const { gate } = makeProject();
      const session = openKv(gate);
      await kvSave(session.gate, { backend, key: "a", value: "before" });
      await kvCheckpoint(session.gate, { backend, name: "c" });
      await kvSave(session.gate, { backend, key: "a", value: "after" });
      expect((await kvLoad(session.gate, { backend, key: "a" })).value.value).toBe("after");
      await kvRestore(session.gate, { backend, checkpoint: "c" });
      expect((await kvLoad(session.gate, { backend, key: "a" })).value.value).toBe("before");
      await kvSave(gate, { backend, key: "a", value: "theirs" });
      expect((await kvLoad(session.gate, { backend, key: "a" })).value.value).toBe("theirs");
      await session.close();
    },
  );

  test("is told that a checkpoint is missing, in words of the gate", async () => {
    const { gate } = makeProject();
    await kvSave(gate, { key: "a", value: 1 });
    await expect(kvRestore(gate, { checkpoint: "zz" })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: "Cannot find checkpoint zz: there is none of this name",
    });
  });
});

describe("what another program has left", () => {
  test("as a checkpoint in JSON is restored, and one of ours has its form", async () => {
    const theirs = { a: { value: [1, { b: "é" }], timestamp: "2024-10-23T10:00:00.123456" } };
    const { gate, read } = makeProject({
      ".claude/state/default/state.json": "{}",
      ".claude/state/default/checkpoints/theirs.json": JSON.stringify(theirs, null, 2),
    });
    await kvRestore(gate, { checkpoint: "theirs" });
    expect((await kvLoad(gate, { key: "a" })).value.value).toEqual([1, { b: "é" }]);
    await kvCheckpoint(gate, { name: "ours" });
    expect(JSON.parse(read(".claude/state/default/checkpoints/ours.json"))).toMatchObject({
      a: { value: theirs.a.value },
    });
  });

  test.skipIf(noRedis !== undefined)("on Redis as bare values is loaded, and moves to a file", async () => {
    const server = await RedisServer.start("--appendonly yes", "--appendfsync always");
    const { gate } = makeProject();
    const where = { namespace: "flow", redisUrl: server.url };
    await server.command("SET", "state:flow:phase", '"building"');
    await server.command("SET", "state:flow:limit", '{"value": 5, "unit": "s"}');
    await server.command("SET", "checkpoint:flow:planned", '{"phase": "planning"}');
    const load = async (key: string) => (await kvLoad(gate, { ...where, backend: "redis", key })).value.value;
    expect([await load("phase"), await load("limit")]).toEqual(["building", { value: 5, unit: "s" }]);
    const { value } = await kvMigrate(gate, { ...where, from: "redis", to: "json" });
    expect(value).toMatchObject({ keys: 2, checkpoints: 1 });
    await kvRestore(gate, { namespace: "flow", checkpoint: "planned" });
    expect((await kvLoad(gate, { namespace: "flow", key: "phase" })).value.value).toBe("planning");
    expect((await kvKeys(gate, { namespace: "flow" })).value.keys).toEqual(["phase"]);
    await server.stop();
  });
});
