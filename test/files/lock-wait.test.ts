/** Waiting for a lock: how long, how often, and what is said of the holder. In a time of its own, so that nobody waits. */
import { rmSync, utimesSync } from "node:fs";
import { hostname } from "node:os";
import { beforeEach, describe, expect, test } from "vitest";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import { acquireLock, type Lock, type LockOptions } from "../../src/files/lock/lock.ts";
import { type Owner, ownFacts } from "../../src/files/lock/owner.ts";
import { replaced, systemError, wrapped } from "./faults.ts";
import { makeProject, on, put, rejection, STATE } from "./project.ts";
import { waiting } from "./waiting.ts";

const FOLDER = ".claude/.gate/locks/state.md";

let project: Project;
beforeEach(() => {
  project = makeProject();
});

function forge(owner: Partial<Owner>): void {
  const live = { id: "f00d", ...ownFacts(), command: "gate save", since: Date.UTC(2024, 9, 23, 14, 30) };
  put(project, `${FOLDER}/1`, JSON.stringify({ ...live, ...owner }));
}

const wait = (options: Partial<LockOptions> = {}): Promise<Lock> =>
  acquireLock(project, STATE, { command: "gate save", ...options });
const locked = (options: Partial<LockOptions> = {}) => rejection("LOCKED", wait(options));
const throwing = (code: string, call: string) => () => {
  throw systemError(code, call);
};

describe("pauses", () => {
  test("grow by half from two milliseconds to twenty-five, and are cut by half at most", async () => {
    forge({});
    const whole = [2, 3, 4.5, 6.75, 10.125, 15.1875, 22.78125, 25, 25, 25];
    const { pauses } = await waiting(() => locked({ timeoutMs: 400 }), 0);
    expect(pauses.slice(0, 10)).toEqual(whole.map((pause) => pause / 2));
    const { pauses: longest } = await waiting(() => locked({ timeoutMs: 400 }));
    expect(longest.slice(0, 10).map((pause) => Number(pause.toFixed(9)))).toEqual(whole);
  });

  test.each([
    [0, 0],
    [1, 1],
    [77, 77],
    [undefined, 30_000],
  ])("come to an end with the time there is: of %s, %i milliseconds", async (timeoutMs, time) => {
    forge({});
    const waited = await waiting(() => locked({ timeoutMs }));
    expect(waited.time).toBeCloseTo(time, 6);
    expect(waited.pauses.every((pause) => pause > 0)).toBe(true);
  });

  test("end when the lock is free", async () => {
    forge({});
    const { time } = await waiting(async (since) => {
      const waitingFor = wait();
      while (since() < 100) await new Promise((resolve) => setImmediate(resolve));
      put(project, `${FOLDER}/1.rel`, "");
      const lock = await waitingFor;
      expect(lock.token).toBe(2);
      lock.release();
    });
    expect(time).toBeLessThan(30_000);
  });
});

describe("who waits", () => {
  test.each([
    [499, 0],
    [520, 1],
    [5000, 1],
  ])("%i milliseconds is told %i times", async (timeoutMs, times) => {
    forge({});
    const heard: string[] = [];
    let first = 0;
    await waiting((since) => {
      const onWait = (holder: string) => {
        first ||= since();
        heard.push(holder);
      };
      return locked({ timeoutMs, onWait });
    });
    const who = `process ${process.pid} (gate save) on ${hostname()} has held it since 2024-10-23T14:30:00Z`;
    expect(heard).toEqual(Array.from({ length: times }, () => who));
    if (times > 0) expect([first >= 500, first < 526]).toEqual([true, true]);
  });

  test("is told nothing of a holder whose record is gone when it is looked at", async () => {
    put(project, `${FOLDER}/1`, "{}");
    const heard: string[] = [];
    const { openSync } = system;
    const hiding = ((place: string, ...rest: [number]) =>
      openSync(place.endsWith("/1") ? `${place}.gone` : place, ...rest)) as typeof openSync;
    await waiting(() =>
      replaced({ openSync: hiding }, async () => {
        const error = await locked({ timeoutMs: 2000, onWait: (holder) => heard.push(holder) });
        expect(error.message).toBe("Cannot lock .claude/state.md: another process holds it");
        expect(error.hint).toMatch(/^Wait and try again; if no gate is running on any machine/);
      }),
    );
    expect(heard).toEqual([]);
  });

  test("asks a costly question only after a quarter of a second", async () => {
    forge({ boot: "" });
    const asked: number[] = [];
    await waiting((since) => {
      const ps = async () => {
        asked.push(since());
        return "";
      };
      return replaced({ platform: "darwin", probe: () => {}, ps }, () => locked({ timeoutMs: 400 }));
    });
    expect(asked[0]).toBeGreaterThan(250);
    expect(asked[0]).toBeLessThan(280);
    expect(asked.length).toBeGreaterThan(5);
  });
});

