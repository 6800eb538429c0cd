/** Who an owner is and whether it lives, on machines that are not this one. */
import { hostname } from "node:os";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { system } from "../../src/files/guard/system.ts";
import type { Owner } from "../../src/files/lock/owner.ts";
import { systemError } from "./faults.ts";

const BOOT = "11111111-2222-3333-4444-555555555555";
const STAT = statOf("node", "S", 7777);
const LINUX: Readonly<Record<string, string>> = {
  "/proc/self/stat": STAT,
  "/proc/4242/stat": STAT,
  "/proc/sys/kernel/random/boot_id": `${BOOT}\n`,
  "/etc/machine-id": "0123\n",
  "/proc/self/ns/pid": "pid:[4026531836]",
  "/proc/self/ns/time": "time:[4026531834]",
};
const there = () => {};
const gone = () => {
  throw systemError("ESRCH", "kill");
};

/** A line of `/proc/<pid>/stat`: the start is field 22. */
function statOf(name: string, state: string, start: number | string): string {
  return `4242 (${name}) ${[state, ...Array.from({ length: 18 }, (_, index) => index), start, 1, 2].join(" ")}\n`;
}

// Other test files load them anew, without these machines.
afterAll(() => void vi.resetModules());

/** The module as a machine with these files has it, and how often each was opened. */
async function on(members: Partial<typeof system>, files: Readonly<Record<string, string>> = {}) {
  vi.resetModules();
  const loaded = await import("../../src/files/guard/system.ts");
  const opened: string[] = [];
  const closed: number[] = [];
  const fake = {
    openSync: (path: string) => {
      if (files[path] === undefined) throw systemError("ENOENT", "open");
      return opened.push(path) - 1;
    },
    readSync: (descriptor: number, into: Uint8Array) => Buffer.from(files[opened[descriptor]!]!).copy(into),
    closeSync: (descriptor: number) => void closed.push(descriptor),
    readlinkSync: (path: string) => {
      if (files[path] === undefined) throw systemError("ENOENT", "readlink");
      return files[path];
    },
  };
  Object.assign(loaded.system, { probe: gone, ...fake, ...members });
  return { ...(await import("../../src/files/lock/owner.ts")), opened, closed };
}

const onLinux = (files: Readonly<Record<string, string>> = {}, members: Partial<typeof system> = {}) =>
  on({ platform: "linux", ...members }, { ...LINUX, ...files });

const without = (...paths: string[]) =>
  Object.fromEntries(Object.entries(LINUX).filter(([path]) => !paths.includes(path)));

