import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import { appendAudit } from "../../src/files/record/audit.ts";
import { callsOf, DISK_CALLS, failing, replaced, systemError } from "./faults.ts";
import { isThere, makeProject, on, put, temporaryFolder, textOf } from "./project.ts";

const LOG = ".claude/.gate/audit.jsonl";
const MEBIBYTE = 1024 * 1024;

let project: Project;
beforeEach(() => {
  project = makeProject();
});

const linesOf = (path = LOG): unknown[] =>
  textOf(project, path)
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe("a line", () => {
  test("is one object, in the order given", () => {
    expect(appendAudit(project, { time: "t", operation: "save", size: 3, path: null })).toBe(true);
    expect(appendAudit(project, { operation: "done" })).toBe(true);
    expect(textOf(project, LOG)).toBe('{"time":"t","operation":"save","size":3,"path":null}\n{"operation":"done"}\n');
  });

  test("is written with one call", () => {
    appendAudit(project, { a: 1 });
    expect(callsOf(() => appendAudit(project, { a: 2 })).filter((name) => name === "writeSync")).toHaveLength(1);
  });

  test("is for the owner alone and kept out of git", () => {
    appendAudit(project, { a: 1 });
    expect(statSync(on(project, LOG)).mode & 0o777).toBe(0o600);
    expect(textOf(project, ".claude/.gate/.gitignore")).toBe("*\n");
  });

  test.each([
    ["line breaks", "a\nb\r\nc"],
    ["escape and bell", "\u001b[2J\u0007"],
    ["DEL and C1", "\u007f\u0085\u009b31m"],
    ["line and paragraph separators", "\u2028\u2029"],
    ["zero width", "\u200b\u200c\u200d\u2060\ufeff\u00ad"],
    ["direction", "\u202a\u202e\u2066\u2069\u200e\u200f\u061c"],
    ["a lone surrogate", "\ud800x"],
    ["quotes and backslashes", '"\\u202e\\"'],
    ["any script", "Zażółć 日本語 ✅ 👩‍💻"],
  ])("with %s stays one harmless line and reads back", (_name, text) => {
    appendAudit(project, { [text]: [text, { text }] });
    const raw = textOf(project, LOG);
    expect(raw.slice(0, -1)).not.toMatch(
      /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/,
    );
    expect(linesOf()).toEqual([{ [text]: [text, { text }] }]);
  });

  test.each([
    ["one long text", { title: "x".repeat(10_000), operation: "save" }],
    ["wide characters", { title: "\u202e".repeat(3000), operation: "save" }],
    ["many texts", { list: Array.from({ length: 60 }, () => "y".repeat(500)), operation: "save" }],
    ["too many of them", { list: Array.from({ length: 5000 }, () => "y"), operation: "save" }],
    ["many keys", { ...Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`key${n}`, n])), operation: "save" }],
  ])("is below 4 KiB with %s", (_name, entry) => {
    expect(appendAudit(project, entry)).toBe(true);
    expect(statSync(on(project, LOG)).size).toBeLessThan(4096);
    expect(linesOf()).toHaveLength(1);
    if (!("key1" in entry)) expect(linesOf()[0]).toMatchObject({ operation: "save" });
  });

  test("of 4095 bytes is whole", () => {
    const entry = { text: "x".repeat(4095 - '{"text":""}\n'.length) };
    appendAudit(project, entry);
    expect(linesOf()).toEqual([entry]);
    expect(statSync(on(project, LOG)).size).toBe(4095);
  });

  test("after a torn one stands on its own", () => {
    put(project, LOG, '{"a":1}\n{"b":');
    appendAudit(project, { c: 3 });
    expect(textOf(project, LOG)).toBe('{"a":1}\n{"b":\n{"c":3}\n');
  });
});

