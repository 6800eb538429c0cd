import { chmodSync, linkSync, lstatSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import type { Lock } from "../../src/files/lock/lock.ts";
import { moveFile, removeFile } from "../../src/files/replace/move.ts";
import { ChangedOnDisk } from "../../src/files/replace/replace.ts";
import { callsOf, failing, replaced, systemError, wrapped } from "./faults.ts";
import { documentsOf, failure, isThere, makeProject, NEW, OLD, on, put, textOf } from "./project.ts";

const FROM = ".claude/work/42.md";
const TO = ".claude/archive/42.md";
const lock: Lock = { document: FROM, token: 1, isHeld: () => true, release: () => {} };

let project: Project;
beforeEach(prepare);

function prepare(): void {
  project = makeProject({ [FROM]: OLD });
  mkdirSync(on(project, ".claude/archive"));
}

const move = (expected: Uint8Array = OLD) => moveFile(project, FROM, TO, { expected, lock });
const remove = (expected: Uint8Array = OLD) => removeFile(project, FROM, { expected, lock });
const noLinks = (code = "EPERM") => ({
  linkSync: () => {
    throw systemError(code, "link");
  },
});

describe("a move", () => {
  test("takes the file along, inode and mode", () => {
    chmodSync(on(project, FROM), 0o640);
    const { ino } = lstatSync(on(project, FROM));
    expect(move()).toEqual({ durable: true });
    expect(documentsOf(project)).toEqual({ [TO]: OLD.toString() });
    expect(lstatSync(on(project, TO))).toMatchObject({ ino, nlink: 1 });
    expect(statSync(on(project, TO)).mode & 0o777).toBe(0o640);
  });

  test("makes the new name durable before the old one goes", () => {
    const order = callsOf(() => move()).filter((name) => /^(link|unlink|fsync)/.test(name));
    expect(order).toEqual(["linkSync", "fsyncSync", "unlinkSync", "fsyncSync"]);
  });

  test("done twice is done once", () => {
    move();
    expect(move()).toEqual({ durable: true });
    expect(documentsOf(project)).toEqual({ [TO]: OLD.toString() });
  });

  test.each(["one file of two names", "two files of the same bytes"])("left half done as %s is finished", (kind) => {
    if (kind.startsWith("one")) linkSync(on(project, FROM), on(project, TO));
    else put(project, TO, OLD);
    expect(move()).toEqual({ durable: true });
    expect(documentsOf(project)).toEqual({ [TO]: OLD.toString() });
  });

  test.each([NEW, Buffer.from(""), OLD.subarray(0, 5), Buffer.concat([OLD, OLD])])(
    "never covers other bytes (%#)",
    (bytes) => {
      put(project, TO, bytes);
      const error = failure("CONFLICT", () => move());
      expect(error.path).toBe(TO);
      expect(documentsOf(project)).toEqual({ [FROM]: OLD.toString(), [TO]: bytes.toString() });
    },
  );

  test.each(["with", "without"])("never covers a file that appears in the gap, %s links", (links) => {
    const link = system.linkSync;
    const linkSync = ((from: string, to: string) => {
      put(project, TO, NEW);
      if (links === "without") throw systemError("EPERM", "link");
      link(from, to);
    }) as typeof link;
    failure("CONFLICT", () => replaced({ linkSync }, () => move()));
    expect(documentsOf(project)).toEqual({ [FROM]: OLD.toString(), [TO]: NEW.toString() });
  });

  test("of a file that was changed is decided anew", () => {
    put(project, FROM, NEW);
    expect(() => move()).toThrow(ChangedOnDisk);
    expect(documentsOf(project)).toEqual({ [FROM]: NEW.toString() });
  });

  test.each(["linkSync", "fsyncSync"])("of a file replaced at %s loses neither", (moment) => {
    let done = false;
    const act = () =>
      wrapped((name, call) => {
        if (name === moment && !done) {
          done = true;
          rmSync(on(project, FROM));
          put(project, FROM, NEW);
        }
        return call();
      }, move);
    expect(act).toThrow(ChangedOnDisk);
    const found = documentsOf(project);
    expect(found[FROM]).toBe(NEW.toString());
    if (moment === "fsyncSync") expect(found[TO]).toBe(OLD.toString());
    else expect(found[TO]).toBeUndefined();
  });

  test("of nothing is not found", () => {
    rmSync(on(project, FROM));
    failure("NOT_FOUND", () => move());
    put(project, TO, NEW);
    failure("NOT_FOUND", () => move());
    expect(textOf(project, TO)).toBe(NEW.toString());
  });

  test("of or to a link is refused", () => {
    symlinkSync("nowhere", on(project, TO));
    failure("UNSAFE_PATH", () => move());
    rmSync(on(project, TO));
    rmSync(on(project, FROM));
    symlinkSync("../state.md", on(project, FROM));
    failure("UNSAFE_PATH", () => move());
  });

  test("out of the state tree is refused", () => {
    failure("UNSAFE_PATH", () => moveFile(project, FROM, "42.md", { expected: OLD, lock }));
    failure("UNSAFE_PATH", () => moveFile(project, "42.md", TO, { expected: OLD, lock }));
  });

  test("without the lock is refused", () => {
    failure("LOCKED", () => moveFile(project, FROM, TO, { expected: OLD, lock: { ...lock, isHeld: () => false } }));
    expect(documentsOf(project)).toEqual({ [FROM]: OLD.toString() });
  });

  test.each(["EPERM", "ENOTSUP", "EMLINK", "EXDEV"])("where link says %s is a copy, then a removal", (code) => {
    chmodSync(on(project, FROM), 0o600);
    expect(replaced(noLinks(code), () => move())).toEqual({ durable: true });
    expect(documentsOf(project)).toEqual({ [TO]: OLD.toString() });
    expect(statSync(on(project, TO)).mode & 0o777).toBe(0o600);
  });

  test("by copy does not lose what an editor writes into the old file meanwhile", () => {
    let written = false;
    const fsync = system.fsyncSync;
    const fsyncSync = (descriptor: number) => {
      fsync(descriptor);
      if (!written) writeFileSync(on(project, FROM), "edited");
      written = true;
    };
    expect(() => replaced({ ...noLinks(), fsyncSync }, () => move())).toThrow(ChangedOnDisk);
    expect(textOf(project, FROM)).toBe("edited");
  });

  test("whose new name the disk does not confirm keeps the old one", () => {
    const fsyncSync = () => {
      throw systemError("EIO", "fsync");
    };
    failure("IO", () => replaced({ fsyncSync }, () => move()));
    expect(textOf(project, FROM)).toBe(OLD.toString());
    expect(move()).toEqual({ durable: true });
    expect(documentsOf(project)).toEqual({ [TO]: OLD.toString() });
  });
});

describe("a removal", () => {
  test("removes what was expected, once", () => {
    expect(remove()).toEqual({ durable: true });
    expect(isThere(project, FROM)).toBe(false);
    expect(remove()).toEqual({ durable: true });
  });

  test("leaves everything else", () => {
    expect(() => remove(NEW)).toThrow(ChangedOnDisk);
    failure("LOCKED", () => removeFile(project, FROM, { expected: OLD, lock: { ...lock, isHeld: () => false } }));
    failure("UNSAFE_PATH", () => removeFile(project, "package.json", { expected: OLD, lock }));
    expect(documentsOf(project)).toEqual({ [FROM]: OLD.toString() });
  });

  test("leaves a file that an editor puts there in the last moment", () => {
    const isHeld = () => {
      rmSync(on(project, FROM));
      put(project, FROM, NEW);
      return true;
    };
    expect(() => removeFile(project, FROM, { expected: OLD, lock: { ...lock, isHeld } })).toThrow(ChangedOnDisk);
    expect(textOf(project, FROM)).toBe(NEW.toString());
  });
});

describe.each([
  ["move", move, {}],
  ["move without links", move, noLinks()],
  ["removal", remove, {}],
] as const)("an error at every call of a %s", (_name, act, members) => {
  test.each(["ENOSPC", "EIO", "EACCES", "EMFILE"])("%s: the bytes are somewhere, and trying again finishes", (code) => {
    const calls = callsOf(() => replaced(members, act)).length;
    for (let index = 0; index < calls; index++) {
      prepare();
      let done = false;
      try {
        replaced(members, () => failing(index, code, act));
        done = true;
      } catch (error) {
        expect(error).toBeInstanceOf(GateError);
      }
      const found = Object.values(documentsOf(project));
      for (const text of found) if (act === move) expect(text, `call ${index}`).toBe(OLD.toString());
      if (act === move) expect(found.length, `call ${index}`).toBeGreaterThan(0);
      if (!done) expect(replaced(members, act)).toEqual({ durable: true });
      expect(documentsOf(project)).toEqual(act === move ? { [TO]: OLD.toString() } : {});
    }
  });
});
