import { mkdirSync, readdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import { addHistory, hasHistory, listHistory, readHistory, removeHistory } from "../../src/files/record/history.ts";
import { callsOf, failing, replaced, systemError } from "./faults.ts";
import { failure, isThere, makeProject, NEW, OLD, on, put, STATE, temporaryFolder, textOf } from "./project.ts";

const WORK = ".claude/work/42.md";
const FOLDER = ".claude/.gate/history/state.md";
const NOW = Date.UTC(2024, 9, 23, 14, 30, 0, 123);
const DAY = 24 * 3_600_000;

let project: Project;
beforeEach(() => {
  project = makeProject();
});

const add = (bytes: Uint8Array | undefined = OLD, timestamp = NOW, document = STATE): string =>
  addHistory(project, document, { operation: "save", timestamp, bytes });
const idsOf = (document?: string): string[] => listHistory(project, document).map(({ id }) => id);

describe("an entry", () => {
  test("keeps the bytes and says what replaced them", () => {
    const id = addHistory(project, STATE, { operation: "save", timestamp: NOW, bytes: OLD, actor: "agent" });
    expect(id).toMatch(/^20241023T143000123Z-[0-9a-f]{6}$/);
    const entry = {
      id,
      operation: "save",
      timestamp: NOW,
      path: STATE,
      size: OLD.length,
      existed: true,
      actor: "agent",
    };
    expect(listHistory(project, STATE)).toEqual([entry]);
    const read = readHistory(project, id);
    expect(read.entry).toEqual(entry);
    expect(Buffer.from(read.bytes)).toEqual(OLD);
  });

  test("says that there was no file, which is not an empty one", () => {
    addHistory(project, STATE, { operation: "init", timestamp: NOW, bytes: undefined });
    add(new Uint8Array(), NOW + 1);
    expect(listHistory(project).map(({ existed, size }) => [existed, size])).toEqual([
      [true, 0],
      [false, 0],
    ]);
    for (const id of idsOf()) expect(readHistory(project, id).bytes.length).toBe(0);
  });

  test.each([
    ["line breaks", "a\n\n{}\n"],
    ["a header of its own", '{"operation":"x","size":1}\nx'],
    ["zeros", "\0\0\0"],
    ["a megabyte", "x".repeat(1024 * 1024)],
  ])("keeps bytes with %s", (_name, text) => {
    const id = add(Buffer.from(text));
    expect(Buffer.from(readHistory(project, id).bytes).toString()).toBe(text);
    expect(listHistory(project, STATE)[0]?.size).toBe(Buffer.byteLength(text));
  });

  test("keeps bytes that are no text", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(new Uint8Array(readHistory(project, add(bytes)).bytes)).toEqual(bytes);
  });

  test("of odd words stays one line", () => {
    addHistory(project, STATE, { operation: "a\nb", timestamp: NOW, bytes: OLD, actor: "c\n{}" });
    expect(listHistory(project, STATE)[0]).toMatchObject({ operation: "a\nb", actor: "c\n{}" });
    addHistory(project, STATE, { operation: "x".repeat(10_000), timestamp: NOW, bytes: OLD });
    expect(listHistory(project, STATE)[0]?.operation).toHaveLength(200);
  });

  test("is for its owner alone", () => {
    expect(statSync(on(project, `${FOLDER}/${add()}`)).mode & 0o777).toBe(0o600);
    expect(textOf(project, ".claude/.gate/.gitignore")).toBe("*\n");
  });

  test("is flushed with its name before anything else happens, at the price of one file", () => {
    add();
    const calls = callsOf(() => add()).filter((name) => /^(write|fsync|rename)/.test(name));
    expect(calls).toEqual(["writeSync", "fsyncSync", "fsyncSync"]);
  });

  test("can be forgotten when its change did not happen", () => {
    const id = add();
    const other = add();
    removeHistory(project, STATE, id);
    expect(idsOf()).toEqual([other]);
    removeHistory(project, STATE, id);
    removeHistory(project, STATE, "../../state.md");
    expect(idsOf()).toEqual([other]);
  });
});

