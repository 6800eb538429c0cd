import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import type { Lock } from "../../src/files/lock/lock.ts";
import { ChangedOnDisk, type Replaced, replaceFile } from "../../src/files/replace/replace.ts";
import { callsOf, failing, replaced, systemError, wrapped } from "./faults.ts";
import {
  documentsOf,
  failure,
  lockOf,
  makeProject,
  NEW,
  OLD,
  on,
  put,
  STATE,
  temporariesIn,
  textOf,
} from "./project.ts";

const root = process.getuid?.() === 0;
if (!root) console.info("owners are not tested: only root can give files away");
const ALWAYS: Lock = { document: STATE, token: 1, isHeld: () => true, release: () => {} };

let project: Project;
beforeEach(() => {
  project = makeProject();
});

const replace = (expected: Uint8Array | undefined = OLD, bytes: Uint8Array = NEW, lock = ALWAYS): Replaced =>
  replaceFile(project, STATE, bytes, { expected, lock });
const create = (): Replaced => replaceFile(project, STATE, NEW, { expected: undefined, lock: ALWAYS });

describe("a replacement", () => {
  test("puts the new bytes in place and leaves nothing else", () => {
    expect(replace()).toEqual({ durable: true });
    expect(documentsOf(project)).toEqual({ [STATE]: NEW.toString() });
  });

  test("flushes the file before the rename and the folder after it", () => {
    const order = callsOf(() => replace()).filter((name) => /^(fsync|rename)/.test(name));
    expect(order).toEqual(["fsyncSync", "renameSync", "fsyncSync"]);
  });

  test("renames right after the last look at the target", () => {
    const calls = callsOf(() => replace());
    expect(calls[calls.indexOf("renameSync") - 1]).toBe("lstatSync");
  });

  test.each([0o600, 0o640, 0o644, 0o664, 0o400])("keeps mode %o", (mode) => {
    chmodSync(on(project, STATE), mode);
    const mask = process.umask(0o077);
    try {
      replace();
    } finally {
      process.umask(mask);
    }
    expect(statSync(on(project, STATE)).mode & 0o777).toBe(mode);
  });

  test("takes a name of the new file that cannot be guessed", () => {
    const names = new Set<string>();
    for (const [before, after] of [
      [OLD, NEW],
      [NEW, OLD],
    ] as const) {
      wrapped(
        (name, call, args) => {
          if (name === "renameSync") names.add(String(args[0]).replace(/.*\//, ""));
          return call();
        },
        () => replace(before, after),
      );
    }
    expect(names.size).toBe(2);
    for (const name of names) expect(name).toMatch(/^\.state\.md\.[0-9a-f]{12}\.tmp$/);
  });

  test("replaces with nothing, and nothing with something", () => {
    const nothing = new Uint8Array();
    replace(OLD, nothing);
    expect(textOf(project, STATE)).toBe("");
    replace(nothing, NEW);
    expect(textOf(project, STATE)).toBe(NEW.toString());
  });

  test("carries a megabyte through short writes", () => {
    const large = Buffer.alloc(1024 * 1024, "0123456789abcdef");
    const write = system.writeSync;
    const short = ((fd: number, bytes: Uint8Array, offset: number, length: number) =>
      write(fd, bytes, offset, Math.min(length, 100_001), null)) as typeof system.writeSync;
    replaced({ writeSync: short }, () => replace(OLD, large));
    expect(textOf(project, STATE)).toBe(large.toString());
  });

  test.runIf(root)("keeps the owner, when run by root", () => {
    chownSync(on(project, STATE), 1234, 5678);
    chmodSync(on(project, STATE), 0o660);
    replace();
    const { uid, gid, mode } = statSync(on(project, STATE));
    expect([uid, gid, mode & 0o777]).toEqual([1234, 5678, 0o660]);
  });

  test.runIf(root)("gives another group no more than everybody had, where the group cannot be kept", () => {
    chownSync(on(project, STATE), 1234, 5678);
    chmodSync(on(project, STATE), 0o664);
    const fchownSync = () => {
      throw systemError("EPERM", "fchown");
    };
    replaced({ fchownSync }, () => replace());
    const { gid, mode } = statSync(on(project, STATE));
    expect(gid).not.toBe(5678);
    expect(mode & 0o777).toBe(0o644);
  });
});

describe("a new file", () => {
  beforeEach(() => rmSync(on(project, STATE)));

  test.each([
    [undefined, 0o022, 0o644],
    [undefined, 0o077, 0o600],
    [0o600, 0o022, 0o600],
    [0o666, 0o002, 0o664],
  ])("of mode %s under umask %s", (mode, mask, wanted) => {
    const before = process.umask(mask);
    try {
      replaceFile(project, STATE, NEW, { expected: undefined, lock: ALWAYS, mode });
    } finally {
      process.umask(before);
    }
    expect(statSync(on(project, STATE)).mode & 0o777).toBe(wanted);
    expect(statSync(on(project, STATE)).nlink).toBe(1);
    expect(temporariesIn(project)).toEqual([]);
  });

  test.each(["EPERM", "ENOTSUP", "ENOSYS", "EISDIR"])("is renamed into place where link says %s", (code) => {
    const linkSync = () => {
      throw systemError(code, "link");
    };
    replaced({ linkSync }, create);
    expect(documentsOf(project)).toEqual({ [STATE]: NEW.toString() });
  });

  test.each(["with", "without"])("never covers one that appears in the gap, %s links", (links) => {
    const fsyncSync = (descriptor: number) => {
      if (!existsSync(on(project, STATE))) put(project, STATE, "an editor's");
      original(descriptor);
    };
    const original = system.fsyncSync;
    const linkSync = () => {
      throw systemError("EPERM", "link");
    };
    expect(() => replaced({ fsyncSync, ...(links === "without" && { linkSync }) }, create)).toThrow(ChangedOnDisk);
    expect(documentsOf(project)).toEqual({ [STATE]: "an editor's" });
  });
});

describe("what is not as expected", () => {
  test.each([
    ["other bytes", () => put(project, STATE, "# Session State\n\nnew\n")],
    ["more bytes", () => put(project, STATE, `${OLD}x`)],
    ["fewer bytes", () => put(project, STATE, OLD.subarray(1))],
    ["an empty file", () => put(project, STATE, "")],
    ["no file", () => rmSync(on(project, STATE))],
  ])("%s: computed again", (_name, change) => {
    change();
    const before = documentsOf(project);
    expect(() => replace()).toThrow(ChangedOnDisk);
    expect(documentsOf(project)).toEqual(before);
  });

  test("a file where none was expected", () => {
    expect(create).toThrow(ChangedOnDisk);
    expect(documentsOf(project)).toEqual({ [STATE]: OLD.toString() });
  });

  test("another file of the same bytes, put there by an editor that renames", () => {
    const change = () => {
      put(project, ".claude/editor", "the editor's");
      renameSync(on(project, ".claude/editor"), on(project, STATE));
    };
    let reads = 0;
    const act = () =>
      wrapped((name, call) => {
        const result = call();
        if (name === "readSync" && ++reads === 1) change();
        return result;
      }, replace);
    expect(act).toThrow(ChangedOnDisk);
    expect(documentsOf(project)).toEqual({ [STATE]: "the editor's" });
  });

  test.each(["symbolic link", "dangling link", "folder"])("a %s is refused", (kind) => {
    rmSync(on(project, STATE));
    put(project, ".claude/real.md", OLD);
    if (kind === "folder") mkdirSync(on(project, STATE));
    else symlinkSync(kind === "dangling link" ? "nowhere.md" : "real.md", on(project, STATE));
    failure("UNSAFE_PATH", () => replace());
    failure("UNSAFE_PATH", () => create());
    expect(textOf(project, ".claude/real.md")).toBe(OLD.toString());
    expect(existsSync(on(project, ".claude/nowhere.md"))).toBe(false);
  });

  test.each([".git/config", "src/index.ts", "state.md", ".claude", ".claudes/state.md"])(
    "%s is not ours to write",
    (path) => {
      failure("UNSAFE_PATH", () => replaceFile(project, path, NEW, { expected: undefined, lock: ALWAYS }));
    },
  );

  test("a missing folder is said to be missing", () => {
    failure("NOT_FOUND", () => replaceFile(project, ".claude/work/1.md", NEW, { expected: undefined, lock: ALWAYS }));
  });

  test("a lock that was lost", () => {
    const error = failure("LOCKED", () => replace(OLD, NEW, { ...ALWAYS, isHeld: () => false }));
    expect(error.path).toBe(STATE);
    expect(documentsOf(project)).toEqual({ [STATE]: OLD.toString() });
  });

  test("a lock lost while writing: the older holder finds a higher number", async () => {
    const lock = await lockOf(project);
    const fsyncSync = (descriptor: number) => {
      put(project, `.claude/.gate/locks/state.md/${lock.token + 1}`, "{}");
      original(descriptor);
    };
    const original = system.fsyncSync;
    failure("LOCKED", () => replaced({ fsyncSync }, () => replace(OLD, NEW, lock)));
    lock.release();
    expect(documentsOf(project)).toEqual({ [STATE]: OLD.toString() });
  });
});

describe("an editor that writes into the file", () => {
  const editingAt = (moment: "before rename" | "after rename", text: string, times = 1) => {
    const rename = system.renameSync;
    let left = times;
    // Saving in place keeps the inode, so the descriptor has to be got before the rename.
    const renameSync = ((from: string, to: string) => {
      const save = (place: string) => left-- > 0 && writeFileSync(place, text);
      linkSync(on(project, STATE), on(project, ".claude/alias"));
      if (moment === "before rename") save(on(project, ".claude/alias"));
      rename(from, to);
      if (moment === "after rename") save(on(project, ".claude/alias"));
      rmSync(on(project, ".claude/alias"));
    }) as typeof rename;
    return replaced({ renameSync }, () => replace());
  };

  test.each(["before rename", "after rename"] as const)(
    "in the last moment, %s, keeps its bytes in a copy",
    (moment) => {
      chmodSync(on(project, STATE), 0o640);
      const { durable, conflictCopy } = editingAt(moment, "the editor's text");
      expect(durable).toBe(true);
      expect(conflictCopy).toMatch(/^\.claude\/state\.md\.conflict\.\d{8}T\d{6}Z$/);
      expect(documentsOf(project)).toEqual({ [STATE]: NEW.toString(), [conflictCopy!]: "the editor's text" });
      expect(statSync(on(project, conflictCopy!)).mode & 0o777).toBe(0o640);
    },
  );

  test("never over an earlier copy", () => {
    const now = Date.UTC(2024, 9, 23, 14, 30);
    replaced({ now: () => now }, () => editingAt("before rename", "one"));
    put(project, STATE, OLD);
    replaced({ now: () => now }, () => editingAt("before rename", "two"));
    const copies = Object.entries(documentsOf(project)).filter(([name]) => name.includes(".conflict."));
    expect(copies).toEqual([
      [`${STATE}.conflict.20241023T143000Z`, "one"],
      [`${STATE}.conflict.20241023T143000Z-1`, "two"],
    ]);
  });

  test.each([
    ["what was there", OLD.toString()],
    ["the same as the change", NEW.toString()],
    ["nothing yet", ""],
  ])("%s needs no copy", (_name, text) => {
    expect(editingAt("before rename", text)).toEqual({ durable: true });
    expect(documentsOf(project)).toEqual({ [STATE]: NEW.toString() });
  });

  test("and is slow: the copy is taken when it is done", () => {
    let pauses = 0;
    const alias = on(project, ".claude/alias");
    const rename = system.renameSync;
    const { conflictCopy } = replaced(
      {
        renameSync: ((from: string, to: string) => {
          linkSync(on(project, STATE), alias);
          writeFileSync(alias, "half");
          rename(from, to);
        }) as typeof rename,
        pause: () => {
          pauses++;
          writeFileSync(alias, "half and the other half");
        },
      },
      () => replace(),
    );
    expect(pauses).toBe(1);
    expect(textOf(project, conflictCopy!)).toBe("half and the other half");
  });

  test("and a copy that cannot be made is told, while the change stands", () => {
    const open = system.openSync;
    const openSync = ((path: string, ...rest: [number, number]) => {
      if (path.includes(".conflict.")) throw systemError("ENOSPC", "open");
      return open(path, ...rest);
    }) as typeof open;
    const { conflictCopy, conflictError } = replaced({ openSync }, () => editingAt("before rename", "lost"));
    expect(conflictCopy).toBeUndefined();
    expect(conflictError).toBeInstanceOf(GateError);
    expect(conflictError?.message).toContain(
      "Cannot keep what an editor wrote into .claude/state.md: the disk is full",
    );
    expect(textOf(project, STATE)).toBe(NEW.toString());
  });
});

describe("an error at every system call", () => {
  const codes = ["ENOSPC", "EIO", "EACCES", "EPERM", "EMFILE", "EROFS", "EDQUOT"];

  test.each(codes)("%s while replacing: the old bytes or the new ones, and no temporary", (code) => {
    const calls = callsOf(() => replace());
    const outcomes = new Set<string>();
    calls.forEach((name, index) => {
      project = makeProject();
      outcomes.add(outcomeOf(name, () => failing(index, code, () => replace()), OLD.toString()));
    });
    expect([...outcomes].sort()).toEqual(["new", "new, not durable", "old"]);
  });

  test.each(codes)("%s while making: nothing or the new bytes, and no temporary", (code) => {
    rmSync(on(project, STATE));
    const calls = callsOf(() => create());
    calls.forEach((name, index) => {
      project = makeProject({});
      outcomeOf(name, () => failing(index, code, create), undefined);
    });
    expect(calls.length).toBeGreaterThan(10);
  });

  test.each([0, 1, 7, NEW.length - 1])("a disk that takes %i bytes and no more", (count) => {
    let left = count;
    const write = system.writeSync;
    const writeSync = ((fd: number, bytes: Uint8Array, offset: number, length: number) => {
      const part = Math.min(left, length);
      left -= part;
      return part === 0 ? 0 : write(fd, bytes, offset, part, null);
    }) as typeof write;
    const error = failure("IO", () => replaced({ writeSync }, () => replace()));
    expect(error.message).toBe("Cannot write .claude/state.md: not all of it arrived on the disk");
    expect(documentsOf(project)).toEqual({ [STATE]: OLD.toString() });
  });

  test("a disk that counts bytes it does not keep is found out by the size", () => {
    const write = system.writeSync;
    const writeSync = ((fd: number, bytes: Uint8Array, offset: number, length: number) => {
      write(fd, bytes, offset, length - 1, null);
      return length;
    }) as typeof write;
    failure("IO", () => replaced({ writeSync }, () => replace()));
    expect(documentsOf(project)).toEqual({ [STATE]: OLD.toString() });
  });

  test("a failed flush is not tried again", () => {
    let flushes = 0;
    const fsyncSync = () => {
      flushes++;
      throw systemError("EIO", "fsync");
    };
    const error = failure("IO", () => replaced({ fsyncSync }, () => replace()));
    expect(flushes).toBe(1);
    expect(error.message).toBe("Cannot write .claude/state.md: the disk reports an error");
    expect(error.path).toBe(STATE);
    expect(error.hint).toMatch(/^Check the disk/);
  });

  test.each(["EINVAL", "ENOTSUP"])("a folder that cannot be flushed at all (%s) is no sign of loss", (code) => {
    let flushes = 0;
    const fsync = system.fsyncSync;
    const fsyncSync = (descriptor: number) => {
      if (++flushes === 2) throw systemError(code, "fsync");
      fsync(descriptor);
    };
    expect(replaced({ fsyncSync }, () => replace())).toEqual({ durable: true });
  });

  function outcomeOf(name: string, act: () => Replaced, before: string | undefined): string {
    let result: Replaced | undefined;
    let thrown: unknown;
    try {
      result = act();
    } catch (error) {
      thrown = error;
    }
    const leftovers = temporariesIn(project).filter(() => name !== "unlinkSync");
    expect(leftovers, name).toEqual([]);
    const now = documentsOf(project)[STATE];
    if (result !== undefined) {
      expect(now, name).toBe(NEW.toString());
      return result.durable ? "new" : "new, not durable";
    }
    expect(thrown, name).toBeInstanceOf(GateError);
    expect(["IO", "LOCKED", "UNSAFE_PATH"], name).toContain((thrown as GateError).code);
    expect(now, name).toBe(before);
    return "old";
  }
});

describe("orphans", () => {
  const hourAgo = () => new Date(Date.now() - 3_700_000);

  test("of our making go at once, of others after an hour, and other documents' stay", () => {
    const stay = [
      ".state.md.editor.tmp",
      ".other.md.0123456789ab.tmp",
      ".state.md.bak.0123456789ab.tmp",
      "state.md.tmp",
    ];
    const go = [".state.md.0123456789ab.tmp", ".state.md.Xy12.tmp"];
    for (const name of [...stay, ...go]) put(project, `.claude/${name}`, "orphan");
    utimesSync(on(project, ".claude/.state.md.Xy12.tmp"), hourAgo(), hourAgo());
    replace();
    expect(readdirSync(on(project, ".claude")).sort()).toEqual([...stay, "state.md"].sort());
  });

  test("under the lock of another document only old ones go", () => {
    put(project, ".claude/.state.md.0123456789ab.tmp", "orphan");
    replace(OLD, NEW, { ...ALWAYS, document: ".claude/work/1.md" });
    expect(temporariesIn(project)).toEqual([".claude/.state.md.0123456789ab.tmp"]);
  });

  test("that are folders or cannot be removed do not stop the writer", () => {
    mkdirSync(on(project, ".claude/.state.md.0123456789ab.tmp"));
    put(project, ".claude/.state.md.ba9876543210.tmp", "orphan");
    const unlink = system.unlinkSync;
    const unlinkSync = ((path: string) => {
      if (path.includes("ba98")) throw systemError("EACCES", "unlink");
      unlink(path);
    }) as typeof unlink;
    expect(replaced({ unlinkSync }, () => replace())).toEqual({ durable: true });
    expect(lstatSync(on(project, ".claude/.state.md.0123456789ab.tmp")).isDirectory()).toBe(true);
  });
});

describe("Windows", () => {
  test.each(["EPERM", "EACCES", "EBUSY"])(
    "tries a rename refused with %s again, each time with a new temporary",
    (code) => {
      const names = new Set<unknown>();
      const pauses: number[] = [];
      const rename = system.renameSync;
      const renameSync = ((from: string, to: string) => {
        names.add(from);
        if (names.size <= 3) throw systemError(code, "rename");
        rename(from, to);
      }) as typeof rename;
      const pause = (milliseconds: number) => void pauses.push(milliseconds);
      expect(replaced({ platform: "win32", renameSync, pause }, () => replace())).toEqual({ durable: true });
      expect(names.size).toBe(4);
      expect(pauses).toEqual([10, 20, 40]);
      expect(documentsOf(project)).toEqual({ [STATE]: NEW.toString() });
    },
  );

  test("gives up in bounded time and leaves the old bytes", () => {
    let waited = 0;
    const renameSync = () => {
      throw systemError("EPERM", "rename");
    };
    const pause = (milliseconds: number) => {
      waited += milliseconds;
    };
    failure("IO", () => replaced({ platform: "win32", renameSync, pause }, () => replace()));
    expect(waited).toBeGreaterThan(500);
    expect(waited).toBeLessThan(3000);
    expect(documentsOf(project)).toEqual({ [STATE]: OLD.toString() });
  });

  test("elsewhere a refused rename is final", () => {
    let renames = 0;
    const renameSync = () => {
      renames++;
      throw systemError("EACCES", "rename");
    };
    failure("IO", () => replaced({ renameSync }, () => replace()));
    expect(renames).toBe(1);
  });
});

test.each(["darwin", "win32", "aix"])("the same on %s, by plain paths", (platform) => {
  replaced({ platform }, () => {
    expect(replace()).toEqual({ durable: true });
    failure("UNSAFE_PATH", () => {
      rmSync(on(project, STATE));
      symlinkSync("real.md", on(project, STATE));
      create();
    });
  });
});
