import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import { asGateError, attempt, codeOf } from "../../src/files/guard/errors.ts";
import { fingerprint, isSameFile, keyOf, locate, openFolder } from "../../src/files/guard/path.ts";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import { callsOf, failing, replaced, systemError } from "./faults.ts";
import { failure, makeProject, OLD, on, put, STATE, temporaryFolder } from "./project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});

/** Locates and closes, and says what stands there. */
function look(path: string): "file" | "nothing" {
  const place = locate(project, path);
  place.close();
  expect(place.path).toBe(path);
  return place.stats === undefined ? "nothing" : "file";
}

describe.each([process.platform, "darwin", "win32"])("on %s", (platform) => {
  const there = <T>(step: () => T): T => replaced({ platform }, step);

  test("a file and a free name are found", () => {
    expect(there(() => look(STATE))).toBe("file");
    expect(there(() => look(".claude/other.md"))).toBe("nothing");
  });

  test.each([
    ["a link to a file", () => symlinkSync("state.md", on(project, ".claude/link.md"))],
    ["a dangling link", () => symlinkSync("nowhere", on(project, ".claude/link.md"))],
    ["a link to itself", () => symlinkSync("link.md", on(project, ".claude/link.md"))],
    ["a link to a folder", () => symlinkSync(".", on(project, ".claude/link.md"))],
    ["a folder", () => mkdirSync(on(project, ".claude/link.md"))],
    ["a FIFO", () => execFileSync("mkfifo", [on(project, ".claude/link.md")])],
  ])("%s is refused as a target", (_name, make) => {
    make();
    const error = failure("UNSAFE_PATH", () => there(() => look(".claude/link.md")));
    expect(error.path).toBe(".claude/link.md");
    expect(error.message).toMatch(/^Cannot use \.claude\/link\.md: /);
  });

  test("a folder that is a link inside the project is followed", () => {
    put(project, "notes/42.md", OLD);
    symlinkSync("../notes", on(project, ".claude/work"));
    expect(there(() => look(".claude/work/42.md"))).toBe("file");
  });

  test.each(["absolute", "relative", "through a sibling whose name begins alike"])(
    "a folder that is a link outside is refused: %s",
    (kind) => {
      const outside = kind.startsWith("through") ? `${project.root}-sibling` : temporaryFolder();
      mkdirSync(outside, { recursive: true });
      writeFileSync(join(outside, "42.md"), "theirs");
      const target = kind === "absolute" ? outside : join("../..", outside.slice(outside.lastIndexOf("/") + 1));
      symlinkSync(target, on(project, ".claude/work"));
      try {
        failure("UNSAFE_PATH", () => there(() => look(".claude/work/42.md")));
        failure("UNSAFE_PATH", () => there(() => openFolder(project, ".claude/work")));
      } finally {
        rmSync(outside, { recursive: true });
      }
    },
  );

  test("a folder that is missing, a file, or a broken link is no folder", () => {
    put(project, ".claude/work", "a file");
    symlinkSync("nowhere", on(project, ".claude/archive"));
    for (const folder of ["missing", "work", "archive"]) {
      expect(there(() => openFolder(project, `.claude/${folder}`))).toBeUndefined();
      failure("NOT_FOUND", () => there(() => look(`.claude/${folder}/1.md`)));
    }
  });

  test("a circle of links is refused", () => {
    symlinkSync("archive", on(project, ".claude/work"));
    symlinkSync("work", on(project, ".claude/archive"));
    failure("UNSAFE_PATH", () => there(() => look(".claude/work/1.md")));
  });
});

describe("a path", () => {
  test.each([
    "",
    ".",
    "..",
    "/",
    "/etc/passwd",
    "../state.md",
    ".claude/../../x",
    ".claude/..",
    ".claude/./state.md",
    ".claude//state.md",
    ".claude/",
    "C:\\x",
    "C:/x",
    ".claude\\state.md",
    ".claude/a\0b",
    ".claude/a\nb",
    ".claude/a\u009bb",
    ".claude/-rf",
    ".claude/.hidden",
    ".claude/a.",
    ".claude/a ",
    ".claude/a:b",
    ".claude/CON",
    ".claude/nul.md",
    ".claude/com1/x.md",
    ".claude/PROGRA~1",
    `.claude/${"x".repeat(129)}`,
    ".claude/..\\x",
    ".git/../../x",
  ])("%j is refused before the disk is touched", (path) => {
    const calls = callsOf(() => failure("UNSAFE_PATH", () => locate(project, path)));
    expect(calls).toEqual([]);
  });

  test.each([
    ".claude/state.md",
    ".claude/.gate/.gitignore",
    ".claude/work/007.md",
    ".claude/Zażółć gęślą.md",
    ".claude/work/a-b_c d.md",
  ])("%j is fine", (path) => {
    mkdirSync(on(project, ".claude/.gate"));
    mkdirSync(on(project, ".claude/work"));
    expect(["file", "nothing"]).toContain(look(path));
  });

  test("shown in a message cannot steer a terminal", () => {
    const error = failure("UNSAFE_PATH", () => locate(project, ".claude/\u001b[31m\u202e"));
    expect(error.message).not.toMatch(/[\u001b\u202e]/);
  });
});

