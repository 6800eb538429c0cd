import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { beforeEach, describe, expect, test } from "vitest";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import { exists, listFolder, MAX_BYTES, readFile, readHead } from "../../src/files/read/read.ts";
import { callsOf, failing, replaced, systemError } from "./faults.ts";
import { failure, makeProject, NEW, OLD, on, put, STATE, temporaryFolder } from "./project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});

const textAt = (path = STATE): string => {
  const read = readFile(project, path);
  return read.kind === "file" ? Buffer.from(read.bytes).toString() : read.kind;
};

describe("a document", () => {
  test("comes with its bytes, mode and time", () => {
    chmodSync(on(project, STATE), 0o640);
    utimesSync(on(project, STATE), 1_729_693_800, 1_729_693_800);
    const read = readFile(project, STATE);
    expect(read).toEqual({ kind: "file", bytes: new Uint8Array(OLD), mode: 0o640, modified: 1_729_693_800_000 });
  });

  test.each([1, 100, 4095, 4096, 4097, 100_000, MAX_BYTES])("of %i bytes is read whole", (size) => {
    const bytes = Buffer.alloc(size, "0123456789");
    put(project, STATE, bytes);
    expect(textAt()).toBe(bytes.toString());
  });

  test("is read whole through short reads", () => {
    const bytes = Buffer.alloc(50_000, "0123456789");
    put(project, STATE, bytes);
    const read = system.readSync;
    const readSync = ((fd: number, buffer: Uint8Array, offset: number, length: number, position: number) =>
      read(fd, buffer, offset, Math.min(length, 777), position)) as typeof read;
    expect(replaced({ readSync }, () => textAt())).toBe(bytes.toString());
  });

  test("is read without a lock, without writing, on a read-only checkout", () => {
    const calls = new Set<string>(callsOf(() => readFile(project, STATE)));
    for (const name of ["writeSync", "linkSync", "unlinkSync", "renameSync", "mkdirSync", "fsyncSync"]) {
      expect(calls).not.toContain(name);
    }
    chmodSync(on(project, STATE), 0o444);
    chmodSync(on(project, ".claude"), 0o555);
    try {
      expect(textAt()).toBe(OLD.toString());
    } finally {
      chmodSync(on(project, ".claude"), 0o755);
    }
  });

  test("costs few calls", () => {
    expect(callsOf(() => readFile(project, STATE)).length).toBeLessThanOrEqual(9);
  });

  test.each([".claude/other.md", ".claude/work/1.md", "src/deep/x.md"])("%s is missing", (path) => {
    expect(readFile(project, path)).toEqual({ kind: "missing" });
  });

  test("is missing where a folder of its path is a file", () => {
    expect(readFile(project, ".claude/state.md/1.md")).toEqual({ kind: "missing" });
  });

  test("outside cannot be named", () => {
    for (const path of ["../x", "/etc/passwd", ".claude/../../x", ""])
      failure("UNSAFE_PATH", () => readFile(project, path));
    const outside = temporaryFolder();
    writeFileSync(`${outside}/1.md`, "theirs");
    symlinkSync(outside, on(project, ".claude/work"));
    failure("UNSAFE_PATH", () => readFile(project, ".claude/work/1.md"));
    failure("UNSAFE_PATH", () => listFolder(project, ".claude/work"));
    failure("UNSAFE_PATH", () => exists(project, ".claude/work/1.md"));
  });
});

describe.each([process.platform, "win32"])("refused on %s", (platform) => {
  const ruleAt = (path = STATE): string => {
    const read = replaced({ platform }, () => readFile(project, path));
    if (read.kind === "refused") expect(read.message).toMatch(new RegExp(`^Cannot read ${path}: it`));
    return read.kind === "refused" ? read.rule : read.kind;
  };

  test.each([
    ["a link", "symbolic-link", () => symlinkSync("real.md", on(project, STATE))],
    ["a dangling link", "symbolic-link", () => symlinkSync("nowhere.md", on(project, STATE))],
    ["a link to a FIFO", "symbolic-link", () => symlinkSync("fifo", on(project, STATE))],
    ["a FIFO", "not-a-regular-file", () => execFileSync("mkfifo", [on(project, STATE)])],
    ["a folder", "not-a-regular-file", () => mkdirSync(on(project, STATE))],
  ])("%s: %s", (_name, rule, make) => {
    put(project, ".claude/real.md", OLD);
    execFileSync("mkfifo", [on(project, ".claude/fifo")]);
    rmSync(on(project, STATE));
    make();
    expect(ruleAt()).toBe(rule);
  });

  test("a socket", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(on(project, ".claude/socket"), resolve));
    expect(ruleAt(".claude/socket")).toBe("not-a-regular-file");
    await new Promise((resolve) => server.close(resolve));
  });

  test("a byte too much, also one that arrives while it is read", () => {
    truncateSync(on(project, STATE), MAX_BYTES + 1);
    expect(ruleAt()).toBe("file-too-large");
    truncateSync(on(project, STATE), MAX_BYTES);
    expect(ruleAt()).toBe("file");
    const read = system.readSync;
    const readSync = ((...args: Parameters<typeof read>) => {
      truncateSync(on(project, STATE), MAX_BYTES + 5000);
      return read(...args);
    }) as typeof read;
    expect(replaced({ readSync }, () => ruleAt())).toBe("file-too-large");
  });
});