describe("a holder elsewhere", () => {
  const silentFor = (milliseconds: number) => {
    forge({ host: "elsewhere" });
    age(milliseconds);
  };
  const age = (milliseconds: number) => {
    const time = new Date(Date.now() - milliseconds);
    utimesSync(on(project, `${FOLDER}/1`), time, time);
  };
  /** How often a private file was made meanwhile, to ask the file system for its time. */
  const probing = async (step: () => Promise<unknown>): Promise<number> => {
    let probes = 0;
    await wrapped((name, call, args) => {
      if (name === "openSync" && /own-[0-9a-f]{16}$/.test(String(args[0]))) probes++;
      return call();
    }, step);
    return probes;
  };

  test.each([
    [61_000, 15_100, "taken"],
    [61_000, 14_900, "locked"],
    [58_000, 20_000, "locked"],
  ])("that was silent for %i ms and is watched for %i more is %s", async (silence, timeoutMs, end) => {
    silentFor(silence);
    const { time } = await waiting(async () => {
      if (end === "locked") return await locked({ timeoutMs });
      (await wait({ timeoutMs })).release();
    });
    expect(time).toBeGreaterThan(end === "locked" ? timeoutMs - 1 : 15_000);
    expect(time).toBeLessThan(end === "locked" ? timeoutMs + 1 : 15_026);
  });

  test("is asked about once a second, and not before it was watched for long", async () => {
    silentFor(1000);
    await waiting(async () => {
      expect(await probing(() => locked({ timeoutMs: 14_900 }))).toBe(0);
    });
    await waiting(async () => {
      expect(await probing(() => locked({ timeoutMs: 20_500 }))).toBe(6);
    });
  });

  test("that beats while it is watched is watched anew from there", async () => {
    silentFor(61_000);
    let beats = 0;
    await waiting(async (since) => {
      const held = locked({ timeoutMs: 29_000 });
      while (since() < 14_000) await new Promise((resolve) => setImmediate(resolve));
      beats++;
      age(60_500);
      await held;
    });
    expect(beats).toBe(1);
  });
});

describe("a record that is torn", () => {
  const linkSync = throwing("EPERM", "link");

  test.each([
    [9000, "locked"],
    [10_500, "taken"],
  ])("may be on its way where there are no links: of %i ms ago it is %s", async (milliseconds, end) => {
    put(project, `${FOLDER}/1`, "{");
    const time = new Date(Date.now() - milliseconds);
    utimesSync(on(project, `${FOLDER}/1`), time, time);
    await replaced({ linkSync }, async () => {
      if (end === "locked") await locked({ timeoutMs: 0 });
      else (await wait({ timeoutMs: 0 })).release();
    });
  });
});

describe("a folder that is removed", () => {
  test.each([1, 2])("before it is listed for the %i. time is made again", async (list) => {
    (await wait()).release();
    const { readdirSync } = system;
    let lists = 0;
    const removing = ((place: string) => {
      if (++lists === list) rmSync(on(project, ".claude/.gate"), { recursive: true });
      return readdirSync(place);
    }) as unknown as typeof readdirSync;
    const lock = await replaced({ readdirSync: removing }, () => wait({ timeoutMs: 1000 }));
    expect([lock.token, lock.isHeld()]).toEqual([1, true]);
    lock.release();
  });

  test("is not made where it is there: nothing beside it is looked at", async () => {
    (await wait()).release();
    const places: string[] = [];
    const lock = await wrapped(
      (_name, call, args) => {
        places.push(String(args[0]));
        return call();
      },
      () => wait(),
    );
    lock.release();
    expect(places.filter((place) => /\.gitignore|\.gate$/.test(place))).toEqual([]);
  });
});

