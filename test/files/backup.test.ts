import { chmodSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import { backUp } from "../../src/files/replace/backup.ts";
import { callsOf, failing, replaced } from "./faults.ts";
import { documentsOf, failure, makeProject, NEW, OLD, on, put, STATE, textOf } from "./project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});

const backups = (): string[] =>
  Object.keys(documentsOf(project))
    .filter((name) => name.includes(".bak"))
    .sort();

describe("a backup", () => {
  test("is named state.md.bak, then .bak.1, .bak.2, and covers none", () => {
    const names = ["one", "two", "three"].map((text) => {
      put(project, STATE, text);
      return backUp(project, STATE);
    });
    expect(names).toEqual([`${STATE}.bak`, `${STATE}.bak.1`, `${STATE}.bak.2`]);
    expect(names.map((name) => textOf(project, name))).toEqual(["one", "two", "three"]);
    expect(textOf(project, STATE)).toBe("three");
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["invalid UTF-8 and zeros", Buffer.from([0xff, 0xfe, 0, 0x80, 0xc3, 0x28, 13, 10])],
    ["more than a document may be", Buffer.alloc(3 * 1024 * 1024 + 17, "abcdefg")],
    ["exactly one chunk", Buffer.alloc(65_536, 7)],
  ])("holds %s, byte for byte", (_name, bytes) => {
    put(project, STATE, bytes);
    const path = backUp(project, STATE);
    expect(Buffer.from(textOf(project, path)).equals(Buffer.from(bytes.toString()))).toBe(true);
    expect(statSync(on(project, path)).size).toBe(bytes.length);
  });

  test("has the mode of the document", () => {
    chmodSync(on(project, STATE), 0o600);
    expect(statSync(on(project, backUp(project, STATE))).mode & 0o777).toBe(0o600);
  });

  test("is flushed with its name", () => {
    expect(callsOf(() => backUp(project, STATE)).filter((name) => name === "fsyncSync")).toHaveLength(2);
  });

  test("never reuses a number that was given up", () => {
    for (const name of [".bak.7", ".bak.x", ".bak.01", ".bak.", ".bakery"]) put(project, STATE + name, "kept");
    expect(backUp(project, STATE)).toBe(`${STATE}.bak.8`);
    put(project, ".claude/work/42.md", OLD);
    expect(backUp(project, ".claude/work/42.md")).toBe(".claude/work/42.md.bak");
  });

  test("goes past links and folders that have its name", () => {
    symlinkSync("planted", on(project, `${STATE}.bak`));
    mkdirSync(on(project, `${STATE}.bak.1`));
    expect(backUp(project, STATE)).toBe(`${STATE}.bak.2`);
    expect(documentsOf(project)).not.toHaveProperty(".claude/planted");
  });

  test("taken by another process in the gap is left to it", () => {
    const open = system.openSync;
    const openSync = ((path: string, ...rest: [number, number]) => {
      if (path.endsWith("state.md.bak")) put(project, `${STATE}.bak`, "theirs");
      return open(path, ...rest);
    }) as typeof open;
    expect(replaced({ openSync }, () => backUp(project, STATE))).toBe(`${STATE}.bak.1`);
    expect(textOf(project, `${STATE}.bak`)).toBe("theirs");
  });
});

describe("what cannot be backed up", () => {
  test("nothing, a link, a folder, and what is not ours", () => {
    put(project, "package.json", "{}");
    failure("UNSAFE_PATH", () => backUp(project, "package.json"));
    rmSync(on(project, STATE));
    failure("NOT_FOUND", () => backUp(project, STATE));
    symlinkSync("../package.json", on(project, STATE));
    failure("UNSAFE_PATH", () => backUp(project, STATE));
    rmSync(on(project, STATE));
    mkdirSync(on(project, STATE));
    failure("UNSAFE_PATH", () => backUp(project, STATE));
    expect(backups()).toEqual([]);
  });

  test.each(["written in place", "replaced"])("a document that is %s all the time", (how) => {
    let count = 0;
    const fsync = system.fsyncSync;
    const fsyncSync = (descriptor: number) => {
      fsync(descriptor);
      const text = `version ${count++}`;
      if (how === "replaced") {
        writeFileSync(on(project, ".claude/editor"), text);
        renameSync(on(project, ".claude/editor"), on(project, STATE));
      } else writeFileSync(on(project, STATE), text);
    };
    const error = failure("CONFLICT", () => replaced({ fsyncSync }, () => backUp(project, STATE)));
    expect(error.path).toBe(STATE);
    expect(backups()).toEqual([]);
  });

  test("a document that is saved once in the middle is copied again", () => {
    let saved = false;
    const fsync = system.fsyncSync;
    const fsyncSync = (descriptor: number) => {
      fsync(descriptor);
      if (!saved) put(project, STATE, NEW);
      saved = true;
    };
    expect(
      textOf(
        project,
        replaced({ fsyncSync }, () => backUp(project, STATE)),
      ),
    ).toBe(NEW.toString());
    expect(backups()).toEqual([`${STATE}.bak`]);
  });
});

describe("when the disk fails", () => {
  test("a copy that does not read back the same is no backup", () => {
    const write = system.writeSync;
    const writeSync = ((fd: number, bytes: Uint8Array, offset: number, length: number) => {
      const wrong = Uint8Array.from(bytes);
      wrong[3] = 0;
      return write(fd, wrong, offset, length, null);
    }) as typeof write;
    failure("CONFLICT", () => replaced({ writeSync }, () => backUp(project, STATE)));
    expect(backups()).toEqual([]);
  });

  test.each(["ENOSPC", "EIO", "EACCES", "EMFILE"])("%s at every call: a whole backup or none", (code) => {
    const calls = callsOf(() => backUp(project, STATE));
    calls.forEach((name, index) => {
      project = makeProject();
      let path: string | undefined;
      try {
        path = failing(index, code, () => backUp(project, STATE));
      } catch (error) {
        expect(error, name).toBeInstanceOf(GateError);
        expect((error as GateError).code, name).toBe("IO");
      }
      expect(backups(), name).toEqual(path === undefined ? [] : [path]);
      if (path !== undefined) expect(textOf(project, path)).toBe(OLD.toString());
      expect(textOf(project, STATE)).toBe(OLD.toString());
    });
  });
});

describe("retention", () => {
  test("keeps the newest 20 of a document", () => {
    put(project, `${STATE}.bak.note`, "mine");
    put(project, ".claude/other.md.bak", "another document's");
    for (let count = 0; count < 25; count++) {
      put(project, STATE, `version ${count}`);
      backUp(project, STATE);
    }
    const kept = backups().filter((name) => /state\.md\.bak(\.\d+)?$/.test(name));
    expect(kept).toHaveLength(20);
    expect(kept.map((name) => textOf(project, name)).sort()).toEqual(
      Array.from({ length: 20 }, (_, index) => `version ${index + 5}`).sort(),
    );
    expect(backups()).toContain(`${STATE}.bak.note`);
    expect(backups()).toContain(".claude/other.md.bak");
  });

  test("removes no folder and no link", () => {
    symlinkSync("x", on(project, `${STATE}.bak`));
    mkdirSync(on(project, `${STATE}.bak.1`));
    for (let count = 0; count < 22; count++) backUp(project, STATE);
    expect(statSync(on(project, `${STATE}.bak.1`)).isDirectory()).toBe(true);
  });
});