describe("a file system that ignores case", () => {
  /** Answers to every name in whatever case it is asked. */
  function ignoringCase<T>(present: string, step: () => T): T {
    const fold = (path: unknown): string => {
      const text = String(path);
      const name = text.slice(text.lastIndexOf("/") + 1);
      return name.toLowerCase() === present.toLowerCase() ? text.slice(0, -name.length) + present : text;
    };
    const { openSync, lstatSync } = system;
    return replaced(
      {
        openSync: ((path: string, ...rest: [number]) => openSync(fold(path), ...rest)) as typeof openSync,
        lstatSync: ((path: string, options: { bigint: true }) => lstatSync(fold(path), options)) as typeof lstatSync,
      },
      step,
    );
  }

  test("has a file really named STATE.md", () => {
    rmSync(on(project, STATE));
    put(project, ".claude/STATE.md", OLD);
    const read = ignoringCase("STATE.md", () => readFile(project, STATE));
    expect(read).toMatchObject({ kind: "refused", rule: "wrong-case" });
  });

  test("has the right one", () => {
    const read = ignoringCase("state.md", () => readFile(project, STATE));
    expect(read.kind).toBe("file");
  });

  test("has a name in capitals, and one without letters", () => {
    put(project, ".claude/README", OLD);
    put(project, ".claude/42", OLD);
    expect(ignoringCase("README", () => readFile(project, ".claude/README")).kind).toBe("file");
    expect(ignoringCase("42", () => readFile(project, ".claude/42")).kind).toBe("file");
  });

  test("and elsewhere two files may differ in case alone", () => {
    put(project, ".claude/STATE.MD", NEW);
    expect(textAt()).toBe(OLD.toString());
  });
});

describe("a second look", () => {
  /** What happens in the pause, and how long it was. */
  function during<T>(change: () => void, step: () => T): { readonly result: T; readonly pauses: number[] } {
    const pauses: number[] = [];
    const pause = (milliseconds: number) => {
      pauses.push(milliseconds);
      change();
    };
    return { result: replaced({ pause }, step), pauses };
  }

  test("is taken where a file is empty, and believed", () => {
    put(project, STATE, "");
    expect(during(() => put(project, STATE, NEW), textAt)).toEqual({ result: NEW.toString(), pauses: [50] });
    put(project, STATE, "");
    expect(during(() => {}, textAt)).toEqual({ result: "", pauses: [50] });
  });

  test("does not make an empty file a missing one", () => {
    put(project, STATE, "");
    expect(during(() => rmSync(on(project, STATE)), textAt).result).toBe("");
  });

  test("is not taken for a file with content or a missing one", () => {
    expect(during(() => {}, textAt).pauses).toEqual([]);
    expect(
      during(
        () => {},
        () => textAt(".claude/none.md"),
      ).pauses,
    ).toEqual([]);
  });

  test("really waits", () => {
    put(project, STATE, "");
    const began = performance.now();
    textAt();
    expect(performance.now() - began).toBeGreaterThan(40);
  });

  test("is taken where reading failed for a moment", () => {
    let failures = 1;
    const open = system.openSync;
    const openSync = ((path: string, ...rest: [number]) => {
      if (path.endsWith("state.md") && failures-- > 0) throw systemError("EBUSY", "open");
      return open(path, ...rest);
    }) as typeof open;
    expect(
      during(
        () => {},
        () => replaced({ openSync }, () => textAt()),
      ),
    ).toEqual({ result: OLD.toString(), pauses: [50] });
  });

  test.each(["EACCES", "EIO", "EMFILE"])("and %s that stays is an error with path and hint", (code) => {
    const readSync = (() => {
      throw systemError(code, "read");
    }) as unknown as typeof system.readSync;
    const error = failure("IO", () => replaced({ readSync, pause: () => {} }, () => readFile(project, STATE)));
    expect(error.path).toBe(STATE);
    expect(error.message).toMatch(/^Cannot read \.claude\/state\.md: /);
    expect(error.hint).toBeDefined();
  });

  test("no error at any single call is wrong: the document or an error", () => {
    const calls = callsOf(() => readFile(project, STATE)).length;
    for (let index = 0; index < calls; index++) {
      expect(replaced({ pause: () => {} }, () => failing(index, "EIO", () => textAt()))).toBe(OLD.toString());
    }
  });
});