describe("the order", () => {
  test("is that of the changes, also within one millisecond", () => {
    const ids = Array.from({ length: 30 }, () => add());
    expect(new Set(ids).size).toBe(30);
    expect(idsOf(STATE)).toEqual([...ids].reverse());
    expect(listHistory(project, STATE).every(({ timestamp }) => timestamp === NOW)).toBe(true);
  });

  test("is that of the changes when the clock is set back", () => {
    const ids = [add(OLD, NOW), add(OLD, NOW - DAY), add(OLD, NOW - 2 * DAY)];
    expect(idsOf(STATE)).toEqual([...ids].reverse());
    expect(listHistory(project, STATE).map(({ timestamp }) => timestamp)).toEqual([NOW - 2 * DAY, NOW - DAY, NOW]);
  });

  test("holds across documents", () => {
    const ids = [add(OLD, NOW), add(OLD, NOW + 10, WORK), add(OLD, NOW + 20), add(OLD, NOW + 30, WORK)];
    expect(idsOf()).toEqual([...ids].reverse());
    expect(idsOf(WORK)).toEqual([ids[3], ids[1]]);
    expect(listHistory(project, undefined, 3).map(({ id }) => id)).toEqual([ids[3], ids[2], ids[1]]);
  });
});

describe("documents", () => {
  test("whose names fall into one folder are told apart", () => {
    const ids = [add(OLD, NOW, ".claude/work/42.md"), add(NEW, NOW, ".claude/work__42.md")];
    expect(readdirSync(on(project, ".claude/.gate/history"))).toEqual(["work__42.md"]);
    expect(idsOf(".claude/work/42.md")).toEqual([ids[0]]);
    expect(idsOf(".claude/work__42.md")).toEqual([ids[1]]);
  });

  test("are known to have a history or not", () => {
    expect(hasHistory(project, STATE)).toBe(false);
    expect(isThere(project, ".claude/.gate")).toBe(false);
    add();
    expect(hasHistory(project, STATE)).toBe(true);
    expect(hasHistory(project, WORK)).toBe(false);
  });

  test("without history cost nothing to ask", () => {
    expect(callsOf(() => hasHistory(project, STATE))).toEqual(["openSync"]);
  });
});

describe("an id from outside", () => {
  test.each(["../../state.md", "..", "/etc/passwd", "a/b", ".hidden", "-x", "a\0", "", "x".repeat(200)])(
    "%j is refused",
    (id) => {
      add();
      failure("UNSAFE_PATH", () => readHistory(project, id));
    },
  );

  test.each(["20241023T143000123Z-000000", "20241023T143000123Z", "latest", "1"])("%j is not found", (id) => {
    add();
    failure("NOT_FOUND", () => readHistory(project, id));
  });

  test("cannot lead to a file that is no entry", () => {
    add();
    put(project, `${FOLDER}/notes`, "x");
    failure("NOT_FOUND", () => readHistory(project, "notes"));
  });
});

describe("a torn entry", () => {
  test.each([
    ["cut in its bytes", (path: string) => truncateSync(path, statSync(path).size - 1)],
    ["cut in its header", (path: string) => truncateSync(path, 20)],
    ["empty", (path: string) => truncateSync(path, 0)],
    ["longer than it says", (path: string) => writeFileSync(path, "x", { flag: "a" })],
    ["of zeros", (path: string) => writeFileSync(path, "\0".repeat(300))],
    ["of another kind", (path: string) => writeFileSync(path, '{"size":0}\n')],
    ["no object", (path: string) => writeFileSync(path, "null\n")],
  ])("%s is left out, and no way back", (_name, tear) => {
    const good = add(OLD, NOW);
    const torn = add(NEW, NOW + 1);
    tear(on(project, `${FOLDER}/${torn}`));
    expect(idsOf(STATE)).toEqual([good]);
    expect(failure("CORRUPT", () => readHistory(project, torn)).path).toBe(`${FOLDER}/${torn}`);
    const next = add(NEW, NOW);
    expect(idsOf(STATE)).toEqual([next, good]);
  });

  test("that is a link is not followed", () => {
    add();
    const outside = temporaryFolder();
    writeFileSync(`${outside}/secret`, '{"operation":"x","timestamp":1,"path":"x","size":0,"existed":true}\n');
    symlinkSync(`${outside}/secret`, on(project, `${FOLDER}/20250101T000000000Z-abcdef`));
    expect(listHistory(project, STATE)).toHaveLength(1);
    failure("CORRUPT", () => readHistory(project, "20250101T000000000Z-abcdef"));
  });

  test("a history that is a link out of the project is refused", () => {
    mkdirSync(on(project, ".claude/.gate"));
    const outside = temporaryFolder();
    symlinkSync(outside, on(project, ".claude/.gate/history"));
    failure("UNSAFE_PATH", () => add());
    expect(readdirSync(outside)).toEqual([]);
    mkdirSync(`${outside}/state.md`);
    failure("UNSAFE_PATH", () => listHistory(project));
    failure("UNSAFE_PATH", () => listHistory(project, STATE));
  });

  test("stray files and folders among the histories do no harm", () => {
    const id = add();
    put(project, ".claude/.gate/history/.DS_Store", "x");
    put(project, ".claude/.gate/history/readme", "x");
    put(project, ".claude/.gate/history/other/notes", "x");
    expect(idsOf()).toEqual([id]);
  });
});

