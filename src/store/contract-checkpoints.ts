/** The rules of the contract that are about checkpoints, and about replacing everything. */
import assert from "node:assert/strict";
import { type Case, CONTRACT_TIME, codeOf, plain, set, sets, TIME } from "./contract-steps.ts";
import type { Entries } from "./driver.ts";
import { automaticName } from "./names.ts";

export const CHECKPOINT_CASES: readonly Case[] = [
  {
    title: "a checkpoint is a picture; restoring makes the store exactly it and keeps what was",
    durable: false,
    async run(place) {
      const driver = await place.open();
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
      assert.deepEqual(plain((await driver.readCheckpoint("one"))!.entries), { "key a": "1", "key b": "2" });
      const before = automaticName("before-restore", CONTRACT_TIME);
      await driver.restore("one", before);
      assert.deepEqual(plain(await driver.entries()), { "key a": "1", "key b": "2" });
      assert.equal((await driver.get(["a"])).get("a")?.timestamp, TIME);
      assert.deepEqual(
        (await driver.checkpoints()).map(({ keys }) => keys),
        [2, 2],
      );
      await driver.restore(before, automaticName("before-restore", CONTRACT_TIME + 1));
      assert.deepEqual(plain(await driver.entries()), { "key a": "9", "key later": "3" });
      await driver.close();
    },
  },
  {
    title: "a checkpoint of nothing is one",
    durable: false,
    async run(place) {
      const driver = await place.open();
      await driver.checkpoint("empty");
      await set(driver, "a", "1");
      await driver.restore("empty", "before");
      assert.deepEqual(await driver.keys(), []);
      assert.deepEqual(plain((await driver.readCheckpoint("before"))!.entries), { "key a": "1" });
      await driver.close();
    },
  },
  {
    title: "names of checkpoints are not taken twice, and unknown ones are not found",
    durable: false,
    async run(place) {
      const driver = await place.open();
      await set(driver, "a", "1");
      await driver.checkpoint("one");
      await set(driver, "a", "2");
      assert.equal(await codeOf(driver.checkpoint("one")), "CONFLICT");
      assert.equal(await codeOf(driver.restore("one", "one")), "CONFLICT");
      assert.equal((await driver.get(["a"])).get("a")?.value, "2");
      await driver.checkpoint("one", { replace: true });
      assert.deepEqual(plain((await driver.readCheckpoint("one"))!.entries), { "key a": "2" });
      assert.equal(await driver.readCheckpoint("two"), undefined);
      assert.equal(await codeOf(driver.restore("two", "before")), "NOT_FOUND");
      assert.deepEqual(
        (await driver.checkpoints()).map((each) => each.name),
        ["one"],
      );
      await driver.close();
    },
  },
  {
    title: "the newest 50 automatic checkpoints are kept, and all that have a name",
    durable: false,
    async run(place) {
      const driver = await place.open();
      await driver.checkpoint("mine");
      const names = Array.from({ length: 53 }, (_, index) =>
        automaticName(index % 2 ? "auto" : "before-restore", CONTRACT_TIME + index),
      );
      for (const name of names) await driver.checkpoint(name);
      const kept = (await driver.checkpoints()).map((each) => each.name);
      assert.deepEqual(new Set(kept), new Set(["mine", ...names.slice(3)]));
      assert.deepEqual(
        kept.filter((name) => name !== "mine"),
        names.slice(3).reverse(),
      );
      await driver.close();
    },
  },
  {
    title: "checkpoints are removed, but for one that was replaced since it was listed",
    durable: false,
    async run(place) {
      const driver = await place.open();
      await set(driver, "a", "1");
      for (const name of ["one", "two"]) await driver.checkpoint(name);
      const [listed] = (await driver.checkpoints()).filter(({ name }) => name === "one");
      await driver.forget([{ name: "two", createdAt: "2020-01-01T00:00:00Z" }]);
      assert.equal((await driver.checkpoints()).length, 2);
      await driver.forget([listed!, { name: "three", createdAt: TIME }]);
      assert.deepEqual(
        (await driver.checkpoints()).map(({ name }) => name),
        ["two"],
      );
      assert.deepEqual(plain(await driver.entries()), { "key a": "1" });
      await driver.close();
    },
  },
  {
    title: "filling makes it exactly what is given, clearing empties it",
    durable: false,
    async run(place) {
      const driver = await place.open();
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
      assert.deepEqual(await driver.keys(), ["10", "__proto__"]);
      for (const [key, entry] of entries) {
        assert.equal(found.get(key)?.value, entry.value);
        assert.equal(found.get(key)?.timestamp, entry.timestamp);
      }
      assert.deepEqual(
        (await driver.checkpoints()).map(({ name, keys }) => [name, keys]),
        [["kept", 1]],
      );
      assert.deepEqual(plain((await driver.readCheckpoint("kept"))!.entries), { "key 10": '{"b":1,"a":2}' });
      await driver.fill(new Map(), []);
      assert.deepEqual(await driver.keys(), []);
      assert.deepEqual(await driver.checkpoints(), []);
      await driver.close();
    },
  },
  {
    title: "many keys in one step",
    durable: false,
    async run(place) {
      const driver = await place.open();
      const many = new Map(Array.from({ length: 3000 }, (_, index) => [`key-${index}`, String(index)]));
      await driver.update([], sets(many));
      assert.equal((await driver.keys()).length, 3000);
      await driver.checkpoint("many");
      await driver.update([], () => ({ writes: new Map([["key-7", undefined]]), result: 0 }));
      await driver.restore("many", "before");
      assert.equal((await driver.entries()).size, 3000);
      await driver.close();
    },
  },
];