describe("a head", () => {
  test("is the first bytes of a file of any size", () => {
    expect(readHead(project, STATE, 9)).toMatchObject({
      kind: "file",
      bytes: new Uint8Array(Buffer.from("# Session")),
    });
    truncateSync(on(project, STATE), 5 * MAX_BYTES);
    const head = readHead(project, STATE, 1000);
    expect(head.kind === "file" && head.bytes.length).toBe(1000);
  });

  test("of a shorter file is all of it, and other things are refused as ever", () => {
    expect(readHead(project, STATE, 10_000)).toMatchObject({ kind: "file", bytes: new Uint8Array(OLD) });
    expect(readHead(project, ".claude/none.md", 10)).toEqual({ kind: "missing" });
    symlinkSync("state.md", on(project, ".claude/link.md"));
    expect(readHead(project, ".claude/link.md", 10)).toMatchObject({ rule: "symbolic-link" });
  });
});

describe("a folder", () => {
  beforeEach(() => {
    put(project, ".claude/work/10.md", "ten");
    put(project, ".claude/work/9.md", "nine!");
    mkdirSync(on(project, ".claude/work/sub"));
    symlinkSync("9.md", on(project, ".claude/work/link"));
    execFileSync("mkfifo", [on(project, ".claude/work/pipe")]);
  });

  test("is listed by name, with one call for all of it", () => {
    const calls = callsOf(() => {
      expect(listFolder(project, ".claude/work")).toEqual([
        { name: "10.md", kind: "file" },
        { name: "9.md", kind: "file" },
        { name: "link", kind: "link" },
        { name: "pipe", kind: "other" },
        { name: "sub", kind: "folder" },
      ]);
    });
    expect(calls).not.toContain("lstatSync");
  });

  test("is listed with details where they are wanted", () => {
    utimesSync(on(project, ".claude/work/9.md"), 1_729_693_800, 1_729_693_800);
    const entries = listFolder(project, ".claude/work", true);
    expect(entries.find(({ name }) => name === "9.md")).toEqual({
      name: "9.md",
      kind: "file",
      modified: 1_729_693_800_000,
      size: 5,
    });
    expect(entries.find(({ name }) => name === "link")?.kind).toBe("link");
  });

  test("leaves out what vanishes between the listing and the look", () => {
    const read = system.readdirSync;
    const readdirSync = ((path: string, options: { withFileTypes: true }) => {
      const entries = read(path, options);
      rmSync(on(project, ".claude/work/9.md"));
      return entries;
    }) as unknown as typeof read;
    const names = replaced({ readdirSync }, () => listFolder(project, ".claude/work", true)).map(({ name }) => name);
    expect(names).toEqual(["10.md", "link", "pipe", "sub"]);
  });

  test("that is missing, or a file, holds nothing", () => {
    expect(listFolder(project, ".claude/archive")).toEqual([]);
    expect(listFolder(project, STATE)).toEqual([]);
    expect(listFolder(project, "").map(({ name }) => name)).toEqual([".claude"]);
  });

  test("that cannot be listed is an error", () => {
    const readdirSync = (() => {
      throw systemError("EACCES", "scandir");
    }) as unknown as typeof system.readdirSync;
    failure("IO", () => replaced({ readdirSync }, () => listFolder(project, ".claude/work")));
  });
});

test("a name exists when anything bears it", () => {
  symlinkSync("nowhere", on(project, ".claude/dangling"));
  expect(exists(project, STATE)).toBe(true);
  expect(exists(project, ".claude/dangling")).toBe(true);
  expect(exists(project, ".claude")).toBe(true);
  expect(exists(project, ".claude/none.md")).toBe(false);
  expect(exists(project, ".claude/none/none.md")).toBe(false);
});
