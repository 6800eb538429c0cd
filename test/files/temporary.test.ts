import { mkdirSync, readdirSync, symlinkSync, utimesSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import type { Project } from "../../src/files/guard/project.ts";
import type { system } from "../../src/files/guard/system.ts";
import { sweepTemporaries, temporaryName } from "../../src/files/guard/temporary.ts";
import { replaced, systemError } from "./faults.ts";
import { makeProject, OLD, on, put, STATE } from "./project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});

const sweep = (document = STATE, folder = ".claude"): string[] => sweepTemporaries(project, folder, document).sort();
const left = (): string[] => readdirSync(on(project, ".claude")).sort();

function orphan(name: string, minutesOld = 0): void {
  put(project, `.claude/${name}`, "orphan");
  const time = new Date(Date.now() - minutesOld * 60_000);
  utimesSync(on(project, `.claude/${name}`), time, time);
}

test("our own go at once", () => {
  const name = temporaryName("state.md");
  expect(name).toMatch(/^\.state\.md\.[0-9a-f]{12}\.tmp$/);
  orphan(name);
  expect(sweep()).toEqual([name]);
  expect(left()).toEqual(["state.md"]);
});

test.each([
  [".state.md.abc.tmp", 61, true],
  [".state.md.abc.tmp", 59, false],
  [".state.md.abc.tmp", -600, false],
  [".state.md.0123456789AB.tmp", 0, false],
  [".state.md.0123456789abc.tmp", 0, false],
  [".state.md..tmp", 600, false],
  [".state.md.tmp", 600, false],
  ["state.md.abc.tmp", 600, false],
  [".state.md.abc.tmp~", 600, false],
  [".state.md.bak.abc.tmp", 600, false],
  [".state.mdx.abc.tmp", 600, false],
  [".other.md.0123456789ab.tmp", 600, false],
  ["notes.tmp", 600, false],
])("%s, %i minutes old: %s", (name, minutes, goes) => {
  orphan(name, minutes);
  expect(sweep()).toEqual(goes ? [name] : []);
  expect(left()).toContain("state.md");
  expect(left().includes(name)).toBe(!goes);
});

test("only in the folder and for the document that is named", () => {
  put(project, ".claude/work/.42.md.0123456789ab.tmp", "orphan");
  put(project, ".claude/work/.43.md.0123456789ab.tmp", "orphan");
  expect(sweep()).toEqual([]);
  expect(sweep(".claude/work/42.md", ".claude/work")).toEqual([".42.md.0123456789ab.tmp"]);
  expect(readdirSync(on(project, ".claude/work"))).toEqual([".43.md.0123456789ab.tmp"]);
});

test("a link goes, what it leads to stays; a folder stays", () => {
  symlinkSync("state.md", on(project, ".claude/.state.md.0123456789ab.tmp"));
  mkdirSync(on(project, ".claude/.state.md.ba9876543210.tmp"));
  expect(sweep()).toEqual([".state.md.0123456789ab.tmp"]);
  expect(left()).toEqual([".state.md.ba9876543210.tmp", "state.md"]);
});

test("a missing folder and a disk that fails leave nothing to do", () => {
  expect(sweep(".claude/archive/1.md", ".claude/archive")).toEqual([]);
  orphan(".state.md.0123456789ab.tmp");
  const readdirSync = (() => {
    throw systemError("EIO", "scandir");
  }) as unknown as typeof system.readdirSync;
  expect(replaced({ readdirSync }, () => sweep())).toEqual([]);
  put(project, STATE, OLD);
});
