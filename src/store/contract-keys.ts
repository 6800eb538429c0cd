/** The rules of the contract that are about keys. */
import assert from "node:assert/strict";
import { type Case, increment, KEYS, plain, set, sets, TIME, VALUES } from "./contract-steps.ts";

export const KEY_CASES: readonly Case[] = [
  {
    title: "what was set is there, with its time, until it is removed",
    durable: false,
    async run(place) {
      const driver = await place.open();
      assert.deepEqual(await driver.get(["a"]), new Map());
      await set(driver, "a", '{"x":1}');
      const found = await driver.get(["a", "b"]);
      assert.deepEqual(plain(found), { "key a": '{"x":1}' });
      assert.equal(found.get("a")?.timestamp, TIME);
      await driver.update([], () => ({ writes: new Map([["a", undefined]]), result: undefined }));
      assert.deepEqual(await driver.get(["a"]), new Map());
      assert.deepEqual(await driver.keys(), []);
      await driver.close();
    },
  },
  {
    title: "values are the text they were given as",
    durable: false,
    async run(place) {
      const driver = await place.open();
      const wanted = new Map(VALUES.map((value, index) => [`v${index}`, value]));
      await driver.update([], sets(wanted));
      const other = place.durable ? await place.open({ access: "read" }) : driver;
      const found = await other.get([...wanted.keys()]);
      for (const [key, value] of wanted) assert.equal(found.get(key)?.value, value);
      await driver.close();
      await other.close();
    },
  },
  {
    title: "any text is a key, and keys come sorted",
    durable: false,
    async run(place) {
      const driver = await place.open();
      for (const key of KEYS) await set(driver, key, JSON.stringify(key));
      assert.deepEqual(await driver.keys(), [...KEYS].sort());
      const entries = await driver.entries();
      assert.deepEqual(new Set(entries.keys()), new Set(KEYS));
      for (const key of KEYS) assert.equal(entries.get(key)?.value, JSON.stringify(key));
      await driver.update([], () => ({ writes: new Map(KEYS.map((key) => [key, undefined])), result: undefined }));
      assert.deepEqual(await driver.keys(), []);
      await driver.close();
    },
  },
  {
    title: "a change sees its keys, writes any, and gives its result",
    durable: false,
    async run(place) {
      const driver = await place.open();
      await driver.update([], sets({ a: "1", b: "2", c: "3" }));
      const result = await driver.update(["a", "b", "z"], (found) => {
        assert.deepEqual(plain(found), { "key a": "1", "key b": "2" });
        return {
          writes: new Map([
            ["a", "10"],
            ["b", undefined],
            ["d", "4"],
          ]),
          result: "done",
        };
      });
      assert.equal(result, "done");
      assert.deepEqual(plain(await driver.entries()), { "key a": "10", "key c": "3", "key d": "4" });
      await driver.close();
    },
  },
  {
    title: "a change that throws changes nothing, and the store goes on",
    durable: false,
    async run(place) {
      const driver = await place.open();
      await set(driver, "a", "1");
      const failed = driver.update(["a"], () => {
        throw new Error("no");
      });
      await assert.rejects(failed, /no/);
      assert.equal(await increment(driver, "a"), 2);
      await driver.close();
    },
  },
  {
    title: "a change without writes changes nothing",
    durable: false,
    async run(place) {
      const driver = await place.open();
      assert.equal(await driver.update(["a"], () => ({ writes: new Map(), result: 7 })), 7);
      assert.deepEqual(await driver.keys(), []);
      await driver.close();
    },
  },
  {
    title: "changes at the same time in one process are all made",
    durable: false,
    async run(place) {
      const driver = await place.open();
      const results = await Promise.all(Array.from({ length: 20 }, () => increment(driver, "n")));
      assert.deepEqual(
        results.sort((one, other) => one - other),
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
      await driver.close();
    },
  },
  {
    title: "what is written outlives the driver, and others see it at once",
    durable: true,
    async run(place) {
      const one = await place.open();
      const other = await place.open();
      const reader = await place.open({ access: "read" });
      await set(one, "a", "1");
      assert.equal((await other.get(["a"])).get("a")?.value, "1");
      assert.equal(await increment(other, "a"), 2);
      assert.equal((await one.get(["a"])).get("a")?.value, "2");
      await one.checkpoint("c");
      assert.equal((await other.checkpoints()).length, 1);
      await Promise.all([one.close(), other.close(), reader.close()]);
      const again = await place.open({ access: "read" });
      assert.deepEqual(plain(await again.entries()), { "key a": "2" });
      await again.close();
    },
  },
  {
    title: "two drivers that change one key lose nothing",
    durable: true,
    async run(place) {
      const drivers = await Promise.all([place.open(), place.open(), place.open()]);
      const runs = drivers.map(async (driver) => {
        for (let count = 0; count < 30; count++) await increment(driver, "n");
      });
      await Promise.all(runs);
      assert.equal((await drivers[0]!.get(["n"])).get("n")?.value, "90");
      await Promise.all(drivers.map((driver) => driver.close()));
    },
  },
  {
    title: "namespaces know nothing of each other",
    durable: true,
    async run(place) {
      const names = ["default", "other", "a*", "a", "[ab]", "ab"];
      const drivers = await Promise.all(names.map((namespace) => place.open({ namespace })));
      for (const [index, driver] of drivers.entries()) {
        await set(driver, `k${index}`, String(index));
        await driver.checkpoint(`c${index}`);
      }
      for (const [index, driver] of drivers.entries()) {
        assert.deepEqual(await driver.keys(), [`k${index}`]);
        assert.deepEqual(
          (await driver.checkpoints()).map(({ name }) => name),
          [`c${index}`],
        );
      }
      await drivers[2]!.fill(new Map(), []);
      assert.deepEqual(await drivers[3]!.keys(), ["k3"]);
      await Promise.all(drivers.map((driver) => driver.close()));
    },
  },
  {
    title: "a store that is not there is empty for those who read",
    durable: true,
    async run(place) {
      const driver = await place.open({ namespace: "nowhere", access: "read" });
      assert.deepEqual(await driver.keys(), []);
      assert.deepEqual(await driver.entries(), new Map());
      assert.deepEqual(await driver.checkpoints(), []);
      assert.equal(await driver.readCheckpoint("x"), undefined);
      await driver.close();
    },
  },
];
