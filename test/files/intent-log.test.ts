/** The record of what is under way: whole or not there, and never in the way. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { ensureGateFolder } from "../../src/files/guard/folders.ts";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import {
  hasIntent,
  INTENT_PATH,
  type IntentRecord,
  isSameIntent,
  readIntent,
  removeIntent,
  writeIntent,
} from "../../src/files/record/intent-log.ts";
import { callsOf, DISK_CALLS, failing, replaced, systemError, wrapped } from "./faults.ts";
import { isThere, makeProject, on, put, STATE, temporaryFolder, textOf } from "./project.ts";

const INTENT: IntentRecord = {
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
    expect([hasIntent(project), readIntent(project)]).toEqual([false, undefined]);
    expect(writeIntent(project, INTENT)).toBe(true);
    expect(textOf(project, INTENT_PATH)).toBe(`${JSON.stringify(INTENT)}\n`);
    expect(statSync(on(project, INTENT_PATH)).mode & 0o777).toBe(0o600);
    expect(hasIntent(project)).toBe(true);
    expect(readIntent(project)).toEqual({ kind: "record", intent: INTENT, bytes: expect.anything() });
    expect(removeIntent(project)).toBe(true);
    expect(removeIntent(project)).toBe(false);
    expect(namesIn()).toEqual([]);
  });

  test("takes the place of another at once, and that can be put back", () => {
    writeIntent(project, INTENT);
    const first = readIntent(project);
    const { revision: _, ...rest } = INTENT;
    const other = { ...rest, command: "gate done" };
    wrapped(
      (_name, call) => {
        const result = call();
        expect(isThere(project, INTENT_PATH)).toBe(true);
        return result;
      },
      () => writeIntent(project, other),
    );
    const second = readIntent(project);
    expect(second).toMatchObject({ intent: other });
    expect([isSameIntent(first, second), isSameIntent(first, first)]).toEqual([false, true]);
    writeIntent(project, first?.kind === "record" ? first.bytes : INTENT);
    expect(isSameIntent(readIntent(project), first)).toBe(true);
    expect(isSameIntent(undefined, first)).toBe(false);
  });

  test("is not flushed: the documents are right without it", () => {
    expect(callsOf(() => writeIntent(project, INTENT))).not.toContain("fsyncSync");
  });

  test("sweeps what a writer that died left of its own", () => {
    put(project, ".claude/.gate/.pending.json.0123456789ab.tmp", "half");
    put(project, ".claude/.gate/other.json", "stays");
    writeIntent(project, INTENT);
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
    ["a command that is no text", JSON.stringify({ ...INTENT, command: 7 })],
    ["another program", JSON.stringify({ ...INTENT, command: "rm -rf ." })],
    ["another program behind ours", JSON.stringify({ ...INTENT, command: "gate start 7; rm -rf ." })],
    ["quoted text", JSON.stringify({ ...INTENT, command: "gate start 7 --title 'x'" })],
    ["a line break", JSON.stringify({ ...INTENT, command: "gate start\n7" })],
    ["a line break at the end", JSON.stringify({ ...INTENT, command: "gate start 7\n" })],
    ["control characters", JSON.stringify({ ...INTENT, command: "gate \u001b[2J" })],
    ["a direction", JSON.stringify({ ...INTENT, command: "gate \u202etrats" })],
    ["a long command", JSON.stringify({ ...INTENT, command: `gate ${"x".repeat(60)}` })],
    ["no token", JSON.stringify({ ...INTENT, lock: "3" })],
    ["no paths", JSON.stringify({ ...INTENT, paths: "x" })],
    ["too much", `${JSON.stringify(INTENT)}${" ".repeat(8192)}`],
    ["far too much", "x".repeat(4 * 1024 * 1024)],
    ["bytes that are no text", "\u0000\ufffd"],
  ];

  test.each(cases)("%s is no record", (_name, text) => {
    put(project, INTENT_PATH, text);
    expect([hasIntent(project), readIntent(project)]).toEqual([true, { kind: "foreign" }]);
    expect(writeIntent(project, INTENT)).toBe(true);
    expect(readIntent(project)).toMatchObject({ intent: INTENT });
  });

  test.each([
    ["a link", () => symlinkSync("../../planted", on(project, INTENT_PATH))],
    ["a link to a file", () => symlinkSync("../state.md", on(project, INTENT_PATH))],
    ["a FIFO", () => execFileSync("mkfifo", [on(project, INTENT_PATH)])],
  ])("%s is neither read nor followed", (_name, make) => {
    make();
    const before = textOf(project, STATE);
    expect([hasIntent(project), readIntent(project)]).toEqual([true, { kind: "foreign" }]);
    expect(writeIntent(project, INTENT)).toBe(true);
    expect(readIntent(project)).toMatchObject({ intent: INTENT });
    expect([textOf(project, STATE), isThere(project, "planted")]).toEqual([before, false]);
  });

  test("a folder stays, and costs the record", () => {
    mkdirSync(on(project, INTENT_PATH));
    expect(readIntent(project)).toEqual({ kind: "foreign" });
    expect([writeIntent(project, INTENT), removeIntent(project)]).toEqual([false, false]);
    expect(namesIn()).toEqual(["pending.json"]);
  });

  test("a gate folder that leads out of the project is not entered", () => {
    const outside = temporaryFolder();
    rmSync(on(project, ".claude/.gate"), { recursive: true });
    symlinkSync(outside, on(project, ".claude/.gate"));
    expect([writeIntent(project, INTENT), removeIntent(project), hasIntent(project)]).toEqual([false, false, false]);
    expect(readdirSync(outside)).toEqual([]);
  });
});

describe("what goes wrong costs the record and nothing else", () => {
  test("no gate folder", () => {
    rmSync(on(project, ".claude/.gate"), { recursive: true });
    expect([writeIntent(project, INTENT), removeIntent(project), hasIntent(project)]).toEqual([false, false, false]);
  });

  test.each(["ENOSPC", "EIO", "EACCES"])("%s at any call leaves a whole record or none", (code) => {
    const calls = callsOf(() => writeIntent(project, INTENT)).length;
    for (let index = 0; index < calls; index++) {
      removeIntent(project);
      const written = failing(index, code, () => writeIntent(project, INTENT));
      expect(hasIntent(project), `call ${index}`).toBe(written);
      expect(namesIn().filter((name) => name !== "pending.json")).toEqual([]);
    }
    for (const name of DISK_CALLS) {
      const broken = () => {
        throw systemError(code, name);
      };
      replaced({ [name]: broken }, () => {
        expect(typeof writeIntent(project, INTENT)).toBe("boolean");
        expect(typeof removeIntent(project)).toBe("boolean");
        expect(typeof hasIntent(project)).toBe("boolean");
      });
    }
  });

  test("what may not be read is there all the same", () => {
    writeIntent(project, INTENT);
    const open = system.openSync;
    const openSync = ((path: string, ...rest: [number, number]) => {
      if (path.endsWith("pending.json")) throw systemError("EACCES", "open");
      return open(path, ...rest);
    }) as typeof open;
    replaced({ openSync }, () => expect(readIntent(project)).toEqual({ kind: "hidden" }));
  });
});