describe("a holder is described", () => {
  const here = `on ${hostname()}`;
  const CASES: readonly (readonly [Partial<Owner>, string])[] = [
    [{}, `process ${process.pid} (gate save) ${here} has held it since 2024-10-23T14:30:00Z`],
    [{ command: "" }, `process ${process.pid} ${here} has held it since 2024-10-23T14:30:00Z`],
    [{ since: 0 }, `process ${process.pid} (gate save) ${here} has held it`],
    [{ since: -1 }, `process ${process.pid} (gate save) ${here} has held it`],
    [{ since: 8.64e15 }, `process ${process.pid} (gate save) ${here} has held it`],
    [{ since: 9e15 }, `process ${process.pid} (gate save) ${here} has held it`],
    [{ since: 1000 }, `process ${process.pid} (gate save) ${here} has held it since 1970-01-01T00:00:01Z`],
    [{ host: "", since: 0 }, `process ${process.pid} (gate save) has held it`],
    [{ pid: 1, start: 0, since: 0 }, `process 1 (gate save) ${here} has held it`],
    [{ pid: 0 }, "another process holds it"],
    [{ pid: -7 }, "another process holds it"],
  ];

  test.each(CASES)("%o: %s", async (owner, described) => {
    forge(owner);
    const error = await locked({ timeoutMs: 0 });
    expect(error.message).toBe(`Cannot lock .claude/state.md: ${described}`);
    const { pid = process.pid, host = hostname() } = owner;
    expect(error.hint).toBe(
      pid > 0 && host === hostname()
        ? `Wait and try again, or end process ${pid} if it hangs; if it is no gate, delete ${FOLDER}`
        : `Wait and try again; if no gate is running on any machine that uses this folder, delete ${FOLDER}`,
    );
  });

  test("and so is a folder that holds impossible numbers", async () => {
    put(project, `${FOLDER}/999999999999998`, "");
    put(project, `${FOLDER}/999999999999998.rel`, "");
    const last = await wait({ timeoutMs: 0 });
    expect(last.token).toBe(999_999_999_999_999);
    last.release();
    const error = await rejection("IO", wait({ timeoutMs: 0 }));
    expect(error.message).toBe("Cannot lock .claude/state.md: its lock folder holds impossible numbers");
    expect(error.hint).toBe(`Delete ${FOLDER} while no gate is running.`);
    expect(error.path).toBe(STATE);
  });
});

describe("at the end of the process", () => {
  const listeners = () => process.listenerCount("exit");
  /** Locks that other tests hold would keep the listener. */
  beforeEach(() => {
    for (const listener of process.listeners("exit")) if (listener.name === "releaseAll") listener.call(process, 0);
  });

  test("one listener is there for all locks that are held, and none without", async () => {
    const before = listeners();
    const [first, second] = [await wait(), await acquireLock(project, ".claude/work/7.md", { command: "x" })];
    expect(listeners()).toBe(before + 1);
    first.release();
    expect(listeners()).toBe(before + 1);
    second.release();
    expect(listeners()).toBe(before);
    const third = await wait();
    expect(listeners()).toBe(before + 1);
    third.release();
    expect(listeners()).toBe(before);
  });

  test("it releases each of them", async () => {
    const earlier = new Set(process.listeners("exit"));
    const locks = [await wait(), await acquireLock(project, ".claude/work/7.md", { command: "x" })];
    const added = process.listeners("exit").filter((listener) => !earlier.has(listener));
    for (const listener of added) listener.call(process, 0);
    for (const lock of locks) expect(lock.isHeld()).toBe(false);
    expect((await wait({ timeoutMs: 0 })).token).toBe(2);
    expect((await acquireLock(project, ".claude/work/7.md", { command: "x", timeoutMs: 0 })).token).toBe(2);
    for (const listener of process.listeners("exit").filter((one) => !earlier.has(one))) listener.call(process, 0);
  });

  test("a release throws nothing, whatever has become of the folder", async () => {
    const lock = await wait();
    rmSync(on(project, ".claude"), { recursive: true });
    expect(() => lock.release()).not.toThrow();
    expect(lock.isHeld()).toBe(false);
  });
});
