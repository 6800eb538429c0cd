/** What every driver keeps to. A driver that needs another rule needs a capability first. */
import { describe, expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import type { Access, Change, Driver, Entries } from "../../src/store/driver.ts";
import { automaticName } from "../../src/store/names.ts";
import { NOW } from "../support/clock.ts";

export interface Place {
  /** Opens the store of a namespace in this place; `default` and writing unless said otherwise. */
  open(options?: { readonly namespace?: string; readonly access?: Access; readonly timeout?: number }): Promise<Driver>;
}

export const TIME = "2024-10-23T16:30:00Z";

/** Texts that JSON knows and JavaScript would bend. */
const VALUES = [
  "null",
  "true",
  "0",
  "-1.50",
  "12345678901234567890",
  "1e400",
  '""',
  '"a \\"quoted\\" \\\\ line\\nbreak \\u0000 \\ud83d"',
  '"ünïcode 🚀 \u2028"',
  "[]",
  "{}",
  '{"10":1,"2":2,"__proto__":{"x":1},"constructor":null,"":3}',
  `[${"[".repeat(500)}${"]".repeat(500)}]`,
  JSON.stringify("x".repeat(100_000)),
];

const KEYS = [
  "a",
  "10",
  "2",
  "__proto__",
  "constructor",
  "a:b",
  "*",
  "[x]?",
  " ",
  "é",
  "🚀",
  'q"\\',
  "line\nbreak",
  "%s",
];

/** Writes that set these values, for `update`. */
export function sets(values: Readonly<Record<string, string>> | ReadonlyMap<string, string>): () => Change<undefined> {
  const writes = new Map(values instanceof Map ? values : Object.entries(values));
  return () => ({ writes, result: undefined });
}

export async function set(driver: Driver, key: string, value: string): Promise<void> {
  await driver.update([], sets(new Map([[key, value]])));
}

/** Adds one to a number, reading and writing in one step. */
export function increment(driver: Driver, key: string): Promise<number> {
  return driver.update([key], (found) => {
    const next = Number(found.get(key)?.value ?? "0") + 1;
    return { writes: new Map([[key, String(next)]]), result: next };
  });
}

export function plain(entries: Entries): Record<string, string> {
  return Object.fromEntries([...entries].map(([key, { value }]) => [`key ${key}`, value]));
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => "nothing was thrown",
    (thrown) => thrown,
  );
  return error instanceof GateError ? error.code : String(error);
}

