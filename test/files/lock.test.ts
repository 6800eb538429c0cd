import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { hostname } from "node:os";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import { acquireLock, type Lock } from "../../src/files/lock/lock.ts";
import { lifeOf, type Owner, ownFacts, parseOwner } from "../../src/files/lock/owner.ts";
import { failing, replaced, systemError, wrapped } from "./faults.ts";
import { start, useProcesses } from "./processes.ts";
import { makeProject, on, put, rejection, STATE } from "./project.ts";

useProcesses();

const linux = process.platform === "linux";
const FOLDER = ".claude/.gate/locks/state.md";

let project: Project;
beforeEach(() => {
  project = makeProject();
});

const namesIn = (folder = FOLDER): string[] => readdirSync(on(project, folder)).sort();
const tryLock = (timeoutMs = 100, document = STATE): Promise<Lock> =>
  acquireLock(project, document, { command: "gate save", timeoutMs });

/** A lock file as another process would have left it. */
function forge(owner: Partial<Owner> | string, generation = 1): void {
  const text = typeof owner === "string" ? owner : JSON.stringify({ ...live(), ...owner });
  put(project, `${FOLDER}/${generation}`, text);
}

/** A record of this very process, which lives. */
function live(): Owner {
  return { id: "f00d", ...ownFacts(), command: "gate save", since: Date.UTC(2024, 9, 23, 14, 30) };
}

