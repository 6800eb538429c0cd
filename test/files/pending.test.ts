/** The record of what is under way: whole or not there, and never in the way. Whether its lock is held. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { ensureGateFolder } from "../../src/files/guard/folders.ts";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import { isLocked } from "../../src/files/lock/is-locked.ts";
import { ownFacts } from "../../src/files/lock/owner.ts";
import {
  hasPending,
  isSamePending,
  PENDING_PATH,
  type Pending,
  readPending,
  removePending,
  writePending,
} from "../../src/files/record/intent-log.ts";
import { callsOf, DISK_CALLS, failing, replaced, systemError, wrapped } from "./faults.ts";
import { isThere, lockOf, makeProject, on, put, STATE, temporaryFolder, textOf } from "./project.ts";

const PENDING: Pending = {
  command: "gate start 7",
  timestamp: "2024-10-23T16:30:00Z",
  paths: [".claude/work/7.md", STATE],
  revision: "abc",
  lock: 3,
};

let project: Project;
beforeEach(() => {
  project = makeProject();
  ensureGateFolder(project);
});

const namesIn = (): string[] => readdirSync(on(project, ".claude/.gate")).filter((name) => name !== ".gitignore");

describe("a record", () => {
  test("is one line of JSON for the owner alone, and is gone when it is removed", () => {
    expect([hasPending(project), readPending(project)]).toEqual([false, undefined]);
    expect(writePending(project, PENDING)).toBe(true);
    expect(textOf(project, PENDING_PATH)).toBe(`${JSON.stringify(PENDING)}\n`);
    expect(statSync(on(project, PENDING_PATH)).mode & 0o777).toBe(0o600);
    expect(hasPending(project)).toBe(true);
    expect(readPending(project)).toEqual({ kind: "record", pending: PENDING, bytes: expect.anything() });
    expect(removePending(project)).toBe(true);
    expect(removePending(project)).toBe(false);
    expect(namesIn()).toEqual([]);
  });

  test("takes the place of another at once, and that can be put back", () => {
    writePending(project, PENDING);
    const first = readPending(project);
    const { revision: _, ...rest } = PENDING;
    const other = { ...rest, command: "gate done" };
    wrapped(
      (_name, call) => {
        const result = call();
        expect(isThere(project, PENDING_PATH)).toBe(true);
        return result;
      },
      () => writePending(project, other),
    );
    const second = readPending(project);
    expect(second).toMatchObject({ pending: other });
    expect([isSamePending(first, second), isSamePending(first, first)]).toEqual([false, true]);
    writePending(project, first?.kind === "record" ? first.bytes : PENDING);
    expect(isSamePending(readPending(project), first)).toBe(true);
    expect(isSamePending(undefined, first)).toBe(false);
  });

  test("is not flushed: the documents are right without it", () => {
    expect(callsOf(() => writePending(project, PENDING))).not.toContain("fsyncSync");
  });

  test("sweeps what a writer that died left of its own", () => {
    put(project, ".claude/.gate/.pending.json.0123456789ab.tmp", "half");
    put(project, ".claude/.gate/other.json", "stays");
    writePending(project, PENDING);
    expect(namesIn().sort()).toEqual(["other.json", "pending.json"]);
  });
});

describe("something else in its place", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["nothing", ""],
    ["no JSON", '{"command":"gate start 7"'],
    ["a list", "[]"],
    ["null", "null"],
    ["no command", "{}"],
    ["a command that is no text", JSON.stringify({ ...PENDING, command: 7 })],
    ["another program", JSON.stringify({ ...PENDING, command: "rm -rf ." })],
    ["another program behind ours", JSON.stringify({ ...PENDING, command: "gate start 7; rm -rf ." })],
    ["quoted text", JSON.stringify({ ...PENDING, command: "gate start 7 --title 'x'" })],
    ["a line break", JSON.stringify({ ...PENDING, command: "gate start\n7" })],
    ["a line break at the end", JSON.stringify({ ...PENDING, command: "gate start 7\n" })],
    ["control characters", JSON.stringify({ ...PENDING, command: "gate \u001b[2J" })],
    ["a direction", JSON.stringify({ ...PENDING, command: "gate \u202etrats" })],
    ["a long command", JSON.stringify({ ...PENDING, command: `gate ${"x".repeat(60)}` })],
    ["no token", JSON.stringify({ ...PENDING, lock: "3" })],
    ["no paths", JSON.stringify({ ...PENDING, paths: "x" })],
    ["too much", `${JSON.stringify(PENDING)}${" ".repeat(8192)}`],
    ["far too much", "x".repeat(4 * 1024 * 1024)],
    ["bytes that are no text", "\u0000\ufffd"],
  ];

  test.each(cases)("%s is no record", (_name, text) => {
    put(project, PENDING_PATH, text);
    expect([hasPending(project), readPending(project)]).toEqual([true, { kind: "foreign" }]);
    expect(writePending(project, PENDING)).toBe(true);
    expect(readPending(project)).toMatchObject({ pending: PENDING });
  });

  test.each([
    ["a link", () => symlinkSync("../../planted", on(project, PENDING_PATH))],
    ["a link to a file", () => symlinkSync("../state.md", on(project, PENDING_PATH))],
    ["a FIFO", () => execFileSync("mkfifo", [on(project, PENDING_PATH)])],
  ])("%s is neither read nor followed", (_name, make) => {
    make();
    const before = textOf(project, STATE);
    expect([hasPending(project), readPending(project)]).toEqual([true, { kind: "foreign" }]);
    expect(writePending(project, PENDING)).toBe(true);
    expect(readPending(project)).toMatchObject({ pending: PENDING });
    expect([textOf(project, STATE), isThere(project, "planted")]).toEqual([before, false]);
  });

  test("a folder stays, and costs the record", () => {
    mkdirSync(on(project, PENDING_PATH));
    expect(readPending(project)).toEqual({ kind: "foreign" });
    expect([writePending(project, PENDING), removePending(project)]).toEqual([false, false]);
    expect(namesIn()).toEqual(["pending.json"]);
  });

  test("a gate folder that leads out of the project is not entered", () => {
    const outside = temporaryFolder();
    rmSync(on(project, ".claude/.gate"), { recursive: true });
    symlinkSync(outside, on(project, ".claude/.gate"));
    expect([writePending(project, PENDING), removePending(project), hasPending(project)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(readdirSync(outside)).toEqual([]);
  });
});

describe("what goes wrong costs the record and nothing else", () => {
  test("no gate folder", () => {
    rmSync(on(project, ".claude/.gate"), { recursive: true });
    expect([writePending(project, PENDING), removePending(project), hasPending(project)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test.each(["ENOSPC", "EIO", "EACCES"])("%s at any call leaves a whole record or none", (code) => {
    const calls = callsOf(() => writePending(project, PENDING)).length;
    for (let index = 0; index < calls; index++) {
      removePending(project);
      const written = failing(index, code, () => writePending(project, PENDING));
      expect(hasPending(project), `call ${index}`).toBe(written);
      expect(namesIn().filter((name) => name !== "pending.json")).toEqual([]);
    }
    for (const name of DISK_CALLS) {
      const broken = () => {
        throw systemError(code, name);
      };
      replaced({ [name]: broken }, () => {
        expect(typeof writePending(project, PENDING)).toBe("boolean");
        expect(typeof removePending(project)).toBe("boolean");
        expect(typeof hasPending(project)).toBe("boolean");
      });
    }
  });

  test("what may not be read is there all the same", () => {
    writePending(project, PENDING);
    const open = system.openSync;
    const openSync = ((path: string, ...rest: [number, number]) => {
      if (path.endsWith("pending.json")) throw systemError("EACCES", "open");
      return open(path, ...rest);
    }) as typeof open;
    replaced({ openSync }, () => expect(readPending(project)).toEqual({ kind: "hidden" }));
  });
});

describe("a lock", () => {
  const LOCKS = ".claude/.gate/locks/state.md";
  const newest = () => Math.max(...readdirSync(on(project, LOCKS)).map((name) => Number.parseInt(name, 10) || 0));
  const owned = (changes: Readonly<Record<string, unknown>>) => {
    const owner = JSON.parse(readFileSync(on(project, `${LOCKS}/${newest()}`), "utf8")) as object;
    put(project, `${LOCKS}/${newest() + 1}`, JSON.stringify({ ...owner, ...changes }));
  };

  test("that nobody ever took is free, and looking makes nothing", async () => {
    expect(await isLocked(project, STATE)).toBe(false);
    expect(namesIn()).toEqual([]);
    mkdirSync(on(project, LOCKS), { recursive: true });
    expect(await isLocked(project, STATE)).toBe(false);
  });

  test("is in its holder's hands until it is released", async () => {
    const lock = await lockOf(project);
    expect(await isLocked(project, STATE)).toBe(true);
    expect(await isLocked(project, STATE, lock.token)).toBe(true);
    expect(await isLocked(project, STATE, lock.token - 1)).toBe(false);
    lock.release();
    expect(await isLocked(project, STATE)).toBe(false);
    expect(await isLocked(project, STATE, lock.token)).toBe(false);
  });

  test("of the dead is in nobody's hands", async () => {
    (await lockOf(project)).release();
    owned({ start: ownFacts().start + 1 });
    if (process.platform === "linux") expect(await isLocked(project, STATE)).toBe(false);
    put(project, `${LOCKS}/${newest() + 1}`, "");
    expect(await isLocked(project, STATE)).toBe(false);
    mkdirSync(on(project, `${LOCKS}/${newest() + 1}`));
    expect(await isLocked(project, STATE)).toBe(false);
  });

  test("of another machine is held as long as its heart beats", async () => {
    (await lockOf(project)).release();
    owned({ host: "elsewhere" });
    expect(await isLocked(project, STATE)).toBe(true);
    const past = new Date(Date.now() - 61_000);
    utimesSync(on(project, `${LOCKS}/${newest()}`), past, past);
    expect(await isLocked(project, STATE)).toBe(false);
  });

  test("that cannot be looked at is an error of the machine", async () => {
    (await lockOf(project)).release();
    const readdirSync = () => {
      throw systemError("EIO", "scandir");
    };
    await expect(replaced({ readdirSync: readdirSync as never }, () => isLocked(project, STATE))).rejects.toMatchObject(
      { code: "IO" },
    );
  });
});