/** Runs the suite on one driver. `durable` says that what was written is there when it is opened again. */
export function contract(name: string, makePlace: () => Promise<Place>, { durable = true } = {}): void {
  describe(`${name} keeps the contract`, () => {
    test("what was set is there, with its time, until it is removed", async () => {
      const driver = await (await makePlace()).open();
      expect(await driver.get(["a"])).toEqual(new Map());
      await set(driver, "a", '{"x":1}');
      expect(await driver.get(["a", "b"])).toEqual(
        new Map([["a", expect.objectContaining({ value: '{"x":1}', timestamp: TIME })]]),
      );
      await driver.update([], () => ({ writes: new Map([["a", undefined]]), result: undefined }));
      expect(await driver.get(["a"])).toEqual(new Map());
      expect(await driver.keys()).toEqual([]);
      await driver.close();
    });

    test("values are the text they were given as", async () => {
      const place = await makePlace();
      const driver = await place.open();
      const wanted = new Map(VALUES.map((value, index) => [`v${index}`, value]));
      await driver.update([], sets(wanted));
      const other = durable ? await place.open({ access: "read" }) : driver;
      const found = await other.get([...wanted.keys()]);
      for (const [key, value] of wanted) expect(found.get(key)?.value).toBe(value);
      await driver.close();
      await other.close();
    });

    test("any text is a key, and keys come sorted", async () => {
      const driver = await (await makePlace()).open();
      for (const key of KEYS) await set(driver, key, JSON.stringify(key));
      expect(await driver.keys()).toEqual([...KEYS].sort());
      const entries = await driver.entries();
      expect(new Set(entries.keys())).toEqual(new Set(KEYS));
      for (const key of KEYS) expect(entries.get(key)?.value).toBe(JSON.stringify(key));
      await driver.update([], () => ({ writes: new Map(KEYS.map((key) => [key, undefined])), result: undefined }));
      expect(await driver.keys()).toEqual([]);
      await driver.close();
    });

    test("a change sees its keys, writes any, and gives its result", async () => {
      const driver = await (await makePlace()).open();
      await driver.update([], sets({ a: "1", b: "2", c: "3" }));
      const result = await driver.update(["a", "b", "z"], (found) => {
        expect(plain(found)).toEqual({ "key a": "1", "key b": "2" });
        return {
          writes: new Map([
            ["a", "10"],
            ["b", undefined],
            ["d", "4"],
          ]),
          result: "done",
        };
      });
      expect(result).toBe("done");
      expect(plain(await driver.entries())).toEqual({ "key a": "10", "key c": "3", "key d": "4" });
      await driver.close();
    });

    test("a change that throws changes nothing, and the store goes on", async () => {
      const driver = await (await makePlace()).open();
      await set(driver, "a", "1");
      const failed = driver.update(["a"], () => {
        throw new Error("no");
      });
      await expect(failed).rejects.toThrow("no");
      expect(await increment(driver, "a")).toBe(2);
      await driver.close();
    });

    test("a change without writes changes nothing", async () => {
      const driver = await (await makePlace()).open();
      expect(await driver.update(["a"], () => ({ writes: new Map(), result: 7 }))).toBe(7);
      expect(await driver.keys()).toEqual([]);
      await driver.close();
    });

    test("changes at the same time in one process are all made", async () => {
      const driver = await (await makePlace()).open();
      const results = await Promise.all(Array.from({ length: 20 }, () => increment(driver, "n")));
      expect(results.sort((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      await driver.close();
    });

    test("a checkpoint is a picture; restoring makes the store exactly it and keeps what was", async () => {
      const driver = await (await makePlace()).open();
      await driver.update([], sets({ a: "1", b: "2" }));
      await driver.checkpoint("one");
      await driver.update([], () => ({
        writes: new Map([
          ["a", "9"],
          ["b", undefined],
          ["later", "3"],
        ]),
        result: 0,
      }));
      expect(plain((await driver.readCheckpoint("one"))!.entries)).toEqual({ "key a": "1", "key b": "2" });
      const before = automaticName("before-restore", NOW);
      await driver.restore("one", before);
      expect(plain(await driver.entries())).toEqual({ "key a": "1", "key b": "2" });
      expect((await driver.get(["a"])).get("a")?.timestamp).toBe(TIME);
      expect(await driver.checkpoints()).toEqual([
        { name: expect.any(String), createdAt: expect.any(String), keys: 2 },
        { name: expect.any(String), createdAt: expect.any(String), keys: 2 },
      ]);
      await driver.restore(before, automaticName("before-restore", NOW + 1));
      expect(plain(await driver.entries())).toEqual({ "key a": "9", "key later": "3" });
      await driver.close();
    });

    test("a checkpoint of nothing is one", async () => {
      const driver = await (await makePlace()).open();
      await driver.checkpoint("empty");
      await set(driver, "a", "1");
      await driver.restore("empty", "before");
      expect(await driver.keys()).toEqual([]);
      expect(plain((await driver.readCheckpoint("before"))!.entries)).toEqual({ "key a": "1" });
      await driver.close();
    });

    test("names of checkpoints are not taken twice, and unknown ones are not found", async () => {
      const driver = await (await makePlace()).open();
      await set(driver, "a", "1");
      await driver.checkpoint("one");
      await set(driver, "a", "2");
      expect(await codeOf(driver.checkpoint("one"))).toBe("CONFLICT");
      expect(await codeOf(driver.restore("one", "one"))).toBe("CONFLICT");
      expect((await driver.get(["a"])).get("a")?.value).toBe("2");
      await driver.checkpoint("one", { replace: true });
      expect(plain((await driver.readCheckpoint("one"))!.entries)).toEqual({ "key a": "2" });
      expect(await driver.readCheckpoint("two")).toBeUndefined();
      expect(await codeOf(driver.restore("two", "before"))).toBe("NOT_FOUND");
      expect((await driver.checkpoints()).map((each) => each.name)).toEqual(["one"]);
      await driver.close();
    });

    test("the newest 50 automatic checkpoints are kept, and all that have a name", async () => {
      const driver = await (await makePlace()).open();
      await driver.checkpoint("mine");
      const names = Array.from({ length: 53 }, (_, index) =>
        automaticName(index % 2 ? "auto" : "before-restore", NOW + index),
      );
      for (const name of names) await driver.checkpoint(name);
      const kept = (await driver.checkpoints()).map((each) => each.name);
      expect(new Set(kept)).toEqual(new Set(["mine", ...names.slice(3)]));
      expect(kept.filter((name) => name !== "mine")).toEqual(names.slice(3).reverse());
      await driver.close();
    });

    test("filling makes it exactly what is given, clearing empties it", async () => {
      const driver = await (await makePlace()).open();
      await set(driver, "old", "1");
      await driver.checkpoint("old");
      const entries: Entries = new Map([
        ["10", { value: '{"b":1,"a":2}', timestamp: "2020-01-01T00:00:00Z" }],
        ["__proto__", { value: "1e400", timestamp: undefined }],
      ]);
      const checkpoint = {
        name: "kept",
        createdAt: "2020-01-02T00:00:00Z",
        entries: new Map([...entries].slice(0, 1)),
      };
      await driver.fill(entries, [checkpoint]);
      const found = await driver.entries();
      expect(await driver.keys()).toEqual(["10", "__proto__"]);
      for (const [key, entry] of entries) {
        expect(found.get(key)?.value).toBe(entry.value);
        expect(found.get(key)?.timestamp).toBe(entry.timestamp);
      }
      expect((await driver.checkpoints()).map(({ name, keys }) => [name, keys])).toEqual([["kept", 1]]);
      expect(plain((await driver.readCheckpoint("kept"))!.entries)).toEqual({ "key 10": '{"b":1,"a":2}' });
      await driver.fill(new Map(), []);
      expect(await driver.keys()).toEqual([]);
      expect(await driver.checkpoints()).toEqual([]);
      await driver.close();
    });

    test("many keys in one step", async () => {
      const driver = await (await makePlace()).open();
      const many = new Map(Array.from({ length: 3000 }, (_, index) => [`key-${index}`, String(index)]));
      await driver.update([], sets(many));
      expect((await driver.keys()).length).toBe(3000);
      await driver.checkpoint("many");
      await driver.update([], () => ({ writes: new Map([["key-7", undefined]]), result: 0 }));
      await driver.restore("many", "before");
      expect((await driver.entries()).size).toBe(3000);
      await driver.close();
    });

    test.runIf(durable)("what is written outlives the driver, and others see it at once", async () => {
      const place = await makePlace();
      const one = await place.open();
      const other = await place.open();
      const reader = await place.open({ access: "read" });
      await set(one, "a", "1");
      expect((await other.get(["a"])).get("a")?.value).toBe("1");
      expect(await increment(other, "a")).toBe(2);
      expect((await one.get(["a"])).get("a")?.value).toBe("2");
      await one.checkpoint("c");
      expect((await other.checkpoints()).length).toBe(1);
      await Promise.all([one.close(), other.close(), reader.close()]);
      const again = await place.open({ access: "read" });
      expect(plain(await again.entries())).toEqual({ "key a": "2" });
      await again.close();
    });

    test.runIf(durable)("two drivers that change one key lose nothing", async () => {
      const place = await makePlace();
      const drivers = await Promise.all([place.open(), place.open(), place.open()]);
      const runs = drivers.map(async (driver) => {
        for (let count = 0; count < 30; count++) await increment(driver, "n");
      });
      await Promise.all(runs);
      expect((await drivers[0]!.get(["n"])).get("n")?.value).toBe("90");
      await Promise.all(drivers.map((driver) => driver.close()));
    });

    test.runIf(durable)("namespaces know nothing of each other", async () => {
      const place = await makePlace();
      const names = ["default", "other", "a*", "a", "[ab]", "ab"];
      const drivers = await Promise.all(names.map((namespace) => place.open({ namespace })));
      for (const [index, driver] of drivers.entries()) {
        await set(driver, `k${index}`, String(index));
        await driver.checkpoint(`c${index}`);
      }
      for (const [index, driver] of drivers.entries()) {
        expect(await driver.keys()).toEqual([`k${index}`]);
        expect((await driver.checkpoints()).map(({ name }) => name)).toEqual([`c${index}`]);
      }
      await drivers[2]!.fill(new Map(), []);
      expect(await drivers[3]!.keys()).toEqual(["k3"]);
      await Promise.all(drivers.map((driver) => driver.close()));
    });

    test.runIf(durable)("a store that is not there is empty for those who read", async () => {
      const driver = await (await makePlace()).open({ namespace: "nowhere", access: "read" });
      expect(await driver.keys()).toEqual([]);
      expect(await driver.entries()).toEqual(new Map());
      expect(await driver.checkpoints()).toEqual([]);
      expect(await driver.readCheckpoint("x")).toBeUndefined();
      await driver.close();
    });
  });
}