/** A pid that nobody has. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "close");
  return child.pid!;
}

async function takenOver(): Promise<void> {
  const began = performance.now();
  const lock = await tryLock(3000);
  expect(lock.isHeld()).toBe(true);
  expect(performance.now() - began).toBeLessThan(1000);
  lock.release();
}

describe("a lock", () => {
  test("is a number that grows, with its owner in it", async () => {
    const first = await tryLock();
    expect(first).toMatchObject({ token: 1, document: STATE });
    expect(namesIn()).toEqual(["1"]);
    const owner = JSON.parse(readFileSync(on(project, `${FOLDER}/1`), "utf8"));
    expect(owner).toMatchObject({ pid: process.pid, host: hostname(), command: "gate save" });
    expect(owner.id).toMatch(/^[0-9a-f]{16}$/);
    if (linux) {
      expect(owner.start).toBeGreaterThan(0);
      expect(owner.boot).toBe(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
      expect(owner.namespace).toMatch(/^pid:\[\d+\] time:\[\d+\]$/);
    }
    first.release();
    expect(namesIn()).toEqual(["1", "1.rel"]);
    const second = await tryLock();
    expect(second.token).toBe(2);
    second.release();
  });

  test("is held until it is released, and released once", async () => {
    const lock = await tryLock();
    expect(lock.isHeld()).toBe(true);
    lock.release();
    expect(lock.isHeld()).toBe(false);
    const next = await tryLock();
    lock.release();
    expect(next.isHeld()).toBe(true);
    next.release();
  });

  test("excludes another taker in the same process until it is released", async () => {
    const first = await tryLock();
    await rejection("LOCKED", tryLock(60));
    const waiting = tryLock(5000);
    setTimeout(() => first.release(), 30);
    const second = await waiting;
    expect(second.token).toBe(2);
    second.release();
  });

  test("excludes another copy of the module in the same process", async () => {
    const lock = await tryLock();
    vi.resetModules();
    const copy = (await import("../../src/files/lock/lock.ts")) as typeof import("../../src/files/lock/lock.ts");
    expect(copy.acquireLock).not.toBe(acquireLock);
    const error = await copy.acquireLock(project, STATE, { command: "copy", timeoutMs: 50 }).catch((thrown) => thrown);
    expect(error.code).toBe("LOCKED");
    lock.release();
    const own = await copy.acquireLock(project, STATE, { command: "copy" });
    await rejection("LOCKED", tryLock(50));
    own.release();
  });

  test("is per document", async () => {
    const documents = [STATE, ".claude/work/42.md", ".claude/work/43.md", ".claude/archive/42.md"];
    const locks = await Promise.all(documents.map((document) => tryLock(100, document)));
    expect(namesIn(".claude/.gate/locks")).toEqual(["archive__42.md", "state.md", "work__42.md", "work__43.md"]);
    for (const lock of locks) lock.release();
  });

  test("of a document with a very long name has a folder too", async () => {
    const document = `.claude/state/${"n".repeat(120)}/${"k".repeat(120)}`;
    const lock = await tryLock(100, document);
    const [name = ""] = namesIn(".claude/.gate/locks");
    expect(Buffer.byteLength(name)).toBeLessThan(200);
    lock.release();
  });

  test("20 takers in one process each have it alone", async () => {
    let inside = 0;
    const tokens = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const lock = await tryLock(20_000);
        expect(++inside).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        inside--;
        lock.release();
        return lock.token;
      }),
    );
    expect(tokens.sort((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test("keeps its folder out of git, and the last 16 numbers", async () => {
    for (let count = 0; count < 40; count++) (await tryLock()).release();
    expect(readFileSync(on(project, ".claude/.gate/.gitignore"), "utf8")).toBe("*\n");
    const kept = Array.from({ length: 16 }, (_, index) => 25 + index).flatMap((number) => [
      `${number}`,
      `${number}.rel`,
    ]);
    expect(namesIn()).toEqual(kept.sort());
  });

  test.each(["../state.md", "state.md/..", ".claude/a\0b", "/etc/passwd", "", ".claude/work/"])(
    "refuses the document %j",
    async (path) => {
      await rejection("UNSAFE_PATH", tryLock(50, path));
    },
  );
});

describe("one who waits", () => {
  test("is told who holds it", async () => {
    forge({});
    const error = await rejection("LOCKED", tryLock(50));
    expect(error.message).toBe(
      `Cannot lock .claude/state.md: process ${process.pid} (gate save) on ${hostname()} has held it since 2024-10-23T14:30:00Z`,
    );
    expect(error.path).toBe(STATE);
    expect(error.hint).toContain(`end process ${process.pid}`);
    expect(error.hint).toContain(FOLDER);
  });

  test("hears of a long wait once", async () => {
    forge({});
    const onWait = vi.fn();
    await rejection("LOCKED", acquireLock(project, STATE, { command: "x", timeoutMs: 2000, onWait }));
    expect(onWait.mock.calls).toEqual([[expect.stringContaining(`process ${process.pid} (gate save)`)]]);
  });

  test("hears nothing of a short one", async () => {
    forge({});
    const onWait = vi.fn();
    await rejection("LOCKED", acquireLock(project, STATE, { command: "x", timeoutMs: 60, onWait }));
    expect(onWait).not.toHaveBeenCalled();
  });

  test("is not fooled by what a record says on a terminal", async () => {
    forge({ command: "\u001b[2J\u202egate", host: ownFacts().host });
    const error = await rejection("LOCKED", tryLock(30));
    expect(error.message).toContain("\\u{1b}[2J\\u{202e}gate");
  });

  test("does not wait without time, and looks once", async () => {
    forge({});
    const began = performance.now();
    await rejection("LOCKED", tryLock(0));
    expect(performance.now() - began).toBeLessThan(200);
  });
});

describe("a dead holder", () => {
  test("killed with SIGKILL is passed over in less than a second", async () => {
    const holder = start("hold", { root: project.root, path: STATE });
    expect(await holder.next()).toEqual({ token: 1 });
    await rejection("LOCKED", tryLock(100));
    const waiting = tryLock(5000);
    const killed = performance.now();
    holder.child.kill("SIGKILL");
    const lock = await waiting;
    expect(performance.now() - killed).toBeLessThan(1000);
    expect(lock.token).toBe(2);
    lock.release();
    await holder.ended;
  });

  test("that exits in the middle releases on its way out", async () => {
    const leaver = start("leave", { root: project.root, path: STATE });
    expect(await leaver.next()).toEqual({ token: 1 });
    expect((await leaver.ended).code).toBe(0);
    expect(namesIn()).toEqual(["1", "1.rel"]);
    await takenOver();
  });

  test.runIf(linux)("nobody has waited for is a zombie", async () => {
    // The child outlives the shell, whose place is taken by a program that never waits for it.
    const parent = spawn("bash", ["-c", "sleep 0.3 & echo $!; exec sleep 20"], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const pid = Number(String((await once(parent.stdout!, "data"))[0]).trim());
      await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, "utf8")).toContain(") Z "), 2000);
      const start = Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[19]);
      forge({ pid, start });
      await takenOver();
    } finally {
      parent.kill("SIGKILL");
    }
  });

  test("whose pid nobody has", async () => {
    forge({ pid: await deadPid() });
    await takenOver();
  });

  test.runIf(linux)("whose pid another process has", async () => {
    forge({ start: live().start + 1 });
    await takenOver();
  });

  test.runIf(linux)("before the machine was started again", async () => {
    forge({ boot: "11111111-2222-3333-4444-555555555555", pid: 1 });
    await takenOver();
  });

  test.each([
    ["torn record", '{"id":"f00d","pid":1'],
    ["empty record", ""],
    ["record of zeros", "\0".repeat(200)],
    ["number", "42"],
  ])("a %s comes from a power cut", async (_name, text) => {
    forge(text);
    await takenOver();
  });

  test.each(["link", "folder"])("a %s in place of the record was no holder", async (kind) => {
    mkdirSync(on(project, FOLDER), { recursive: true });
    if (kind === "link") symlinkSync("nowhere", on(project, `${FOLDER}/1`));
    else mkdirSync(on(project, `${FOLDER}/1`));
    await takenOver();
    expect(namesIn()).toContain("2");
  });
});

describe("a holder that may live", () => {
  test("stopped with SIGSTOP is never robbed, and goes on holding afterwards", async () => {
    const holder = start("hold", { root: project.root, path: STATE });
    await holder.next();
    holder.child.kill("SIGSTOP");
    const error = await rejection("LOCKED", tryLock(600));
    expect(error.message).toContain(`process ${holder.child.pid} (hold)`);
    holder.child.kill("SIGCONT");
    await rejection("LOCKED", tryLock(100));
    holder.child.stdin?.write("\n");
    expect((await holder.ended).said.at(-1)?.["result"]).toEqual({ held: true });
    await takenOver();
  });

  test("a right start time is waited for", async () => {
    forge({});
    await rejection("LOCKED", tryLock(60));
  });

  test("an unknown start time is waited for", async () => {
    forge({ start: 0 });
    await rejection("LOCKED", tryLock(60));
  });

  test("a record that may not be read is waited for", async () => {
    forge({ pid: await deadPid() });
    const open = system.openSync;
    const openSync = ((path: string, ...rest: [number, number]) => {
      if (path.endsWith("/1")) throw systemError("EACCES", "open");
      return open(path, ...rest);
    }) as typeof open;
    const error = await replaced({ openSync }, () => rejection("LOCKED", tryLock(60)));
    expect(error.message).toContain("another process holds it");
  });

  test("a process of another user is waited for", async () => {
    forge({ pid: await deadPid() });
    const probe = () => {
      throw systemError("EPERM", "kill");
    };
    await replaced({ probe }, () => rejection("LOCKED", tryLock(60)));
  });

  test.each([
    ["host", { host: "elsewhere" }],
    ["machine of the same name", { machine: "00000000" }],
    ["pid namespace", { namespace: "pid:[1] time:[1]" }],
    ["kind of record", { pid: 0 }],
  ])("on another %s is not judged by its pid", async (_name, other) => {
    forge({ pid: 2 ** 22, ...other });
    const error = await rejection("LOCKED", tryLock(60));
    expect(error.hint).toContain(FOLDER);
  });
});

describe("a heartbeat", () => {
  /** Time runs two hundred times faster for the waiting, not for the disk. */
  const fast = { monotonic: () => performance.now() * 200 };
  const beatAt = (msAgo: number) => {
    const time = new Date(Date.now() - msAgo);
    utimesSync(on(project, `${FOLDER}/1`), time, time);
  };

  test("that stopped a minute ago, and stays away while we watch, is a death elsewhere", async () => {
    forge({ host: "elsewhere" });
    beatAt(61_000);
    const lock = await replaced(fast, () => tryLock(200_000));
    expect(lock.token).toBe(2);
    lock.release();
  });

  test("that stopped a minute ago is not enough at first sight: after a suspend all clocks jump", async () => {
    forge({ host: "elsewhere" });
    beatAt(3_600_000);
    await rejection("LOCKED", tryLock(300));
  });

  test("that comes again while we watch is a life", async () => {
    forge({ host: "elsewhere" });
    beatAt(3_600_000);
    // Between any two looks, however long this process is held up.
    const monotonic = () => {
      beatAt(3_600_000 - performance.now());
      return fast.monotonic();
    };
    await replaced({ monotonic }, () => rejection("LOCKED", tryLock(60_000)));
  });

  test.each([0, 50_000, -3_600_000])("of %i ms ago is fresh, however long we watch", async (age) => {
    forge({ host: "elsewhere" });
    beatAt(age);
    await replaced(fast, () => rejection("LOCKED", tryLock(100_000)));
    expect(namesIn().filter((name) => name.startsWith("own-"))).toEqual([]);
  });

  test("is given every ten seconds, by the clock of the file system", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const lock = await tryLock();
      const before = readFileSync(on(project, `${FOLDER}/1`), "utf8");
      const age = () => Date.now() - (system.statSync(on(project, `${FOLDER}/1`)).mtimeMs ?? 0);
      beatAt(30_000);
      vi.advanceTimersByTime(9_000);
      expect(age()).toBeGreaterThan(20_000);
      vi.advanceTimersByTime(2_000);
      expect(age()).toBeLessThan(5_000);
      expect(readFileSync(on(project, `${FOLDER}/1`), "utf8")).toBe(before);
      const writeSync = () => {
        throw systemError("EIO", "write");
      };
      replaced({ writeSync }, () => vi.advanceTimersByTime(20_000));
      expect(lock.isHeld()).toBe(true);
      lock.release();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a holder that was overtaken", () => {
  test.each([
    ["a higher number", () => forge({}, 2)],
    ["its file is gone", () => rmSync(on(project, `${FOLDER}/1`))],
    ["the folder is gone", () => rmSync(on(project, ".claude/.gate"), { recursive: true })],
    [
      "another file has its number",
      () => {
        renameSync(on(project, `${FOLDER}/1`), on(project, `${FOLDER}/moved`));
        forge({});
      },
    ],
  ])("finds out: %s", async (_name, overtake) => {
    const lock = await tryLock();
    overtake();
    expect(lock.isHeld()).toBe(false);
    lock.release();
    expect(existsSync(on(project, `${FOLDER}/1.rel`))).toBe(false);
  });

  test("and one that slept between looking and linking withdraws", async () => {
    for (let count = 0; count < 3; count++) (await tryLock()).release();
    const link = system.linkSync;
    let slept = false;
    const linkSync = ((from: string, to: string) => {
      if (!slept) {
        // Meanwhile twenty others came and went, and number 4 was cleaned up behind them.
        slept = true;
        for (let number = 1; number <= 3; number++) rmSync(on(project, `${FOLDER}/${number}`), { force: true });
        forge({}, 24);
        put(project, `${FOLDER}/24.rel`, "");
      }
      link(from, to);
    }) as typeof link;
    const lock = await replaced({ linkSync }, () => tryLock(1000));
    expect(lock.token).toBe(25);
    expect(namesIn().filter((name) => /^\d+$/.test(name))).toEqual(["24", "25"]);
    lock.release();
  });

  test("a look that fails proves nothing, so it counts as lost", async () => {
    const lock = await tryLock();
    const lstatSync = (() => {
      throw systemError("EIO", "lstat");
    }) as unknown as typeof system.lstatSync;
    expect(replaced({ lstatSync }, () => lock.isHeld())).toBe(false);
    expect(lock.isHeld()).toBe(true);
    lock.release();
  });
});

