/** The cache gives back what was put into it, for the very bytes it was made from, and else nothing. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { type CacheEntry, cachePath, readCache, writeCache } from "../../src/files/cache/cache.ts";
import { encodeMark, readFileClock, wasAtRest } from "../../src/files/cache/file-clock.ts";
import { readVolatile, replaceVolatile } from "../../src/files/cache/volatile.ts";
import type { Project } from "../../src/files/guard/project.ts";
import type { system } from "../../src/files/guard/system.ts";
import type { FileMark } from "../../src/files/read/documents.ts";
import { callsOf, failing, replaced, systemError } from "./faults.ts";
import { isThere, makeProject, on, put, textOf } from "./project.ts";

const PATH = cachePath("kind");

let project: Project;
beforeEach(() => {
  project = makeProject();
  mkdirSync(on(project, ".claude/.gate"));
});

const ENTRIES: fc.Arbitrary<CacheEntry[]> = fc
  .tuple(
    fc.nat(9),
    fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z/.]{1,5}$/), fc.stringMatching(/^[ -~é]{0,9}$/)), {
      selector: ([question]) => question,
      minLength: 1,
      maxLength: 9,
    }),
    fc.infiniteStream(fc.uint8Array({ minLength: 9, maxLength: 9 })),
  )
  .map(([size, answers, sources]) =>
    answers.map(([question, answer]) => {
      return { question, answer, madeFrom: (sources.next().value as Uint8Array).slice(0, size) };
    }),
  );

describe("a cache", () => {
  test("knows each answer for what it was made from, in whatever order it is asked, and no other", () => {
    fc.assert(
      fc.property(ENTRIES, fc.infiniteStream(fc.nat()), (entries, order) => {
        writeCache(project, "kind", 5, entries);
        const find = readCache(project, "kind", 5);
        for (let count = 0; count < 20; count++) {
          const { question, madeFrom, answer } = entries[order.next().value! % entries.length]!;
          expect(find(question, madeFrom)).toBe(answer);
          expect(find("another", madeFrom)).toBeUndefined();
          expect(find(question, Buffer.concat([madeFrom, madeFrom, Buffer.of(1)]))).toBeUndefined();
          expect(find(question, madeFrom.subarray(1))).toBe(madeFrom.length === 0 ? answer : undefined);
          const other = madeFrom.map((byte) => byte ^ 1);
          expect(find(question, other)).toBe(madeFrom.length === 0 ? answer : undefined);
        }
      }),
      { seed: 20241023, numRuns: 200 },
    );
  });

  test("says nothing that is not right, whichever byte is another or is missing", () => {
    fc.assert(
      fc.property(ENTRIES, fc.nat(), fc.nat(254), fc.boolean(), (entries, place, change, isCut) => {
        writeCache(project, "kind", 1000, entries);
        const bytes = readFileSync(on(project, PATH));
        const at = place % bytes.length;
        bytes[at] = bytes[at]! ^ (change + 1);
        writeFileSync(on(project, PATH), isCut ? bytes.subarray(0, at) : bytes);
        const find = readCache(project, "kind", 1000);
        for (const { question, madeFrom, answer } of entries) {
          expect([answer, undefined]).toContain(find(question, madeFrom));
        }
      }),
      { seed: 20241023, numRuns: 300 },
    );
  });

  test("of another kind, of another build, of a later time or without a line says nothing", () => {
    const madeFrom = Buffer.from("text");
    writeCache(project, "kind", 1000, [{ question: "q", madeFrom, answer: "a" }]);
    const text = textOf(project, PATH);
    expect(text).toBe("gate kind sources 1000 4\ntextq\naq\na");
    expect(readCache(project, "kind", 1000)("q", madeFrom)).toBe("a");
    expect(readCache(project, "kind", 2000)("q", madeFrom)).toBe("a");
    expect(readCache(project, "kind", 999)("q", madeFrom)).toBeUndefined();
    for (const other of [
      text.replace("kind", "king"),
      text.replace("sources", "sourced"),
      text.replace(" 1000 ", " 01000 "),
      text.replace(" 1000 ", " 1e3 "),
      text.replace(" 4\n", " NaN\n"),
      text.replace(" 4\n", " -4\n"),
      text.replace(" 4\n", " 4"),
      text.replace("aq\na", "aq\nb"),
      "",
      "\n",
    ]) {
      put(project, PATH, other);
      expect(readCache(project, "kind", 1000)("q", madeFrom), other).toBeUndefined();
    }
  });

  test("is not written where it would be larger than what is read", () => {
    writeCache(project, "kind", 0, [{ question: "q", madeFrom: new Uint8Array(16 * 1024 * 1024), answer: "a" }]);
    expect(isThere(project, PATH)).toBe(false);
  });
});

describe("a volatile file", () => {
  const write = (locked = false) => replaceVolatile(project, PATH, Buffer.from("new"), locked);
  const namesIn = () => readdirSync(on(project, ".claude/.gate/cache")).sort();

  test("arrives whole, for its owner alone, unflushed, in a folder for its owner alone", () => {
    const calls = callsOf(() => write());
    expect(calls).not.toContain("fsyncSync");
    expect(calls.indexOf("closeSync", calls.indexOf("writeSync"))).toBeLessThan(calls.indexOf("renameSync"));
    expect(textOf(project, PATH)).toBe("new");
    expect(statSync(on(project, PATH)).mode & 0o777).toBe(0o600);
    expect(statSync(on(project, ".claude/.gate/cache")).mode & 0o777).toBe(0o700);
  });

  test("costs no list of its folder while it is there already", () => {
    expect(callsOf(() => write())).toContain("readdirSync");
    expect(callsOf(() => write())).not.toContain("readdirSync");
    expect(callsOf(() => write(true))).toContain("readdirSync");
  });

  test("takes away what writers that died left: without the lock after an hour, with it at once", () => {
    const [old, young] = [".kind.000000000000.tmp", ".kind.111111111111.tmp"];
    for (const name of [old, young]) put(project, `.claude/.gate/cache/${name}`, "half");
    const past = new Date(Date.now() - 3_700_000);
    utimesSync(on(project, `.claude/.gate/cache/${old}`), past, past);
    expect(write()).toBe(true);
    expect(namesIn()).toEqual([young, "kind"]);
    expect(write()).toBe(true);
    expect(namesIn()).toEqual([young, "kind"]);
    expect(write(true)).toBe(true);
    expect(namesIn()).toEqual(["kind"]);
  });

  test("has no place where the gate has none, and no folder of a project gets one", () => {
    rmSync(on(project, ".claude/.gate"), { recursive: true });
    expect(write()).toBe(false);
    expect(replaceVolatile(project, ".claude/other/kind", Buffer.from("new"))).toBe(false);
    expect(readdirSync(on(project, ".claude"))).toEqual(["state.md"]);
  });

  test.each(["ENOSPC", "EIO", "EACCES", "EMFILE"])(
    "%s at any call is nobody's error, and leaves the old or new one",
    (code) => {
      put(project, PATH, "old");
      const calls = callsOf(() => write()).length;
      for (let index = 0; index < calls; index++) {
        put(project, PATH, "old");
        const isWritten = failing(index, code, () => write());
        // A folder that cannot be closed is no reason to say otherwise.
        expect(textOf(project, PATH), `call ${index}`).toBe(isWritten ? "new" : "old");
        expect(namesIn()).toEqual(["kind"]);
      }
    },
  );

  test("that cannot be read is not there, but a fault of the program is one", () => {
    put(project, PATH, "old");
    const openSync = (() => {
      throw systemError("EIO", "open");
    }) as typeof system.openSync;
    expect(replaced({ openSync }, () => readVolatile(project, PATH, 9))).toBeUndefined();
    const fault = (() => {
      throw new RangeError("a fault");
    }) as typeof system.openSync;
    expect(() => replaced({ openSync: fault }, () => readVolatile(project, PATH, 9))).toThrow("a fault");
  });
});

describe("the clock of the file system", () => {
  const mark: FileMark = { device: 7, inode: 8, size: 9, modified: 1000, changed: 2000 };

  test("is read from a file that is gone again", () => {
    const before = Date.now();
    const clock = readFileClock(project, PATH)!;
    expect(Math.abs(clock.time - before)).toBeLessThan(60_000);
    expect(clock.device).toBe(statSync(on(project, ".claude")).dev);
    expect(readdirSync(on(project, ".claude/.gate/cache"))).toEqual([]);
  });

  test.each([
    ["where the time of a change can be set", { ctimeNs: 1_000_000_000_000n, mtimeNs: 996_000_000_000n }, -1n],
    ["where the time of a modification cannot", { ctimeNs: 1_000_000_000_000n, mtimeNs: 1_000_000_000_000n }, 0n],
    ["before the epoch", { ctimeNs: 0n, mtimeNs: -4_000_000_000n }, 0n],
  ])("says nothing %s", (_name, times, step) => {
    let looks = 0n;
    const fstatSync = (() => ({ ...times, dev: 7n, ctimeNs: times.ctimeNs + step * looks++ })) as never;
    expect(replaced({ fstatSync, futimesSync: () => {} }, () => readFileClock(project, PATH))).toBeUndefined();
    expect(readdirSync(on(project, ".claude/.gate/cache"))).toEqual([]);
  });

  test("tells who was at rest", () => {
    const clock = { time: 3000, device: 7 };
    expect(wasAtRest(mark, clock)).toBe(true);
    expect(wasAtRest({ ...mark, changed: 2899 }, clock)).toBe(true);
    expect(wasAtRest({ ...mark, changed: 2900 }, clock)).toBe(false);
    expect(wasAtRest({ ...mark, modified: 2900 }, clock)).toBe(false);
    expect(wasAtRest({ ...mark, changed: 0 }, clock)).toBe(false);
    expect(wasAtRest({ ...mark, device: 8 }, clock)).toBe(false);
  });

  test("and two marks that differ anywhere are encoded differently", () => {
    const encoded = encodeMark(mark).slice();
    expect(encoded).toHaveLength(40);
    expect(encodeMark({ ...mark }).slice()).toEqual(encoded);
    for (const key of Object.keys(mark) as (keyof FileMark)[]) {
      expect(encodeMark({ ...mark, [key]: mark[key] + 0.25 }).slice(), key).not.toEqual(encoded);
    }
  });
});
