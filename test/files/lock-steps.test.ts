/**
 * The steps of the lock as calls to the disk, in order: look, judge, claim, look again,
 * withdraw, clean up, hold, release. Whoever changes one of these lists changes the
 * protocol, and has to think about every process that may die between two lines.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import { acquireLock, type Lock } from "../../src/files/lock/lock.ts";
import { type Owner, ownFacts } from "../../src/files/lock/owner.ts";
import { failing, replaced, systemError, wrapped } from "./faults.ts";
import { makeProject, on, put, rejection, STATE } from "./project.ts";

const linux = process.platform === "linux";
const FOLDER = ".claude/.gate/locks/state.md";

let project: Project;
beforeEach(async () => {
  project = makeProject();
  (await tryLock()).release();
  rmSync(on(project, FOLDER), { recursive: true });
  mkdirSync(on(project, FOLDER));
});

const tryLock = (timeoutMs = 0): Promise<Lock> => acquireLock(project, STATE, { command: "gate save", timeoutMs });
const namesIn = (): string[] => readdirSync(on(project, FOLDER)).sort();
const noLinks = {
  linkSync: () => {
    throw systemError("EPERM", "link");
  },
};

function forge(owner: Partial<Owner> | string, generation = 1): void {
  const live = { id: "f00d", ...ownFacts(), command: "gate save", since: 0 };
  put(project, `${FOLDER}/${generation}`, typeof owner === "string" ? owner : JSON.stringify({ ...live, ...owner }));
}

function age(name: string, milliseconds: number): void {
  const time = new Date(Date.now() - milliseconds);
  utimesSync(on(project, `${FOLDER}/${name}`), time, time);
}

const VERBS: Readonly<Record<string, string>> = {
  openSync: "open",
  closeSync: "close",
  readSync: "read",
  writeSync: "write",
  fstatSync: "stat",
  lstatSync: "look at",
  linkSync: "link",
  unlinkSync: "remove",
  readdirSync: "list",
  ftruncateSync: "empty",
};

/** The calls that a step makes on the files of the lock folder; private names, which nobody can guess, are `own`. */
async function callsIn<T>(step: () => Promise<T>): Promise<{ readonly calls: readonly string[]; readonly result: T }> {
  const calls: string[] = [];
  const open = new Map<number, string>();
  const nameOf = (place: unknown): string =>
    (open.get(place as number) ?? String(place).replace(/.*\//, "")).replace(/^own-[0-9a-f]{16}$/, "own");
  const result = await wrapped((name, call, args) => {
    const of = String(args[0]);
    const isOurs = typeof args[0] === "number" ? open.has(args[0]) : /^\/proc\/self\/fd\/\d+\//.test(of);
    if (!isOurs || !(name in VERBS)) return call();
    const isMade = name === "openSync" && (Number(args[1]) & 0o100) !== 0;
    const second = name === "linkSync" ? ` to ${nameOf(args[1])}` : "";
    calls.push(`${isMade ? "make" : VERBS[name]} ${nameOf(args[0])}${second}`);
    const answer = call();
    if (name === "openSync") open.set(answer as number, nameOf(args[0]));
    if (name === "closeSync") open.delete(args[0] as number);
    return answer;
  }, step);
  return { calls, result };
}

const callsOfTaking = async (): Promise<readonly string[]> => {
  const { calls, result } = await callsIn(() => tryLock());
  result.release();
  return calls;
};

const CLAIM = ["make own", "write own", "stat own"];

describe.runIf(linux)("the calls", () => {
  test("of the first lock: look, claim, look again", async () => {
    expect(await callsOfTaking()).toEqual(["list .", ...CLAIM, "link own to 1", "remove own", "list ."]);
  });

  test("after a release: the generation before is looked at again, because it must not be gone", async () => {
    (await tryLock()).release();
    expect(await callsOfTaking()).toEqual(["list .", ...CLAIM, "link own to 2", "remove own", "list .", "look at 1"]);
  });

  test("of holding: the next generation first, ours after it", async () => {
    const lock = await tryLock();
    const { calls, result } = await callsIn(async () => lock.isHeld());
    expect([calls, result]).toEqual([["look at 2", "look at 1"], true]);
    lock.release();
    const after = await callsIn(async () => lock.isHeld());
    expect([after.calls, after.result]).toEqual([[], false]);
  });

  test("of a release: whether it is ours, then the mark, and nothing is removed", async () => {
    const lock = await tryLock();
    const { calls } = await callsIn(async () => lock.release());
    expect(calls).toEqual(["look at 2", "look at 1", "make 1.rel", "close 1.rel"]);
    expect((await callsIn(async () => lock.release())).calls).toEqual([]);
  });

  test("on a lock that somebody holds: its record, and nothing is written", async () => {
    forge({});
    const { calls } = await callsIn(() => rejection("LOCKED", tryLock()));
    expect(calls).toEqual(["list .", "open 1", "stat 1", "read 1", "read 1", "close 1"]);
  });

  test("behind a dead holder: it is passed over, not removed", async () => {
    forge({ start: ownFacts().start + 1 });
    expect(await callsOfTaking()).toEqual([
      ...["list .", "open 1", "stat 1", "read 1", "read 1", "close 1"],
      ...[...CLAIM, "link own to 2", "remove own", "list .", "look at 1"],
    ]);
    expect(namesIn()).toEqual(["1", "2", "2.rel"]);
  });

  test("on a torn record: whether there are links says whether it can be on its way", async () => {
    forge("{");
    const read = ["list .", "open 1", "stat 1", "read 1", "read 1", "close 1"];
    const probe = [...CLAIM, "link own to own", "remove own"];
    expect(await callsOfTaking()).toEqual([
      ...read,
      ...[...probe, "close own", "remove own"],
      ...[...CLAIM, "link own to 2", "remove own", "list .", "look at 1"],
    ]);
    forge("{", 3);
    const { calls } = await replaced(noLinks, async () => await callsIn(() => rejection("LOCKED", tryLock())));
    expect(calls).toEqual([...read.map((call) => call.replace("1", "3")), ...[...probe, "close own", "remove own"]]);
  });

  test("without links: the private file goes, and the generation is made in place", async () => {
    const { calls, result } = await replaced(noLinks, async () => await callsIn(() => tryLock()));
    expect(calls).toEqual([
      ...["list .", ...CLAIM, "link own to 1", "remove own", "close own"],
      ...["make 1", "write 1", "stat 1", "list ."],
    ]);
    const { calls: end } = await callsIn(async () => result.release());
    expect(end).toEqual(["look at 2", "look at 1", "make 1.rel", "close 1.rel"]);
  });

  test("of one that was quicker: the private file goes, and the folder is looked at anew", async () => {
    const link = system.linkSync;
    let isQuicker = true;
    const linkSync = ((from: string, to: string) => {
      if (isQuicker) {
        forge({});
        put(project, `${FOLDER}/1.rel`, "");
      }
      isQuicker = false;
      link(from, to);
    }) as typeof link;
    const { calls, result } = await replaced({ linkSync }, async () => await callsIn(() => tryLock(5000)));
    expect(result.token).toBe(2);
    result.release();
    expect(calls).toEqual([
      ...["list .", ...CLAIM, "link own to 1", "stat own", "remove own", "close own"],
      ...["list .", ...CLAIM, "link own to 2", "remove own", "list .", "look at 1"],
    ]);
  });

  test.each([
    ["a higher one rules", () => forge({}, 3)],
    ["the one before is gone", () => rmSync(on(project, `${FOLDER}/1`))],
  ])("of one that slept: %s, so the claim is withdrawn by a mark, and nothing is removed", async (_name, meanwhile) => {
    (await tryLock()).release();
    const link = system.linkSync;
    let slept = false;
    const linkSync = ((from: string, to: string) => {
      if (!slept) meanwhile();
      slept = true;
      link(from, to);
    }) as typeof link;
    const { calls } = await replaced({ linkSync }, async () => {
      return await callsIn(() => tryLock().catch((error: unknown) => expect(error).toMatchObject({ code: "LOCKED" })));
    });
    const again = _name.startsWith("a higher") ? [] : ["look at 1"];
    expect(calls).toEqual([
      ...["list .", ...CLAIM, "link own to 2", "remove own", "list .", ...again],
      ...["make 2.rel", "close 2.rel", "close own"],
    ]);
  });

  test("of a look again that fails: the claim is withdrawn all the same", async () => {
    const list = system.readdirSync;
    let lists = 0;
    const readdirSync = ((place: string) => {
      if (++lists === 2) throw systemError("EIO", "scandir");
      return list(place);
    }) as unknown as typeof list;
    const { calls } = await replaced({ readdirSync }, async () => await callsIn(() => rejection("IO", tryLock())));
    expect(calls).toEqual([
      "list .",
      ...CLAIM,
      "link own to 1",
      "remove own",
      "list .",
      ...["make 1.rel", "close 1.rel", "close own"],
    ]);
    expect(namesIn()).toEqual(["1", "1.rel"]);
  });

  test("of one that was passed over while it slept: it is told, though the claim after it was withdrawn", async () => {
    const sleeper = await tryLock();
    put(project, `${FOLDER}/1`, "{");
    const link = system.linkSync;
    const linkSync = ((from: string, to: string) => {
      link(from, to);
      if (to.endsWith("/2")) forge({}, 3);
    }) as typeof link;
    await replaced({ linkSync }, () => rejection("LOCKED", tryLock()));
    expect([namesIn().includes("3"), sleeper.isHeld()]).toEqual([true, false]);
    sleeper.release();
  });

  test("of one that dies where its look again failed: its number is nobody else's, so one gets the lock", async () => {
    const list = system.readdirSync;
    const open = system.openSync;
    const others: Promise<Lock | undefined>[] = [];
    const another = () => void others.push(tryLock().catch(() => undefined));
    let lists = 0;
    const readdirSync = ((place: string) => {
      if (++lists !== 2) return list(place);
      another();
      throw systemError("EIO", "scandir");
    }) as unknown as typeof list;
    // For those who ask, the first one is dead by now.
    const openSync = ((place: string, ...rest: [number]) =>
      open(place === `/proc/${process.pid}/stat` ? "/proc/1/stat" : place, ...rest)) as typeof open;
    const unlink = system.unlinkSync;
    const unlinkSync = ((place: string) => {
      unlink(place);
      if (place.endsWith("/1")) another();
    }) as typeof unlink;
    await replaced({ readdirSync, openSync, unlinkSync }, () => rejection("IO", tryLock()));
    const taken = (await Promise.all(others)).filter((lock) => lock !== undefined);
    expect(taken).toHaveLength(1);
    for (const lock of taken) lock.release();
  });

  test("of cleaning up: in ascending order, a record before its mark, 16 behind", async () => {
    for (let count = 0; count < 17; count++) (await tryLock()).release();
    put(project, `${FOLDER}/own-0123456789abcdef`, "{}");
    age("own-0123456789abcdef", 3_590_000);
    expect((await callsOfTaking()).slice(-4)).toEqual(["look at 17", "remove 2", "remove 2.rel", "look at own"]);
    expect(namesIn().filter((name) => !name.endsWith(".rel"))).toEqual([
      ...Array.from({ length: 16 }, (_, index) => String(index + 3)).sort(),
      "own-0123456789abcdef",
    ]);
    age("own-0123456789abcdef", 3_601_000);
    (await tryLock()).release();
    expect(namesIn().filter((name) => name.startsWith("own"))).toEqual([]);
  });

  test("of cleaning up where one stays: what comes after it stays too, or there would be a gap", async () => {
    for (let count = 0; count < 18; count++) (await tryLock()).release();
    for (const number of [1, 2]) put(project, `${FOLDER}/${number}`, "{}");
    const unlink = system.unlinkSync;
    const unlinkSync = ((place: string) => {
      if (place.endsWith("/1")) throw systemError("EACCES", "unlink");
      unlink(place);
    }) as typeof unlink;
    (await replaced({ unlinkSync }, () => tryLock())).release();
    expect(namesIn()).toEqual(expect.arrayContaining(["1", "2", "3", "4"]));
    // One that is gone already is no gap.
    const gone = ((place: string) => {
      if (place.endsWith("/1")) {
        unlink(place);
        throw systemError("ENOENT", "unlink");
      }
      unlink(place);
    }) as typeof unlink;
    (await replaced({ unlinkSync: gone }, () => tryLock())).release();
    expect(namesIn().filter((name) => /^[1-4]$/.test(name))).toEqual([]);
  });
});

describe("what was opened is closed", () => {
  const opened = () => readdirSync("/proc/self/fd").length;
  const behind = async (...holder: Parameters<typeof forge>) => {
    forge(...holder);
    return await tryLock();
  };
  const WAYS: Readonly<Record<string, () => Promise<Lock>>> = {
    free: () => tryLock(),
    "without links": () => replaced(noLinks, () => tryLock()),
    held: () => behind({}),
    dead: () => behind({ start: 1 }),
    torn: () => behind("{"),
    "torn, without links": () => replaced(noLinks, () => behind("{")),
    silent: async () => {
      forge({ host: "elsewhere" });
      age("1", 61_000);
      let time = 0;
      return await replaced({ monotonic: () => (time += 9000) }, () => tryLock(200_000));
    },
    exhausted: () => behind({}, 999_999_999_999_999),
    "where a folder is in the way": async () => {
      mkdirSync(on(project, `${FOLDER}/1`));
      return await tryLock();
    },
    lost: async () => {
      const lock = await tryLock();
      forge({}, 2);
      return lock;
    },
  };

  test.runIf(linux).each(Object.entries(WAYS))("%s", async (_name, way) => {
    const before = opened();
    const lock = await way().catch((error: unknown) => {
      expect(error).toBeInstanceOf(GateError);
    });
    lock?.release();
    expect(opened()).toBe(before);
    expect(namesIn().filter((name) => name.startsWith("own"))).toEqual([]);
  });

  test.runIf(linux).each(["EIO", "ENOSPC"])("%s at any call", async (code) => {
    const { calls } = await callsIn(() => tryLock());
    for (let index = 0; index < calls.length + 8; index++) {
      const before = opened();
      const lock = await failing(index, code, () => tryLock()).catch(() => undefined);
      lock?.release();
      expect(opened(), `call ${index}`).toBe(before);
    }
  });
});

describe("the record", () => {
  test("is one line, written whole by however many calls", async () => {
    const write = system.writeSync;
    const writeSync = ((descriptor: number, bytes: Uint8Array, offset: number, length: number, place: number) =>
      write(descriptor, bytes, offset, Math.min(length, 7), place)) as typeof write;
    const lock = await replaced({ writeSync }, () => tryLock());
    const text = readFileSync(on(project, `${FOLDER}/1`), "utf8");
    expect(text).toMatch(/^\{"id":"[0-9a-f]{16}","pid":\d+,.*"command":"gate save","since":\d+\}\n$/);
    expect(Math.abs(JSON.parse(text).since - Date.now())).toBeLessThan(60_000);
    lock.release();
  });

  test("and its mark may be read by all, and stays as it is when it is marked", async () => {
    const before = process.umask(0);
    try {
      const lock = await tryLock();
      const text = readFileSync(on(project, `${FOLDER}/1`), "utf8");
      lock.release();
      expect(readFileSync(on(project, `${FOLDER}/1`), "utf8")).toBe(text);
      (await replaced(noLinks, () => tryLock())).release();
    } finally {
      process.umask(before);
    }
    const modes = namesIn().map((name) => [name, system.statSync(on(project, `${FOLDER}/${name}`)).mode & 0o7777]);
    expect(modes).toEqual(["1", "1.rel", "2", "2.rel"].map((name) => [name, 0o644]));
  });

  test("that is not written whole is no lock", async () => {
    const write = system.writeSync;
    let left = 20;
    const writeSync = ((descriptor: number, bytes: Uint8Array, offset: number, length: number, place: number) => {
      const part = Math.min(length, left);
      left -= part;
      return part === 0 ? 0 : write(descriptor, bytes, offset, part, place);
    }) as typeof write;
    const error = await replaced({ writeSync }, () => rejection("IO", tryLock()));
    expect(error.message).toBe("Cannot lock .claude/state.md: not all of it arrived on the disk");
    expect(namesIn()).toEqual([]);
  });

  test("longer than 8 KiB is read in part, and so is torn", async () => {
    forge({ command: "x".repeat(9000) });
    const lock = await tryLock();
    expect(lock.token).toBe(2);
    lock.release();
  });

  test("of an overtaken holder is emptied when it gives up, that of its successor is not", async () => {
    const lock = await tryLock();
    forge({}, 2);
    lock.release();
    expect(readFileSync(on(project, `${FOLDER}/1`), "utf8")).toBe("");
    expect(readFileSync(on(project, `${FOLDER}/2`), "utf8")).not.toBe("");
    expect(namesIn()).toEqual(["1", "2"]);
  });

  test("is emptied where the mark cannot be made, and then is a dead one", async () => {
    const lock = await tryLock();
    writeFileSync(on(project, `${FOLDER}/1.rel`), "");
    lock.release();
    expect(readFileSync(on(project, `${FOLDER}/1`), "utf8")).toBe("");
  });
});