describe("without links", () => {
  const linkSync = () => {
    throw systemError("EPERM", "link");
  };

  test("the number is taken by making it", async () => {
    await replaced({ linkSync }, async () => {
      const first = await tryLock();
      await rejection("LOCKED", tryLock(50));
      expect(namesIn()).toEqual(["1"]);
      first.release();
      const second = await tryLock();
      expect(second.token).toBe(2);
      second.release();
    });
  });

  test("an unfinished record is waited for, until nobody can be writing it any more", async () => {
    await replaced({ linkSync }, async () => {
      forge("");
      await rejection("LOCKED", tryLock(60));
      const past = new Date(Date.now() - 11_000);
      utimesSync(on(project, `${FOLDER}/1`), past, past);
      await takenOver();
    });
  });

  test("two who make the same number: one is too late", async () => {
    const open = system.openSync;
    let late = true;
    const openSync = ((path: string, flags: number, mode: number) => {
      if (late && /\/1$/.test(path) && mode !== undefined) {
        late = false;
        forge({});
        put(project, `${FOLDER}/1.rel`, "");
      }
      return open(path, flags, mode);
    }) as typeof open;
    const lock = await replaced({ linkSync, openSync }, () => tryLock(1000));
    expect(lock.token).toBe(2);
    lock.release();
  });

  test("a record that cannot be written leaves no number behind", async () => {
    await replaced({ linkSync }, async () => {
      let writes = 0;
      const write = system.writeSync;
      const writeSync = ((...args: Parameters<typeof write>) => {
        if (++writes === 2) throw systemError("ENOSPC", "write");
        return write(...args);
      }) as typeof write;
      (await tryLock()).release();
      await replaced({ writeSync }, () => rejection("IO", tryLock()));
      expect(namesIn()).toEqual(["1", "1.rel"]);
    });
  });
});

