/** The SQLite driver: the contract, and what is true of its file. */
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { driverContract } from "../../src/driver-contract.ts";
import { increment, plain, set } from "../../src/store/contract-steps.ts";
import type { Access } from "../../src/store/driver.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { openDatabase, sqliteName } from "../../src/store/sqlite-binding.ts";
import { makeProject, put, rejection } from "../files/project.ts";
import { NOW } from "../support/clock.ts";
import { PATIENCE } from "../support/patience.ts";
import { inPlace } from "./in-place.ts";

const STORE = ".claude/state/default/state.db";

const sqlite = await sqliteName();
if (sqlite === undefined) console.info("SQLite is not tested: this Node has none, and libsql is not installed.");

function placeIn(project = makeProject({})) {
  return {
    project,
    path: join(project.root, STORE),
    open: async ({ namespace = "default", access = "write" as Access, timeout = PATIENCE } = {}) =>
      openSqlite({ project, namespace, access, timeout, clock: () => NOW, command: "test" }),
  };
}

/** Runs SQL as another program would. */
async function runSql(path: string, ...statements: readonly string[]) {
  mkdirSync(join(path, ".."), { recursive: true });
  const database = await openDatabase(path, "write");
  const rows = statements.map((sql) => database.all(sql));
  database.all("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return rows.at(-1)!.map((row) => ({ ...row }));
}

describe.skipIf(sqlite === undefined)(`SQLite by ${sqlite}`, () => {
  driverContract(
    "sqlite",
    inPlace((options) => openSqlite(options)),
    { describe, test, timeout: PATIENCE },
  );

  test("the tables are those that other programs read", async () => {
    const { path, open } = placeIn();
    const driver = await open();
    await set(driver, "a", '{"z":1,"1":[]}');
    await driver.checkpoint("c");
    await driver.close();
    expect(await runSql(path, "SELECT * FROM state")).toEqual([
      { key: "a", value: '{"z":1,"1":[]}', timestamp: "2024-10-23T16:30:00Z" },
    ]);
    expect(await runSql(path, "SELECT * FROM checkpoints")).toEqual([
      {
        name: "c",
        state: '[["a","{\\"z\\":1,\\"1\\":[]}","2024-10-23T16:30:00Z"]]',
        created_at: "2024-10-23T16:30:00Z",
      },
    ]);
    expect(await runSql(path, "PRAGMA user_version")).toEqual([{ user_version: 1 }]);
    expect(await runSql(path, "PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
  });

  test("a store of another program is read and written", async () => {
    const { path, open } = placeIn();
    await runSql(
      path,
      "CREATE TABLE state(key TEXT PRIMARY KEY, value TEXT, timestamp REAL)",
      "CREATE TABLE checkpoints(name TEXT PRIMARY KEY, state TEXT, created_at REAL)",
      `INSERT INTO state VALUES ('a', '{"x": [1, 2]}', 1729700000.5), ('b', '1', NULL)`,
      `INSERT INTO checkpoints VALUES ('c', '[["a", "[1, 2]", 1729700000.5]]', 1729700000.5)`,
    );
    const driver = await open();
    expect(await driver.entries()).toEqual(
      new Map([
        ["a", { value: '{"x":[1,2]}', timestamp: "2024-10-23T16:13:20Z" }],
        ["b", { value: "1", timestamp: undefined }],
      ]),
    );
    expect(await driver.checkpoints()).toEqual([{ name: "c", createdAt: "2024-10-23T16:13:20Z", keys: 1 }]);
    await driver.restore("c", "before");
    expect(plain(await driver.entries())).toEqual({ "key a": "[1,2]" });
    await driver.close();
  });

  test("damaged files are found when they are opened and left as they are", async () => {
    const { path, open } = placeIn();
    const driver = await open();
    for (let index = 0; index < 200; index++) await set(driver, `key ${index}`, JSON.stringify("x".repeat(200)));
    await driver.close();
    const good = readFileSync(path);
    const scribbled = Buffer.from(good);
    scribbled.fill(0x5a, 4096 * 5, 4096 * 9);
    const damages = {
      "no database": Buffer.from("this is no database\n".repeat(300)),
      "cut off": good.subarray(0, 4096 * 3),
      "another first page": Buffer.concat([Buffer.alloc(4096, 1), good.subarray(4096)]),
      scribbled,
    };
    for (const [name, bytes] of Object.entries(damages)) {
      writeFileSync(path, bytes);
      for (const access of ["read", "write"] as const) {
        const error = await rejection("CORRUPT", open({ access }));
        expect(error.hint, name).toContain("gate kv recover");
        expect(readFileSync(path), name).toEqual(bytes);
      }
    }
  });

  test("a value that is no JSON is named, and nothing is written by a change that saw it", async () => {
    const { path, open } = placeIn();
    await (await open()).close();
    await runSql(path, "INSERT INTO state VALUES ('a', 'not json', NULL)");
    const driver = await open();
    expect((await rejection("CORRUPT", driver.get(["a"]))).message).toContain('"a"');
    await rejection("CORRUPT", increment(driver, "a"));
    await driver.close();
    expect(await runSql(path, "SELECT value FROM state")).toEqual([{ value: "not json" }]);
  });

  test("a newer schema and another program's database are left alone", async () => {
    const { path, open } = placeIn();
    await runSql(path, "PRAGMA user_version = 2");
    const newer = readFileSync(path);
    for (const access of ["read", "write"] as const) await rejection("UNSUPPORTED_VERSION", open({ access }));
    expect(readFileSync(path)).toEqual(newer);
    const other = placeIn();
    await runSql(other.path, "CREATE TABLE people(name TEXT)");
    for (const access of ["read", "write"] as const) await rejection("FOREIGN_FORMAT", other.open({ access }));
    const another = placeIn();
    await runSql(another.path, "CREATE TABLE state(id INTEGER, data TEXT)");
    expect((await rejection("FOREIGN_FORMAT", another.open())).message).toContain("no column key");
  });

  test("who finds it in use waits, and says so when the time is up", async () => {
    const { path, open } = placeIn();
    const [driver, patientDriver] = [await open({ timeout: 200 }), await open()];
    const other = await openDatabase(path, "write");
    other.exec("BEGIN IMMEDIATE");
    await rejection("LOCKED", set(driver, "a", "1"));
    expect(await driver.keys()).toEqual([]);
    const waiting = set(patientDriver, "a", "1");
    setTimeout(() => other.exec("ROLLBACK"), 60);
    await waiting;
    await patientDriver.close();
    expect(await driver.keys()).toEqual(["a"]);
    other.close();
    await driver.close();
  });

  test("links are refused, in the place of its companions too; nothing is made for those who read", async () => {
    const { project, path, open } = placeIn();
    await (await open({ access: "read" })).keys();
    expect(existsSync(join(path, ".."))).toBe(false);
    put(project, ".claude/state/default/x", "");
    symlinkSync("/tmp/elsewhere", `${path}-wal`);
    await rejection("UNSAFE_PATH", open());
    const other = placeIn();
    put(other.project, ".claude/state/default/x", "");
    symlinkSync("/etc/hostname", other.path);
    await rejection("UNSAFE_PATH", other.open());
    await rejection("UNSAFE_PATH", other.open({ access: "read" }));
  });

  test.skipIf(process.getuid?.() === 0)("a store in a folder that cannot be written can be read", async () => {
    const { path, open } = placeIn();
    const driver = await open();
    await set(driver, "a", "1");
    await driver.close();
    chmodSync(join(path, ".."), 0o555);
    const reader = await open({ access: "read" });
    expect(await reader.keys()).toEqual(["a"]);
    await reader.close();
    chmodSync(join(path, ".."), 0o755);
  });

  test("no warning of Node reaches the user", async () => {
    const warned: unknown[] = [];
    const listen = (warning: unknown) => warned.push(warning);
    process.on("warning", listen);
    await (await placeIn().open()).close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.off("warning", listen);
    expect(warned).toEqual([]);
  });
});