describe("on Linux", () => {
  test("an owner is its process, its boot, its namespaces, its host and its machine, looked up once", async () => {
    const { ownFacts, opened, closed } = await onLinux();
    expect(ownFacts()).toEqual({
      pid: process.pid,
      start: 7777,
      boot: BOOT,
      namespace: "pid:[4026531836] time:[4026531834]",
      host: hostname(),
      machine: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    ownFacts();
    expect(opened).toEqual(["/proc/self/stat", "/proc/sys/kernel/random/boot_id", "/etc/machine-id"]);
    expect(closed).toEqual([0, 1, 2]);
  });

  test("two machines of one name have different ids", async () => {
    const one = (await onLinux()).ownFacts().machine;
    expect((await onLinux({ "/etc/machine-id": "0124\n" })).ownFacts().machine).not.toBe(one);
  });

  test("what the system does not say is empty", async () => {
    const { ownFacts, opened } = await on({ platform: "linux" });
    expect(ownFacts()).toMatchObject({ start: 0, boot: "", namespace: "" });
    expect(opened).toEqual([]);
    const { ownFacts: untimed } = await on({ platform: "linux" }, without("/proc/self/ns/time"));
    expect(untimed().namespace).toBe("pid:[4026531836] ");
  });

  test("a fault of the program is not taken for a file that is not there", async () => {
    const fault = (): never => {
      throw new RangeError("a fault");
    };
    expect((await onLinux({}, { openSync: fault })).ownFacts).toThrow("a fault");
    expect((await onLinux({}, { readlinkSync: fault as never })).ownFacts).toThrow("a fault");
    const second = ((path: string) => (path.endsWith("pid") ? "pid:[1]" : fault())) as never;
    expect((await onLinux({}, { readlinkSync: second })).ownFacts).toThrow("a fault");
  });

  test.each([
    ["the same start", STAT, {}, "alive"],
    ["another start", statOf("node", "S", 7778), {}, "dead"],
    ["an unknown start in the record", statOf("node", "S", 7778), { start: 0 }, "alive"],
    ["no start in the line", "4242 (node) S 1 2", {}, "alive"],
    ["a start that is no number", statOf("node", "S", "x"), {}, "alive"],
    ["a start of zero", statOf("node", "S", 0), {}, "alive"],
    ["a start that is no whole number", statOf("node", "S", 7777.5), {}, "alive"],
    ["a zombie", statOf("node", "Z", 7777), {}, "dead"],
    ["one that is being removed", statOf("node", "X", 7777), {}, "dead"],
    ["one that is stopped", statOf("node", "T", 7777), {}, "alive"],
    ["a name with a parenthesis and a state in it", statOf("a) Z 1 (b", "S", 7777), {}, "alive"],
    ["a zombie with a name of two words", statOf("a b) S", "Z", 7777), {}, "dead"],
    ["another boot", STAT, { boot: BOOT.replace("1", "2") }, "dead"],
    ["a boot nobody knows", STAT, { boot: "" }, "alive"],
    ["another host", STAT, { host: "elsewhere" }, "unsure"],
    ["another machine of the same name", STAT, { machine: "00000000" }, "unsure"],
    ["another namespace", STAT, { namespace: "pid:[1] time:[4026531834]" }, "unsure"],
    ["another boot of another host", STAT, { boot: "x", host: "elsewhere" }, "unsure"],
    ["no pid", STAT, { pid: 0 }, "unsure"],
    ["a pid that means a group", STAT, { pid: -1 }, "unsure"],
  ] as const)("%s: %s", async (_name, stat, changes: Partial<Owner>, life) => {
    const { lifeOf, ownFacts } = await onLinux({ "/proc/4242/stat": stat }, { probe: gone });
    const owner = { id: "f00d", ...ownFacts(), pid: 4242, command: "x", since: 0, ...changes };
    expect(await lifeOf(owner, false)).toBe(life);
  });

  test("nothing in /proc: the signal decides", async () => {
    for (const [probe, life] of [
      [there, "alive"],
      [gone, "dead"],
    ] as const) {
      const { lifeOf, ownFacts } = await on({ platform: "linux", probe }, without("/proc/4242/stat"));
      expect(await lifeOf({ id: "f00d", ...ownFacts(), pid: 4242, command: "x", since: 0 }, true)).toBe(life);
    }
  });

  test("without a namespace of its own nobody is judged by the pid", async () => {
    const { lifeOf, ownFacts } = await on({ platform: "linux" }, without("/proc/self/ns/pid"));
    expect(await lifeOf({ id: "f00d", ...ownFacts(), pid: 4242, command: "x", since: 0 }, false)).toBe("unsure");
  });

  test("without a boot id of its own no boot is another one", async () => {
    const { lifeOf, ownFacts } = await on({ platform: "linux" }, without("/proc/sys/kernel/random/boot_id"));
    expect(await lifeOf({ id: "f00d", ...ownFacts(), boot: BOOT, pid: 4242, command: "x", since: 0 }, false)).toBe(
      "alive",
    );
  });

  test("a signal that fails for another reason says nothing, and a fault is a fault", async () => {
    const files = without("/proc/4242/stat");
    const probing = async (error: Error) => {
      const probe = () => {
        throw error;
      };
      const { lifeOf, ownFacts } = await on({ platform: "linux", probe }, files);
      return await lifeOf({ id: "f00d", ...ownFacts(), pid: 4242, command: "x", since: 0 }, false);
    };
    expect(await probing(systemError("EPERM", "kill"))).toBe("alive");
    await expect(probing(new RangeError("a fault"))).rejects.toThrow("a fault");
  });
});

describe("on Windows", () => {
  const NOW = Date.UTC(2024, 9, 23, 16, 30);
  const judged = async (boot: (own: number) => string, probe = there) => {
    const { lifeOf, ownFacts } = await on({ platform: "win32", now: () => NOW, probe });
    const own = ownFacts();
    const began = Number(own.boot.slice(1));
    return await lifeOf({ id: "f00d", ...own, boot: boot(began), pid: 4242, command: "x", since: 0 }, true);
  };

  test("a boot is an estimate: when the machine started, by its clock", async () => {
    const { ownFacts } = await on({ platform: "win32", now: () => NOW });
    const { boot, namespace, start } = ownFacts();
    expect(boot).toMatch(/^~\d{12,13}$/);
    const { uptime } = await import("node:os");
    expect(Math.abs(Number(boot.slice(1)) - (NOW - uptime() * 1000))).toBeLessThan(60_000);
    expect(namespace).toBe("win32");
    expect(Math.abs(start - performance.timeOrigin)).toBeLessThan(1);
  });

  test.each([
    ["the same estimate", (own: number) => `~${own}`, "alive"],
    ["one that is five minutes earlier", (own: number) => `~${own - 300_000}`, "alive"],
    ["one that is five minutes later", (own: number) => `~${own + 300_000}`, "alive"],
    ["one that is further off: the clock may have been set", (own: number) => `~${own - 300_001}`, "unsure"],
    ["one that is no number", () => "~x", "unsure"],
    ["none", () => "", "alive"],
    ["an id, which no run of this machine has", () => BOOT, "dead"],
  ] as const)("%s: %s", async (_name, boot, life) => {
    expect(await judged(boot)).toBe(life);
    if (life !== "unsure") expect(await judged(boot, gone)).toBe("dead");
  });
});

describe("on macOS", () => {
  const SINCE = Date.UTC(2024, 9, 23, 14, 30);
  const judged = async (answer: string, changes: Partial<Owner> = {}, thorough = true) => {
    const asked: number[] = [];
    const ps = async (pid: number) => {
      asked.push(pid);
      return answer;
    };
    const { lifeOf, ownFacts } = await on({ platform: "darwin", probe: there, ps });
    const owner = { id: "f00d", ...ownFacts(), pid: 4242, command: "x", start: SINCE - 60_000, since: SINCE };
    return [await lifeOf({ ...owner, ...changes }, thorough), asked] as const;
  };

  test.each([
    ["Wed Oct 23 14:30:05 2024     S+", {}, "alive"],
    ["Wed Oct 23 14:30:06 2024     S+", {}, "dead"],
    ["Wed Oct 23 14:30:06 2024     S+", { start: SINCE + 60_000 }, "alive"],
    ["Wed Oct 23 14:31:06 2024     S+", { start: SINCE + 60_000 }, "dead"],
    ["Wed Oct 23 14:28:58 2024     SZ", {}, "alive"],
    ["Wed Oct 23 14:28:58 2024     Z+", {}, "dead"],
    ["x Wed Oct 23 15:30:06 2024     S+", {}, "alive"],
    ["Wed Oct 23 15:30:06 2024     S+ x", {}, "alive"],
    ["Wed Oct 23 15:30:06 2024", {}, "alive"],
    ["Mit Okt 23 15:30:06 2024     S+", {}, "alive"],
  ] as const)("%s, %o: %s", async (answer, changes, life) => {
    expect(await judged(answer, changes)).toEqual([life, [4242]]);
  });

  test("nobody is asked of another machine, or before there was some waiting", async () => {
    expect(await judged("", { host: "elsewhere" })).toEqual(["unsure", []]);
    expect(await judged("Wed Oct 23 15:30:06 2024     S+", {}, false)).toEqual(["alive", []]);
  });

  test("there is no boot id, and the namespace is the system", async () => {
    const { ownFacts } = await on({ platform: "darwin" });
    expect(ownFacts()).toMatchObject({ boot: "", namespace: "darwin" });
  });
});

describe("a record", () => {
  test("of another program is read as far as it says anything", async () => {
    const { parseOwner } = await on({ platform: "linux" });
    const nothing = { id: "", pid: 0, start: 0, boot: "", namespace: "", host: "", machine: "", command: "", since: 0 };
    expect(parseOwner("{}")).toEqual(nothing);
    expect(parseOwner('{"pid":7,"host":"h","since":1.5,"command":8,"more":true}')).toEqual({
      ...nothing,
      pid: 7,
      host: "h",
    });
    for (const text of ["", "{", "null", "7", '"x"', "true"]) expect(parseOwner(text)).toBeUndefined();
  });
});