describe("when the disk fails", () => {
  test("a link made whose answer was lost is a lock all the same", async () => {
    const link = system.linkSync;
    const linkSync = ((from: string, to: string) => {
      link(from, to);
      throw systemError("EEXIST", "link");
    }) as typeof link;
    const lock = await replaced({ linkSync }, () => tryLock());
    expect(lock.token).toBe(1);
    expect(lock.isHeld()).toBe(true);
    lock.release();
  });

  test("a release that cannot make its mark empties the record instead", async () => {
    const lock = await tryLock();
    const open = system.openSync;
    const openSync = ((path: string, ...rest: [number, number]) => {
      if (path.endsWith(".rel")) throw systemError("ENOSPC", "open");
      return open(path, ...rest);
    }) as typeof open;
    replaced({ openSync }, () => lock.release());
    expect(namesIn()).toEqual(["1"]);
    await takenOver();
  });

  test.each(["ENOSPC", "EIO", "EACCES", "EMFILE"])("%s at every call: no lock that nobody has", async (code) => {
    (await tryLock()).release();
    let calls = 0;
    const count = (_name: string, call: () => unknown) => {
      calls++;
      return call();
    };
    (await wrapped(count, () => tryLock())).release();
    expect(calls).toBeGreaterThan(8);
    for (let index = 0; index < calls; index++) {
      project = makeProject();
      (await tryLock()).release();
      let lock: Lock | undefined;
      try {
        lock = await failing(index, code, () => tryLock(30));
      } catch (error) {
        expect(["IO", "LOCKED"]).toContain((error as { code: string }).code);
      }
      if (lock !== undefined) {
        await rejection("LOCKED", tryLock(10));
        lock.release();
      }
      (await tryLock(0)).release();
    }
  });

  test("the folder removed while waiting is made again", async () => {
    forge({});
    setTimeout(() => rmSync(on(project, ".claude/.gate"), { recursive: true }), 40);
    const lock = await tryLock(3000);
    expect(lock.token).toBe(1);
    expect(readFileSync(on(project, ".claude/.gate/.gitignore"), "utf8")).toBe("*\n");
    lock.release();
  });

  test("impossible numbers are damage, not a way to two holders", async () => {
    forge({}, 999_999_999_999_999);
    put(project, `${FOLDER}/999999999999999.rel`, "");
    const error = await rejection("IO", tryLock());
    expect(error.hint).toContain(FOLDER);
  });

  test.each(["0", "01", "-1", "1e3", "9999999999999999", "x.rel", "1.5"])(
    "a stray file %s is no number",
    async (name) => {
      put(project, `${FOLDER}/${name}`, "{}");
      const lock = await tryLock();
      expect(lock.token).toBe(1);
      lock.release();
    },
  );

  test("private files of the dead go after an hour", async () => {
    const old = `${FOLDER}/own-0123456789abcdef`;
    const young = `${FOLDER}/own-fedcba9876543210`;
    for (const path of [old, young]) put(project, path, "{}");
    const past = new Date(Date.now() - 3_700_000);
    utimesSync(on(project, old), past, past);
    (await tryLock()).release();
    expect(namesIn()).toEqual(["1", "1.rel", "own-fedcba9876543210"]);
  });
});