describe("retention", () => {
  /** Entries as earlier changes left them, `days` ago each. */
  function old(days: readonly number[]): void {
    mkdirSync(on(project, FOLDER), { recursive: true });
    days.forEach((ago, index) => {
      const time = new Date(NOW - ago * DAY).toISOString().replace(/[-:.]/g, "");
      const header = { operation: "save", timestamp: NOW - ago * DAY, path: STATE, size: 0, existed: true };
      put(project, `${FOLDER}/${time}-${index.toString(16).padStart(6, "0")}`, `${JSON.stringify(header)}\n`);
    });
  }
  const count = () => readdirSync(on(project, FOLDER)).length;

  test("keeps the newest 100 of whatever age", () => {
    old(Array.from({ length: 99 }, (_, index) => 1000 + index));
    add();
    expect(count()).toBe(100);
    add();
    add();
    expect(count()).toBe(100);
    expect(listHistory(project, STATE).at(-1)?.timestamp).toBe(NOW - 1096 * DAY);
  });

  test("keeps all of 30 days, however many", () => {
    old(Array.from({ length: 250 }, (_, index) => index / 10));
    add();
    expect(count()).toBe(251);
  });

  test("ends at 30 days for what is more than 100", () => {
    old([31, 30.5, 29.9, ...Array.from({ length: 100 }, () => 1)]);
    add();
    expect(count()).toBe(102);
  });

  test("does not keep for ever what a wrong clock dated into the future", () => {
    old(Array.from({ length: 150 }, () => -20_000));
    // As long as the newest ones come from there, it may be the clock now that is wrong.
    for (let added = 1; added < 100; added++) add();
    expect(count()).toBe(249);
    add();
    expect(count()).toBe(100);
  });

  test("goes by the time that an entry itself tells, where its id had to go on from a wrong one", () => {
    old([40, -1000]);
    add(OLD, NOW - 31 * DAY);
    for (let added = 0; added < 100; added++) add(OLD, NOW - 10 * DAY);
    expect(count()).toBe(103);
    add();
    const times = listHistory(project, STATE).map(({ timestamp }) => timestamp);
    expect(times).toHaveLength(101);
    expect(times.filter((time) => time > NOW || time === NOW - 40 * DAY || time === NOW - 31 * DAY)).toEqual([]);
  });

  test("of one document leaves the others alone", () => {
    const other = add(OLD, NOW - 1000 * DAY, WORK);
    old(Array.from({ length: 150 }, () => 100));
    add();
    expect(idsOf(WORK)).toEqual([other]);
  });

  test("that cannot remove does not stop the change", () => {
    old(Array.from({ length: 150 }, () => 100));
    const unlinkSync = () => {
      throw systemError("EACCES", "unlink");
    };
    const id = replaced({ unlinkSync }, () => add());
    expect(idsOf(STATE)[0]).toBe(id);
  });
});

describe("when the disk fails", () => {
  test.each(["ENOSPC", "EIO", "EACCES", "EROFS"])(
    "%s at every call: an entry or an error, and nothing half",
    (code) => {
      add();
      const calls = callsOf(() => add()).length;
      for (let index = 0; index < calls; index++) {
        project = makeProject();
        const first = add();
        let id: string | undefined;
        try {
          id = failing(index, code, () => add(NEW, NOW + 5));
        } catch (error) {
          expect(error).toBeInstanceOf(GateError);
          expect((error as GateError).code).toBe("IO");
        }
        expect(idsOf(STATE)).toEqual(id === undefined ? [first] : [id, first]);
      }
    },
  );

  test("a short write is an error and leaves no torn entry", () => {
    add();
    const writeSync = (() => 0) as unknown as typeof system.writeSync;
    const error = failure("IO", () => replaced({ writeSync }, () => add()));
    expect(error.message).toBe("Cannot keep the history of .claude/state.md: not all of it arrived on the disk");
    expect(readdirSync(on(project, FOLDER))).toHaveLength(1);
  });

  test("a folder that is not confirmed is an error: the change must not go on", () => {
    add();
    let flushes = 0;
    const fsync = system.fsyncSync;
    const fsyncSync = (descriptor: number) => {
      if (++flushes === 2) throw systemError("EIO", "fsync");
      fsync(descriptor);
    };
    failure("IO", () => replaced({ fsyncSync }, () => add()));
    expect(readdirSync(on(project, FOLDER))).toHaveLength(1);
  });
});