describe.runIf(process.platform === "linux")("a folder swapped for a link", () => {
  const swap = (outside: string) => {
    renameSync(on(project, ".claude"), on(project, "was"));
    symlinkSync(outside, on(project, ".claude"));
  };

  test("after it was opened gains nothing", () => {
    const outside = temporaryFolder();
    const place = locate(project, ".claude/new.md");
    swap(outside);
    writeFileSync(place.folder.at("new.md"), "ours");
    place.close();
    expect(readdirSync(outside)).toEqual([]);
    expect(readdirSync(on(project, "was")).sort()).toEqual(["new.md", "state.md"]);
  });

  test("before it is opened is refused", () => {
    const outside = temporaryFolder();
    const open = system.openSync;
    const openSync = ((...args: Parameters<typeof open>) => {
      swap(outside);
      return open(...args);
    }) as typeof open;
    failure("UNSAFE_PATH", () => replaced({ openSync }, () => locate(project, STATE)));
  });
});

test("where /proc is absent plain paths are used", () => {
  const readlinkSync = (() => {
    throw systemError("ENOENT", "readlink");
  }) as unknown as typeof system.readlinkSync;
  replaced({ readlinkSync }, () => {
    const folder = openFolder(project, ".claude");
    expect(folder?.at("state.md")).toBe(on(project, STATE));
    expect(folder?.sync()).toBe(true);
    folder?.close();
    symlinkSync(temporaryFolder(), on(project, ".claude/work"));
    failure("UNSAFE_PATH", () => openFolder(project, ".claude/work"));
  });
});

test("no descriptor stays open, whatever fails", () => {
  let open = 0;
  const { openSync, closeSync } = system;
  const counted = {
    openSync: ((...args: Parameters<typeof openSync>) => {
      const descriptor = openSync(...args);
      open++;
      return descriptor;
    }) as typeof openSync,
    closeSync: (descriptor: number) => {
      open--;
      closeSync(descriptor);
    },
  };
  replaced(counted, () => {
    const calls = callsOf(() => locate(project, STATE).close()).length;
    for (let index = 0; index < calls; index++) {
      try {
        failing(index, "EIO", () => locate(project, STATE)).close();
      } catch (error) {
        expect(error).toBeInstanceOf(GateError);
      }
      expect(open).toBe(0);
    }
    symlinkSync(temporaryFolder(), on(project, ".claude/work"));
    failure("UNSAFE_PATH", () => locate(project, ".claude/work/1.md"));
    failure("UNSAFE_PATH", () => locate(project, ".claude/work"));
    expect(open).toBe(0);
  });
});

test("a folder is closed once", () => {
  const folder = openFolder(project, "");
  folder?.close();
  const calls = callsOf(() => folder?.close());
  expect(calls).toEqual([]);
});

test("a key is one name, its own for each document", () => {
  expect(keyOf(STATE)).toBe("state.md");
  expect(keyOf(".claude/work/42.md")).toBe("work__42.md");
  const long = (end: string) => keyOf(`.claude/state/${"é".repeat(120)}/${"k".repeat(100)}${end}`);
  expect(long("1")).not.toBe(long("2"));
  expect(Buffer.byteLength(long("1"))).toBeLessThan(200);
  failure("UNSAFE_PATH", () => keyOf("../x"));
  expect(fingerprint("")).toBe("811c9dc5");
  expect(fingerprint("foobar")).toBe("bf9cf968");
});

test("sameness needs two files", () => {
  const place = locate(project, STATE);
  place.close();
  expect(isSameFile(place.stats, place.stats)).toBe(true);
  expect(isSameFile(place.stats, undefined)).toBe(false);
  expect(isSameFile(undefined, undefined)).toBe(false);
});

describe("an error of the system", () => {
  test.each([
    ["ENOSPC", "IO", "the disk is full"],
    ["EDQUOT", "IO", "the disk quota is used up"],
    ["EFBIG", "IO", "it would exceed the file size limit"],
    ["EROFS", "IO", "the file system is read-only"],
    ["EACCES", "IO", "permission is denied"],
    ["EPERM", "IO", "permission is denied"],
    ["EMFILE", "IO", "too many files are open"],
    ["EIO", "IO", "the disk reports an error"],
    ["ENAMETOOLONG", "IO", "its name is too long for this file system"],
    ["ELOOP", "UNSAFE_PATH", "a symbolic link stands in its way"],
    ["EXYZ", "IO", "the system says EXYZ"],
  ])("%s is %s: %s", (code, expected, reason) => {
    const cause = systemError(code, "open");
    const error = asGateError(cause, "write", STATE) as GateError;
    expect(error).toBeInstanceOf(GateError);
    expect(error).toMatchObject({ code: expected, message: `Cannot write ${STATE}: ${reason}`, path: STATE, cause });
    expect(error.hint).toMatch(/^[A-Z].*\.$/);
  });

  test("anything else comes back as it is", () => {
    for (const thrown of [new TypeError("x"), new GateError("LOCKED", "x"), "text", undefined]) {
      expect(asGateError(thrown, "write", STATE)).toBe(thrown);
      expect(codeOf(thrown)).toBeUndefined();
    }
    expect(() =>
      attempt(() => {
        throw new TypeError("a fault");
      }),
    ).toThrow("a fault");
  });
});