test("a link to a folder outside is not followed", async () => {
  const outside = makeProject();
  mkdirSync(on(project, ".claude/.gate"));
  symlinkSync(outside.root, on(project, ".claude/.gate/locks"));
  await rejection("UNSAFE_PATH", tryLock());
  expect(readdirSync(outside.root)).toEqual([".claude"]);
});

describe("the life of a holder", () => {
  const there = () => {};
  const gone = () => {
    throw systemError("ESRCH", "kill");
  };

  test("a record reads back as it was written", () => {
    expect(parseOwner(JSON.stringify(live()))).toEqual(live());
    expect(parseOwner("null")).toBeUndefined();
    expect(parseOwner("")).toBeUndefined();
    expect(parseOwner('{"pid":"1","start":1.5}')).toMatchObject({ pid: 0, start: 0, host: "" });
  });

  test("where /proc hides other users, the signal decides", async () => {
    const hidden = { ...live(), pid: 2 ** 22 + 1 };
    expect(await replaced({ probe: there }, () => lifeOf(hidden, false))).toBe("alive");
    expect(await replaced({ probe: gone }, () => lifeOf(hidden, false))).toBe("dead");
  });

  describe("on macOS", () => {
    const since = Date.UTC(2024, 9, 23, 14, 30);
    const owner = () => ({ ...live(), boot: "", start: since - 60_000, since });
    const judge = (answer: string | Error, thorough = true, probe = there) => {
      const ps = async () => {
        if (answer instanceof Error) throw answer;
        return answer;
      };
      return replaced({ platform: "darwin", probe, ps }, () => lifeOf(owner(), thorough));
    };

    test.each([
      ["the same process", "Wed Oct 23 14:28:58 2024     S+  \n", "alive"],
      ["one that began as a shell long before", "Mon Oct  7 08:00:00 2024     S+\n", "alive"],
      ["one that has its pid now", "Wed Oct 23 15:00:00 2024     R\n", "dead"],
      ["a zombie", "Wed Oct 23 14:28:58 2024     Z\n", "dead"],
      ["no answer", "", "alive"],
      ["words", "ps: illegal option", "alive"],
      ["a failure", new Error("no ps"), "alive"],
    ] as const)("%s", async (_name, answer, life) => {
      expect(await judge(answer)).toBe(life);
    });

    test("ps is not asked at first", async () => {
      expect(await judge("Wed Oct 23 15:00:00 2024     R", false)).toBe("alive");
    });

    test("without a process there is nothing to ask", async () => {
      expect(await judge("", true, gone)).toBe("dead");
    });

    test.runIf(existsSync("/bin/ps") && linux)("ps prints what is read", async () => {
      expect(await system.ps(process.pid)).toMatch(/^\w{3} \w{3} +\d+ [\d:]{8} \d{4} +\S+\s*$/);
    });
  });
});

test("an error is not swallowed where it is a fault of the program", async () => {
  const fault = new TypeError("a fault");
  const readdirSync = (() => {
    throw fault;
  }) as unknown as typeof system.readdirSync;
  const thrown = await replaced({ readdirSync }, () => tryLock()).catch((error: unknown) => error);
  expect(thrown).toBe(fault);
});