describe("rotation", () => {
  const fill = (size = MEBIBYTE - 5): void => put(project, LOG, `${"x".repeat(size - 1)}\n`);
  const logs = (): string[] =>
    readdirSync(on(project, ".claude/.gate"))
      .filter((name) => name !== ".gitignore")
      .sort();

  test("begins anew at 1 MiB and keeps five files", () => {
    appendAudit(project, { number: -1 });
    for (let number = 0; number < 8; number++) {
      fill();
      appendAudit(project, { number });
      expect(linesOf()).toEqual([{ number }]);
    }
    expect(logs()).toEqual(["audit.jsonl", ...[1, 2, 3, 4, 5].map((number) => `audit.jsonl.${number}`)]);
    expect(statSync(on(project, `${LOG}.5`)).size).toBe(MEBIBYTE - 5);
  });

  test("moves each file up by one", () => {
    for (const number of [1, 2, 3, 4, 5]) put(project, `${LOG}.${number}`, `old ${number}`);
    fill();
    appendAudit(project, { a: 1 });
    expect([2, 3, 4, 5].map((number) => textOf(project, `${LOG}.${number}`))).toEqual([
      "old 1",
      "old 2",
      "old 3",
      "old 4",
    ]);
  });

  test("does not come before the line no longer fits", () => {
    fill(MEBIBYTE - '{"a":1}\n'.length);
    appendAudit(project, { a: 1 });
    expect(statSync(on(project, LOG)).size).toBe(MEBIBYTE);
    expect(logs()).toEqual(["audit.jsonl"]);
  });

  test("is left to another process that is at it, unless that died", () => {
    fill();
    put(project, `${LOG}.rotating`, "");
    expect(appendAudit(project, { a: 1 })).toBe(true);
    expect(logs()).toEqual(["audit.jsonl", "audit.jsonl.rotating"]);
    const past = new Date(Date.now() - 61_000);
    utimesSync(on(project, `${LOG}.rotating`), past, past);
    appendAudit(project, { a: 2 });
    appendAudit(project, { a: 3 });
    expect(logs()).toEqual(["audit.jsonl", "audit.jsonl.1"]);
    expect(linesOf()).toEqual([{ a: 3 }]);
  });

  test("by another process between look and claim is not repeated", () => {
    fill();
    const open = system.openSync;
    const openSync = ((path: string, ...rest: [number, number]) => {
      const descriptor = open(path, ...rest);
      if (path.endsWith(".rotating")) put(project, LOG, '{"theirs":1}\n');
      return descriptor;
    }) as typeof open;
    replaced({ openSync }, () => appendAudit(project, { a: 1 }));
    expect(logs()).toEqual(["audit.jsonl"]);
    expect(linesOf()).toEqual([{ theirs: 1 }, { a: 1 }]);
  });
});

describe("what goes wrong costs the line and nothing else", () => {
  test.each([
    ["a link", () => symlinkSync("../../planted", on(project, LOG))],
    ["a folder", () => mkdirSync(on(project, LOG))],
    ["a FIFO", () => execFileSync("mkfifo", [on(project, LOG)])],
  ])("%s in place of the log", (_name, make) => {
    mkdirSync(on(project, ".claude/.gate"));
    make();
    expect(appendAudit(project, { a: 1 })).toBe(false);
    expect(isThere(project, "planted")).toBe(false);
  });

  test("a gate folder that leads out of the project", () => {
    const outside = temporaryFolder();
    symlinkSync(outside, on(project, ".claude/.gate"));
    expect(appendAudit(project, { a: 1 })).toBe(false);
    expect(readdirSync(outside)).toEqual([]);
  });

  test("an entry that is no JSON", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(appendAudit(project, circle)).toBe(false);
    expect(appendAudit(project, { big: 1n })).toBe(false);
  });

  test.each(["ENOSPC", "EIO", "EACCES"])("%s at any call", (code) => {
    appendAudit(project, { a: 1 });
    const calls = callsOf(() => appendAudit(project, { a: 2 })).length;
    for (let index = 0; index < calls; index++) {
      expect(typeof failing(index, code, () => appendAudit(project, { index }))).toBe("boolean");
    }
    expect(linesOf().length).toBeGreaterThanOrEqual(2);
    for (const name of DISK_CALLS) {
      const broken = () => {
        throw systemError(code, name);
      };
      expect(typeof replaced({ [name]: broken }, () => appendAudit(project, { name }))).toBe("boolean");
    }
  });

  test("a write cut short is told, and heals with the next line", () => {
    const write = system.writeSync;
    const writeSync = ((fd: number, bytes: Uint8Array, offset: number) =>
      write(fd, bytes, offset, 4, null)) as typeof write;
    expect(replaced({ writeSync }, () => appendAudit(project, { a: 1 }))).toBe(false);
    rmSync(on(project, ".claude/.gate"), { recursive: true });
    appendAudit(project, { a: 0 });
    expect(replaced({ writeSync }, () => appendAudit(project, { a: 1 }))).toBe(false);
    expect(appendAudit(project, { a: 2 })).toBe(true);
    expect(textOf(project, LOG)).toBe('{"a":0}\n{"a"\n{"a":2}\n');
  });
});
