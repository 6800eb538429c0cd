/** The queue before a lock: who waits gets it, in the order of waiting, and who does not come holds nobody up. */
import { readdirSync, unlinkSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import type { Project } from "../../src/files/guard/project.ts";
import { acquireLock, type Lock } from "../../src/files/lock/lock.ts";
import { ownFacts } from "../../src/files/lock/owner.ts";
import { systemError, wrapped } from "./faults.ts";
import { makeProject, on, put, rejection, STATE } from "./project.ts";
import { waiting } from "./waiting.ts";

const FOLDER = ".claude/.gate/locks/state.md";

let project: Project;
beforeEach(() => {
  project = makeProject();
});

const lock = (command: string, timeoutMs?: number): Promise<Lock> =>
  acquireLock(project, STATE, { command, ...(timeoutMs !== undefined && { timeoutMs }) });
const tickets = () => readdirSync(on(project, FOLDER)).filter((name) => name.endsWith(".wait"));
const owner = (more: object = {}) =>
  JSON.stringify({ id: "f00d", ...ownFacts(), command: "gate save", since: 0, ...more });
/** Somebody else queues up. */
const queue = (number: number, record: string) => {
  put(project, `${FOLDER}/${number}-${"0".repeat(15)}${number}.wait`, record);
};
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

test("who waits gets the lock in the order in which they came, before who comes later", async () => {
  const held = await lock("first");
  const order: number[] = [];
  await waiting(async () => {
    const all: Promise<void>[] = [];
    for (let index = 0; index < 8; index++) {
      all.push(
        lock(`waits ${index}`).then((got) => {
          order.push(index);
          got.release();
        }),
      );
      await until(() => tickets().length === index + 1);
    }
    held.release();
    // There is a lock that is free, and eight who wait for it.
    await rejection("LOCKED", lock("in between", 0));
    await Promise.all(all);
  });
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(tickets()).toEqual([]);
});

test("a lock that is free and that nobody waits for is taken without a ticket", async () => {
  const made: string[] = [];
  const got = await wrapped(
    (name, call, args) => {
      if (name === "openSync" && String(args[0]).endsWith(".wait")) made.push(String(args[0]));
      return call();
    },
    () => lock("alone"),
  );
  got.release();
  expect(made).toEqual([]);
});

describe("who does not come", () => {
  const alive = owner();
  test.each([
    ["dead", [owner({ start: 1 })], 0],
    ["dead, several", [owner({ start: 1 }), owner({ start: 2 }), owner({ start: 3 })], 0],
    ["stopped", [alive], 500],
    ["stopped, two of them", [alive, alive], 1000],
    ["of another machine", [owner({ host: "elsewhere" })], 500],
    ["torn by a power cut", [""], 500],
  ])("%s: is passed over", async (_what, records, least) => {
    (await lock("before")).release();
    for (const [index, record] of records.entries()) queue(index + 1, record);
    const { time } = await waiting(async () => {
      (await lock("waits")).release();
    });
    expect(time).toBeGreaterThan(least - 1);
    expect(time).toBeLessThan(least + 60);
    expect(tickets()).toEqual([]);
  });

  test("holds only those up who may wait", async () => {
    (await lock("before")).release();
    queue(1, owner({ start: 1 }));
    (await lock("does not wait", 0)).release();
    queue(1, alive);
    await waiting(() => rejection("LOCKED", lock("does not wait", 0)));
    expect(tickets()).toHaveLength(1);
  });

  test("queues up again behind the others", async () => {
    const held = await lock("first");
    await waiting(async () => {
      const late = lock("comes back");
      await until(() => tickets().length === 1);
      // Somebody has passed it over, and its place is another's.
      const [ticket = ""] = tickets();
      unlinkSync(on(project, `${FOLDER}/${ticket}`));
      queue(1, alive);
      await until(() => tickets().length === 2);
      expect(tickets().sort()[1]).toMatch(/^2-/);
      held.release();
      (await late).release();
    });
    expect(tickets()).toEqual([]);
  });
});

test("who gives up leaves the queue", async () => {
  const held = await lock("first");
  await waiting(() => rejection("LOCKED", lock("gives up", 300)));
  expect(tickets()).toEqual([]);
  held.release();
});

test.each(["ENOSPC", "EACCES", "EROFS"])("without a ticket (%s) the lock is had all the same", async (code) => {
  const held = await lock("first");
  await waiting(async () => {
    const got = wrapped(
      (name, call, args) => {
        if (name === "openSync" && String(args[0]).endsWith(".wait")) throw systemError(code, "open");
        return call();
      },
      async () => {
        const waits = lock("waits");
        await new Promise((resolve) => setTimeout(resolve, 100));
        held.release();
        (await waits).release();
      },
    );
    await got;
  });
  expect(tickets()).toEqual([]);
});
