/** The log that stays open: never another file than the one of that name. */
import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import { AuditLog, appendAudit } from "../../src/files/record/audit.ts";
import { callsOf, failing, replaced } from "./faults.ts";
import { isThere, makeProject, on, textOf } from "./project.ts";

const LOG = ".claude/.gate/audit.jsonl";

let project: Project;
let log: AuditLog;
beforeEach(() => {
  project = makeProject();
  log = new AuditLog(project);
});
afterEach(() => log.close());

test("lines of several logs stand one below the other", () => {
  const other = new AuditLog(project);
  for (let index = 0; index < 3; index++) {
    expect(log.append({ index })).toBe(true);
    expect(other.append({ other: index })).toBe(true);
    expect(appendAudit(project, { plain: index })).toBe(true);
  }
  other.close();
  expect(textOf(project, LOG)).toBe([0, 1, 2].map((n) => `{"index":${n}}\n{"other":${n}}\n{"plain":${n}}\n`).join(""));
});

test("it is opened once", () => {
  log.append({ a: 1 });
  expect(callsOf(() => log.append({ a: 2 }))).toEqual(["lstatSync", "writeSync"]);
});

test.each([
  ["moved", () => renameSync(on(project, LOG), on(project, `${LOG}.1`))],
  ["removed", () => rmSync(on(project, LOG))],
  ["gone with its folder", () => rmSync(on(project, ".claude/.gate"), { recursive: true })],
])("one that is %s is begun anew", (_name, step) => {
  log.append({ a: 1 });
  step();
  expect(log.append({ a: 2 })).toBe(true);
  expect(textOf(project, LOG)).toBe('{"a":2}\n');
});

test("a link in its place is not followed", () => {
  log.append({ a: 1 });
  renameSync(on(project, LOG), on(project, "outside"));
  symlinkSync(on(project, "outside"), on(project, LOG));
  expect(log.append({ a: 2 })).toBe(false);
  expect(textOf(project, "outside")).toBe('{"a":1}\n');
});

test("a line that another process tore keeps its own line", () => {
  log.append({ a: 1 });
  appendFileSync(on(project, LOG), '{"torn');
  log.append({ a: 2 });
  log.append({ a: 3 });
  expect(textOf(project, LOG)).toBe('{"a":1}\n{"torn\n{"a":2}\n{"a":3}\n');
});

test("a write of its own that was cut short heals with the next line", () => {
  log.append({ a: 0 });
  const write = system.writeSync;
  const writeSync = ((fd: number, bytes: Uint8Array, offset: number) =>
    write(fd, bytes, offset, 4, null)) as typeof write;
  expect(replaced({ writeSync }, () => log.append({ a: 1 }))).toBe(false);
  expect(log.append({ a: 2 })).toBe(true);
  expect(textOf(project, LOG)).toBe('{"a":0}\n{"a"\n{"a":2}\n');
});

test("a full one is begun anew, and what follows goes to the new one", () => {
  for (let index = 0; index < 300; index++) log.append({ index, text: "x".repeat(3900) });
  expect(isThere(project, `${LOG}.1`)).toBe(true);
  log.append({ last: true });
  expect(textOf(project, LOG)).toMatch(/\{"last":true\}\n$/);
});

test.each(["ENOSPC", "EIO", "EMFILE"])("%s at any call is an answer, and leaves no file open", (code) => {
  mkdirSync(on(project, ".claude/.gate"), { recursive: true });
  const open = () => readdirSync("/proc/self/fd").length;
  const before = process.platform === "linux" ? open() : 0;
  const calls = callsOf(() => log.append({ a: 0 })).length + callsOf(() => log.append({ a: 1 })).length;
  log.close();
  for (let index = 0; index < calls; index++) {
    const mine = new AuditLog(project);
    failing(index, code, () => expect([mine.append({ index }), mine.append({ index })]).toContain(true));
    mine.close();
  }
  if (process.platform === "linux") expect(open()).toBe(before);
});

test("what is appended later is there soon, in order, and at the latest when the log is closed", async () => {
  log.append({ n: 0 });
  log.appendLater({ n: 1 });
  log.appendLater({ n: 2 });
  expect(textOf(project, LOG)).toBe('{"n":0}\n');
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(textOf(project, LOG)).toBe('{"n":0}\n{"n":1}\n{"n":2}\n');
  log.appendLater({ n: 3 });
  log.close();
  expect(textOf(project, LOG)).toBe('{"n":0}\n{"n":1}\n{"n":2}\n{"n":3}\n');
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(textOf(project, LOG)).toBe('{"n":0}\n{"n":1}\n{"n":2}\n{"n":3}\n');
});
