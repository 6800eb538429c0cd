/** The JSON driver: the contract, and what is true of its file. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { driverContract } from "../../src/driver-contract.ts";
import { system } from "../../src/files/guard/system.ts";
import { increment, plain, set } from "../../src/store/contract-steps.ts";
import type { Access } from "../../src/store/driver.ts";
import { openJson } from "../../src/store/json.ts";
import { MemoryDriver } from "../../src/store/memory.ts";
import { replaced } from "../files/faults.ts";
import { documentsOf, makeProject, rejection, textOf } from "../files/project.ts";
import { NOW } from "../support/clock.ts";
import { PATIENCE } from "../support/patience.ts";
import { inPlace } from "./in-place.ts";

const STORE = ".claude/state/default/state.json";

function placeIn(project = makeProject({})) {
  return {
    project,
    open: async ({ namespace = "default", access = "write" as Access, timeout = PATIENCE } = {}) =>
      openJson({ project, namespace, access, timeout, clock: () => NOW, command: "test" }),
  };
}

driverContract("memory", (_, { clock }) => new MemoryDriver({ clock }), { describe, test, durable: false });
driverContract(
  "json",
  inPlace((options) => openJson(options)),
  { describe, test, timeout: PATIENCE },
);

test("the file has one row on a line, in the order of saving", async () => {
  const { project, open } = placeIn();
  const driver = await open();
  for (const key of ["b", "10", "2", "__proto__"]) await set(driver, key, '{"z":1,"1":[]}');
  await set(driver, "b", "null");
  expect(textOf(project, STORE)).toBe(`{
  "b": {"value": null, "timestamp": "2024-10-23T16:30:00Z"},
  "10": {"value": {"z":1,"1":[]}, "timestamp": "2024-10-23T16:30:00Z"},
  "2": {"value": {"z":1,"1":[]}, "timestamp": "2024-10-23T16:30:00Z"},
  "__proto__": {"value": {"z":1,"1":[]}, "timestamp": "2024-10-23T16:30:00Z"}
}
`);
});

test("a value on lines of its own does not hide the row of another key", async () => {
  const { project, open } = placeIn();
  const driver = await open();
  for (const key of ["a", "b", "c"]) await set(driver, key, "0");
  await set(driver, "a", '{\n  "b": {"value": 0, "timestamp": "2024-10-23T16:30:00Z"}}');
  await set(driver, "b", "1");
  await set(driver, "c", "2");
  expect((await driver.get(["b", "c"])).get("b")?.value).toBe("1");
  expect(textOf(project, STORE)).toContain('  "b": {"value": 1, "timestamp"');
  expect(textOf(project, STORE)).toContain('  "c": {"value": 2, "timestamp"');
});

test("a file that looks the same but is not is read before it is replaced", async () => {
  const { project, open } = placeIn();
  const driver = await open();
  await set(driver, "a", "1");
  await set(driver, "b", "1");
  const look = system.lstatSync;
  const timeless = ((...args: [string, object]) => {
    const stats = look(...args) as unknown as object | undefined;
    return stats && Object.assign(stats, { mtimeNs: 0n, ctimeNs: 0n });
  }) as unknown as typeof look;
  await replaced({ lstatSync: timeless }, async () => {
    await set(driver, "b", "2");
    const place = join(project.root, STORE);
    writeFileSync(place, readFileSync(place, "utf8").replace('"value": 1', '"value": 7'));
    await set(driver, "b", "3");
  });
  expect([...(await driver.entries())].map(([key, { value }]) => `${key} ${value}`)).toEqual(["a 7", "b 3"]);
});

test("a store that could not be read again is not written", async () => {
  const { project, open } = placeIn();
  const driver = await open();
  const half = JSON.stringify("x".repeat(33 * 1024 * 1024));
  await set(driver, "a", half);
  const failure = await rejection("IO", set(driver, "b", half));
  expect(failure.message).toContain("larger than 64 MiB");
  expect(failure.hint).toContain("--to sqlite");
  expect(await driver.keys()).toEqual(["a"]);
  writeFileSync(join(project.root, STORE), "x".repeat(65 * 1024 * 1024));
  expect((await rejection("IO", driver.keys())).hint).toContain("smaller");
});

test("what was given does not change with the store", async () => {
  const driver = await placeIn().open();
  await set(driver, "a", "1");
  await set(driver, "b", "1");
  const before = await driver.entries();
  await set(driver, "a", "2");
  await set(driver, "c", "2");
  expect([...before].map(([key, { value }]) => `${key} ${value}`)).toEqual(["a 1", "b 1"]);
});

test("a file of another program is read, and what it has beside is kept", async () => {
  const text = `\ufeff{\r\n  "a": {\n    "owner": {"b": 1},\n    "value": [1, 2],\n    "timestamp": 1729700000.5\n  }, "b": {"value": "x"}}`;
  const { project, open } = placeIn(makeProject({ [STORE]: text }));
  const driver = await open();
  expect((await driver.get(["a"])).get("a")).toMatchObject({ value: "[1,2]", timestamp: "2024-10-23T16:13:20Z" });
  expect((await driver.get(["b"])).get("b")?.timestamp).toBeUndefined();
  await set(driver, "b", "1");
  expect(textOf(project, STORE)).toContain('"a": {\n    "owner": {"b": 1},\n    "value": [1, 2],');
  await set(driver, "a", "2");
  expect(textOf(project, STORE)).toContain('"a": {"owner": {"b": 1}, "value": 2, "timestamp": "2024-10-23T16:30:00Z"}');
});

test.each([
  ["nothing", ""],
  ["half of it", '{"a": {"value": 1, "timesta'],
  ["no object", "[]"],
  ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
  ["a row of another form", '{"a": 1}'],
  ["a row without a value", '{"a": {"timestamp": "x"}}'],
  ["conflict markers", '<<<<<<< HEAD\n{"a": {"value": 1}}\n=======\n'],
])("a damaged file is found when it is opened and left as it is: %s", async (_name, bytes) => {
  const { project, open } = placeIn(makeProject({ [STORE]: bytes }));
  for (const access of ["read", "write"] as const) {
    const error = await rejection("CORRUPT", open({ access }));
    expect(error.path).toBe(STORE);
    expect(error.hint).toContain("gate kv recover");
  }
  expect(readFileSync(join(project.root, STORE))).toEqual(Buffer.from(bytes));
});

test("damage that comes while it is open is found before the next write", async () => {
  const { project, open } = placeIn();
  const driver = await open();
  await set(driver, "a", "1");
  writeFileSync(join(project.root, STORE), "{");
  await rejection("CORRUPT", increment(driver, "a"));
  await rejection("CORRUPT", driver.checkpoint("c"));
  expect(textOf(project, STORE)).toBe("{");
});

test("a damaged checkpoint is listed as such and never restored", async () => {
  const { project, open } = placeIn();
  const driver = await open();
  await set(driver, "a", "1");
  await driver.checkpoint("c");
  writeFileSync(join(project.root, ".claude/state/default/checkpoints/c.json"), '{"a": {');
  expect(await driver.checkpoints()).toMatchObject([{ name: "c", keys: undefined }]);
  await rejection("CORRUPT", driver.readCheckpoint("c"));
  await rejection("CORRUPT", driver.restore("c", "before"));
  expect(plain(await driver.entries())).toEqual({ "key a": "1" });
});

test("links are refused, and nothing is made for those who read", async () => {
  const { project, open } = placeIn();
  await (await open({ access: "read" })).keys();
  expect(documentsOf(project)).toEqual({});
  mkdirSync(join(project.root, ".claude/state/default"), { recursive: true });
  symlinkSync("/etc/hostname", join(project.root, STORE));
  await rejection("UNSAFE_PATH", open());
});
