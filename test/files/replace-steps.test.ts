/** The steps of a replacement as calls to the disk, in order, and what is left open, refused or kept at each of them. */
import { chmodSync, linkSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import type { Lock } from "../../src/files/lock/lock.ts";
import { backUp, nextBackup } from "../../src/files/replace/backup.ts";
import { moveFile, removeFile } from "../../src/files/replace/move.ts";
import { ChangedOnDisk, type ReplaceOptions, replaceFile } from "../../src/files/replace/replace.ts";
import { callsOf, failing, replaced, systemError, wrapped } from "./faults.ts";
import { documentsOf, failure, makeProject, NEW, OLD, on, put, STATE, temporariesIn, textOf } from "./project.ts";

const linux = process.platform === "linux";
const FROM = ".claude/work/42.md";
const TO = ".claude/archive/42.md";
const ALWAYS: Lock = { document: STATE, token: 1, isHeld: () => true, release: () => {} };
const LOST: Lock = { ...ALWAYS, isHeld: () => false };

let project: Project;
beforeEach(() => {
  project = makeProject({ [STATE]: OLD, [FROM]: OLD });
  mkdirSync(on(project, ".claude/archive"));
});

const replace = (options: Partial<ReplaceOptions> = {}) =>
  replaceFile(project, STATE, NEW, { expected: OLD, lock: ALWAYS, ...options });
const create = (options: Partial<ReplaceOptions> = {}) => {
  rmSync(on(project, STATE), { force: true });
  return replaceFile(project, STATE, NEW, { expected: undefined, lock: ALWAYS, ...options });
};
const move = (lock = ALWAYS) => moveFile(project, FROM, TO, { expected: OLD, lock });
const remove = (lock = ALWAYS) => removeFile(project, FROM, { expected: OLD, lock });
const throwing = (code: string, call: string) => () => {
  throw systemError(code, call);
};
const noLinks = { linkSync: throwing("EPERM", "link") };

/** The calls behind those that open the folder and look at the target. */
const stepsOf = (act: () => unknown) => {
  const calls = callsOf(act).map((name) => name.replace("Sync", ""));
  return calls.slice(calls.indexOf("lstat") + 1);
};

describe.runIf(linux)("the calls", () => {
  const WRITE = ["open", "write", "fstat", "fsync", "close"];
  const COMPARE = ["read", "read"];

  test("of a replacement: written, compared, renamed, flushed, compared again", () => {
    expect(stepsOf(() => replace())).toEqual([
      ...["readdir", "open", "fstat", ...WRITE],
      ...[...COMPARE, "lstat", "rename", "fsync", ...COMPARE, "close", "close"],
    ]);
  });

  test("of a new file: written and linked", () => {
    rmSync(on(project, STATE));
    const steps = stepsOf(() => create());
    expect(steps).toEqual(["readdir", "open", ...WRITE, "link", "unlink", "fsync", "close"]);
  });

  test("of a new file without links: written, looked for, renamed", () => {
    rmSync(on(project, STATE));
    const steps = replaced(noLinks, () => stepsOf(() => create()));
    expect(steps).toEqual(["readdir", "open", ...WRITE, "link", "lstat", "rename", "fsync", "close"]);
  });

  test("of a replacement on Windows: what is open is closed before the rename", () => {
    const steps = replaced({ platform: "win32" }, () => stepsOf(() => replace()));
    expect(steps).toEqual(["readdir", "lstat", "open", "fstat", ...WRITE, ...COMPARE, "lstat", "close", "rename"]);
  });

  test("of a move: the second name on the disk before the first one goes", () => {
    expect(stepsOf(() => move()).slice(3)).toEqual([
      ...["open", "fstat", ...COMPARE, "link", "lstat", "fsync", "lstat", "lstat", "unlink", "fsync"],
      ...["close", "close", "close"],
    ]);
  });

  test("of a move without links: both compared before the first one goes, and the first one after it", () => {
    expect(replaced(noLinks, () => stepsOf(() => move())).slice(3)).toEqual([
      ...["open", "fstat", ...COMPARE, "link", ...WRITE, "fsync"],
      ...["lstat", "open", "fstat", ...COMPARE, "close", ...COMPARE, "lstat", "unlink", "fsync", ...COMPARE],
      ...["close", "close", "close"],
    ]);
  });

  test("of a removal", () => {
    expect(stepsOf(() => remove())).toEqual([
      ...["open", "fstat", ...COMPARE, "lstat", "unlink", "fsync", ...COMPARE, "close", "close"],
    ]);
  });

  test("of a backup: copied, flushed, compared with what is there then", () => {
    expect(stepsOf(() => backUp(project, STATE))).toEqual([
      ...["open", "fstat", "readdir", "open", "read", "read", "write", "read", "fstat", "fsync"],
      ...["read", "read", "read", "read", "read", "read", "lstat", "close", "fsync", "close", "close"],
    ]);
  });
});

/** How many files are open. */
const opened = () => (linux ? readdirSync("/proc/self/fd").length : 0);

describe.runIf(linux)("what was opened is closed", () => {
  const edited = (act: () => unknown) => () => {
    const rename = system.renameSync;
    const renameSync = ((from: string, to: string) => {
      linkSync(to, on(project, ".claude/alias"));
      rename(from, to);
      writeFileSync(on(project, ".claude/alias"), "an editor's");
    }) as typeof rename;
    return replaced({ renameSync }, act);
  };
  const WAYS: Readonly<Record<string, () => unknown>> = {
    replaced: () => replace(),
    made: () => create(),
    "made without links": () => replaced(noLinks, () => create()),
    "replaced on Windows": () => replaced({ platform: "win32" }, () => replace()),
    "not expected": () => replace({ expected: undefined }),
    "other bytes expected": () => replace({ expected: NEW }),
    "lock lost": () => replace({ lock: LOST }),
    "a link in its place": () => {
      rmSync(on(project, STATE));
      symlinkSync("x", on(project, STATE));
      return replace();
    },
    "edited meanwhile": edited(() => replace()),
    moved: () => move(),
    "moved without links": () => replaced(noLinks, () => move()),
    "moved without the lock": () => move(LOST),
    "moved to a name that is taken": () => {
      put(project, TO, NEW);
      return move();
    },
    "moved, the target a link": () => {
      symlinkSync("x", on(project, TO));
      return move();
    },
    "moved after a change": () => {
      put(project, FROM, NEW);
      return move();
    },
    "moved when it is there already": () => {
      put(project, TO, OLD);
      rmSync(on(project, FROM));
      return move();
    },
    removed: () => remove(),
    "removed without the lock": () => remove(LOST),
    "backed up": () => backUp(project, STATE),
    "not backed up": () => backUp(project, TO),
  };

  const quietly = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      expect(error).toMatchObject({ name: expect.stringMatching(/^(?:GateError|ChangedOnDisk)$/) });
    }
  };

  test.each(Object.entries(WAYS))("%s", (_name, act) => {
    const before = opened();
    quietly(act);
    expect(opened()).toBe(before);
  });

  test.each([
    ["replacing", () => replace()],
    ["making", () => create()],
    ["moving", () => move()],
    ["moving without links", () => replaced(noLinks, () => move())],
    ["removing", () => remove()],
    ["backing up", () => backUp(project, STATE)],
  ] satisfies [string, () => unknown][])("when any call of %s fails", (_name, act: () => unknown) => {
    for (let index = 0; index < 40; index++) {
      project = makeProject({ [STATE]: OLD, [FROM]: OLD });
      mkdirSync(on(project, ".claude/archive"));
      const before = opened();
      quietly(() => failing(index, "EIO", act));
      expect(opened(), `call ${index}`).toBe(before);
    }
  });
});

describe("a name that must be free", () => {
  const HARD = ["ENOENT", "ENOTDIR", "ENOSPC", "EDQUOT", "EROFS", "EIO", "ESTALE", "ELOOP", "ENAMETOOLONG", "EMFILE"];

  test.each(HARD)("is not taken in another way where the system says %s", (code) => {
    const linkSync = throwing(code, "link");
    expect(() => replaced({ linkSync }, () => create())).toThrow(/^Cannot write \.claude\/state\.md: /);
    expect(() => replaced({ linkSync }, () => move())).toThrow(/^Cannot move \.claude\/work\/42\.md: /);
    expect(documentsOf(project)).toEqual({ [FROM]: OLD.toString() });
  });

  test("that was taken and is free again is computed again", () => {
    expect(() => replaced({ linkSync: throwing("EEXIST", "link") }, () => create())).toThrow(ChangedOnDisk);
    failure("CONFLICT", () => replaced({ linkSync: throwing("EEXIST", "link") }, () => move()));
    expect(documentsOf(project)).toEqual({ [FROM]: OLD.toString() });
  });

  test("taken while a copy is made in place of a link is not covered", () => {
    const linkSync = () => {
      put(project, TO, "theirs");
      throw systemError("EPERM", "link");
    };
    failure("CONFLICT", () => replaced({ linkSync }, () => move()));
    expect(textOf(project, TO)).toBe("theirs");
  });

  test("and a fault of the program is none of the disk", () => {
    const linkSync = () => {
      throw new RangeError("a fault");
    };
    expect(() => replaced({ linkSync }, () => create())).toThrow("a fault");
    expect(temporariesIn(project)).toEqual([]);
  });
});

describe("owner and mode", () => {
  interface Calls {
    readonly fchown: (readonly number[])[];
    readonly fchmod: number[];
  }

  /** Replaces a file that belongs to `owner`, where `refused` calls that set the owner are refused. */
  function replaceOwned(
    owner: readonly [uid: bigint, gid: bigint],
    mode: number,
    refused: readonly (string | Error)[],
  ) {
    const calls: Calls = { fchown: [], fchmod: [] };
    const { fstatSync } = system;
    let looks = 0;
    const fake = ((descriptor: number) => {
      const stats = fstatSync(descriptor, { bigint: true });
      const isOld = looks++ === 0;
      return Object.assign(stats, {
        uid: isOld ? owner[0] : 10n,
        gid: isOld ? owner[1] : 20n,
        mode: BigInt(isOld ? 0o100000 | mode : 0o100600),
      });
    }) as unknown as typeof fstatSync;
    const members = {
      fstatSync: fake,
      fchownSync: (_descriptor: number, uid: number, gid: number) => {
        const code = refused[calls.fchown.length];
        calls.fchown.push([uid, gid]);
        if (code !== undefined) throw code instanceof Error ? code : systemError(code, "fchown");
      },
      fchmodSync: (_descriptor: number, wanted: number | string) => void calls.fchmod.push(Number(wanted)),
    };
    const result = () => replaced(members, () => replace());
    return { calls, result };
  }

  test.each([
    ["of the same owner and group: only the mode is set", [10n, 20n], 0o640, [], [], [0o640]],
    ["of the same owner and mode: nothing is", [10n, 20n], 0o600, [], [], []],
    [
      "of another owner: both, because a change of owner may clear the mode",
      [11n, 20n],
      0o600,
      [],
      [[11, 20]],
      [0o600],
    ],
    ["of another group", [10n, 21n], 0o664, [], [[10, 21]], [0o664]],
    [
      "of another owner who is refused: at least the group",
      [11n, 21n],
      0o664,
      ["EPERM"],
      [
        [11, 21],
        [10, 21],
      ],
      [0o664],
    ],
    [
      "of another group that is refused: the group gets what everybody has",
      [11n, 21n],
      0o675,
      ["EPERM", "EPERM"],
      [
        [11, 21],
        [10, 21],
      ],
      [0o655],
    ],
    [
      "of another owner alone who is refused: the mode stays",
      [11n, 20n],
      0o675,
      ["EPERM", "EPERM"],
      [
        [11, 20],
        [10, 20],
      ],
      [0o675],
    ],
  ] as const)("a file %s", (_name, owner, mode, refused, fchown, fchmod) => {
    const { calls, result } = replaceOwned(owner, mode, refused);
    expect(result()).toEqual({ durable: true });
    expect(calls).toEqual({ fchown, fchmod });
  });

  test.each(["EPERM", "EACCES", "EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"])(
    "a system that says %s is not argued with",
    (code) => {
      const { calls, result } = replaceOwned([11n, 21n], 0o644, [code, code]);
      expect(result()).toEqual({ durable: true });
      expect(calls.fchown).toHaveLength(2);
    },
  );

  test("a disk that fails is another matter, and so is a fault", () => {
    failure("IO", replaceOwned([11n, 21n], 0o644, ["EIO"]).result);
    expect(documentsOf(project)[STATE]).toBe(OLD.toString());
    const { result } = replaceOwned([11n, 21n], 0o644, [new RangeError("a fault")]);
    expect(result).toThrow("a fault");
    expect(documentsOf(project)[STATE]).toBe(OLD.toString());
  });

  test.each([0o711, 0o755, 0o1644])("%o of a file is kept, but for what is more than permissions", (mode) => {
    chmodSync(on(project, STATE), mode);
    replace();
    expect(statSync(on(project, STATE)).mode & 0o7777).toBe(mode & 0o777);
  });

  test("of a file that is to be private are set whatever they were", () => {
    replace({ mode: 0o600, setMode: true });
    expect(statSync(on(project, STATE)).mode & 0o777).toBe(0o600);
    replaceFile(project, STATE, OLD, { expected: NEW, lock: ALWAYS, mode: 0o644 });
    expect(statSync(on(project, STATE)).mode & 0o7777).toBe(0o600);
  });
});

describe("an editor in the last moment", () => {
  const alias = () => on(project, ".claude/alias");
  /** Saves into the file that loses its name, right before that. */
  const savingAt = (name: "renameSync" | "unlinkSync", path: string, text: string, act: () => unknown) => {
    const pauses: number[] = [];
    const pause = (milliseconds: number) => void pauses.push(milliseconds);
    linkSync(on(project, path), alias());
    const result = replaced({ pause }, () =>
      wrapped((call, go, args) => {
        if (call === name && String(args[name === "renameSync" ? 1 : 0]).endsWith(path.replace(/.*\//, "/"))) {
          writeFileSync(alias(), text);
        }
        return go();
      }, act),
    ) as { readonly conflictCopy?: string };
    rmSync(alias());
    return { result, pauses };
  };

  test("is given fifty milliseconds to finish", () => {
    const { result, pauses } = savingAt("renameSync", STATE, "theirs", () => replace());
    expect(pauses).toEqual([50]);
    expect(textOf(project, result.conflictCopy!)).toBe("theirs");
  });

  test("has its bytes kept with the whole mode of the file", () => {
    chmodSync(on(project, STATE), 0o711);
    const { result } = savingAt("renameSync", STATE, "theirs", () => replace());
    expect(statSync(on(project, result.conflictCopy!)).mode & 0o7777).toBe(0o711);
  });

  test("who writes what was there is not waited for", () => {
    const { result, pauses } = savingAt("renameSync", STATE, OLD.toString(), () => replace());
    expect([result, pauses]).toEqual([{ durable: true }, []]);
  });

  test("of a file that is removed has its bytes kept", () => {
    const { result } = savingAt("unlinkSync", FROM, "theirs", () => remove());
    expect(result.conflictCopy).toMatch(/^\.claude\/work\/42\.md\.conflict\.\d{8}T\d{6}Z$/);
    expect(textOf(project, result.conflictCopy!)).toBe("theirs");
  });

  test("of a file that is moved as a copy has its bytes kept, at the old place", () => {
    const { result } = replaced(noLinks, () => savingAt("unlinkSync", FROM, "theirs", () => move()));
    expect(result.conflictCopy).toMatch(/^\.claude\/work\/42\.md\.conflict\./);
    expect(documentsOf(project)).toMatchObject({ [TO]: OLD.toString(), [result.conflictCopy!]: "theirs" });
  });

  test("of a file that is moved has its bytes at the new place", () => {
    const { result } = savingAt("unlinkSync", FROM, "theirs", () => move());
    expect(result).toEqual({ durable: true });
    expect(textOf(project, TO)).toBe("theirs");
  });

  test("makes the name of the copy durable", () => {
    let flushes = 0;
    const fsync = system.fsyncSync;
    const fsyncSync = (descriptor: number) => {
      flushes++;
      fsync(descriptor);
    };
    replaced({ fsyncSync }, () => savingAt("renameSync", STATE, "theirs", () => replace()));
    expect(flushes).toBe(4);
  });

  test("meets a fault of the program as such", () => {
    const pause = () => {
      throw new RangeError("a fault");
    };
    const rename = system.renameSync;
    const renameSync = ((from: string, to: string) => {
      linkSync(to, alias());
      writeFileSync(alias(), "theirs");
      rename(from, to);
    }) as typeof rename;
    expect(() => replaced({ renameSync, pause }, () => replace())).toThrow("a fault");
  });
});

describe("Windows", () => {
  const refusing = (code: string, call: string) => {
    const pauses: number[] = [];
    const members = {
      platform: "win32",
      renameSync: throwing(code, call),
      pause: (milliseconds: number) => void pauses.push(milliseconds),
    };
    return { members, pauses };
  };

  test("is asked again after pauses that double, up to 640 milliseconds", () => {
    const { members, pauses } = refusing("EBUSY", "rename");
    failure("IO", () => replaced(members, () => replace()));
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 640]);
    expect(temporariesIn(project)).toEqual([]);
  });

  test.each([
    ["another reason", "ENOSPC", "rename"],
    ["another call", "EPERM", "open"],
  ])("is not asked again for %s", (_name, code, call) => {
    const { members, pauses } = refusing(code, call);
    failure("IO", () => replaced(members, () => replace()));
    expect(pauses).toEqual([]);
  });

  test("and a fault of the program is not tried again", () => {
    const renameSync = () => {
      throw new RangeError("a fault");
    };
    expect(() => replaced({ platform: "win32", renameSync }, () => replace())).toThrow("a fault");
  });
});

describe("a file that another program replaces while it is moved", () => {
  /** Moves while something else happens right before or right after one call. */
  const moving = (name: string, when: "before" | "after", meanwhile: () => void) => {
    let isDone = false;
    const once = (at: string) => {
      if (at !== when || isDone) return;
      isDone = true;
      meanwhile();
    };
    return () =>
      wrapped((call, go, args) => {
        const isIt = call === name && /\/42\.md$/.test(String(args.at(name === "linkSync" ? 1 : 0)));
        if (isIt) once("before");
        const answer = go();
        if (isIt) once("after");
        return answer;
      }, move);
  };
  const theirs = (path: string) => () => {
    rmSync(on(project, path), { force: true });
    put(project, path, "theirs");
  };
  const linkAt = (path: string) => () => {
    rmSync(on(project, path), { force: true });
    symlinkSync("../state.md", on(project, path));
  };

  test("at the new name, right after that was given, is not removed", () => {
    expect(moving("linkSync", "after", theirs(TO))).toThrow(ChangedOnDisk);
    expect(documentsOf(project)).toMatchObject({ [FROM]: OLD.toString(), [TO]: "theirs" });
  });

  test("at the old name, right before the new one was given, keeps the old name alone", () => {
    expect(moving("linkSync", "before", theirs(FROM))).toThrow(ChangedOnDisk);
    expect(documentsOf(project)).toEqual({ [STATE]: OLD.toString(), [FROM]: "theirs" });
  });

  test("at the old name by a link, before it is opened, is looked at anew", () => {
    expect(moving("openSync", "before", linkAt(FROM))).toThrow(ChangedOnDisk);
    expect(documentsOf(project)).toEqual({ [STATE]: OLD.toString() });
  });

  test("at the new name by a link, before it is compared, is in the way", () => {
    put(project, TO, OLD);
    const isHeld = () => {
      linkAt(TO)();
      return true;
    };
    failure("CONFLICT", () => move({ ...ALWAYS, isHeld }));
    expect(textOf(project, FROM)).toBe(OLD.toString());
  });
});

describe("a copy in place of a link", () => {
  test("has the whole mode of the file", () => {
    chmodSync(on(project, FROM), 0o751);
    const before = process.umask(0);
    try {
      replaced(noLinks, () => move());
    } finally {
      process.umask(before);
    }
    expect(statSync(on(project, TO)).mode & 0o7777).toBe(0o751);
  });

  test("that cannot be made is the disk's fault and not a name that is taken", () => {
    const open = system.openSync;
    const openSync = ((path: string, flags: number, mode?: number) => {
      if (mode !== undefined) throw systemError("ENOSPC", "open");
      return open(path, flags, mode);
    }) as typeof open;
    failure("IO", () => replaced({ ...noLinks, openSync }, () => move()));
    expect(documentsOf(project)).toEqual({ [STATE]: OLD.toString(), [FROM]: OLD.toString() });
  });
});

describe("a backup", () => {
  test("of a document that keeps changing is tried five times", () => {
    let copies = 0;
    const fsync = system.fsyncSync;
    const fsyncSync = (descriptor: number) => {
      fsync(descriptor);
      put(project, STATE, `version ${++copies}`);
    };
    failure("CONFLICT", () => replaced({ fsyncSync }, () => backUp(project, STATE)));
    expect(copies).toBe(5);
  });

  test("has the path that was told before it was made", () => {
    for (const path of [STATE, FROM]) {
      for (const end of [".bak", ".bak.1"]) {
        expect(nextBackup(project, path)).toBe(path + end);
        expect(backUp(project, path)).toBe(path + end);
      }
    }
    const before = opened();
    nextBackup(project, STATE);
    const readdirSync = throwing("EIO", "scandir") as never;
    const error = failure("IO", () => replaced({ readdirSync }, () => nextBackup(project, STATE)));
    expect(error.message).toBe("Cannot back up .claude/state.md: the disk reports an error");
    expect(opened()).toBe(before);
  });

  test("takes no number from a document whose name is as long", () => {
    put(project, ".claude/other.md.bak.7", "another's");
    expect(backUp(project, STATE)).toBe(`${STATE}.bak`);
  });

  test("has the whole mode of the document", () => {
    chmodSync(on(project, STATE), 0o711);
    expect(statSync(on(project, backUp(project, STATE))).mode & 0o7777).toBe(0o711);
  });

  test("that cannot be made, or not whole, is the disk's fault and not a document that changes", () => {
    const open = system.openSync;
    const openSync = ((path: string, flags: number, mode?: number) => {
      if (mode !== undefined) throw systemError("ENOSPC", "open");
      return open(path, flags, mode);
    }) as typeof open;
    failure("IO", () => replaced({ openSync }, () => backUp(project, STATE)));
    const write = system.writeSync;
    const writeSync = ((fd: number, bytes: Uint8Array, offset: number, length: number) => {
      write(fd, bytes, offset, length - 1, null);
      return length;
    }) as typeof write;
    const error = failure("IO", () => replaced({ writeSync }, () => backUp(project, STATE)));
    expect(error.message).toContain("not all of it arrived on the disk");
    expect(documentsOf(project)).toEqual({ [STATE]: OLD.toString(), [FROM]: OLD.toString() });
  });

  test("of others stays, however many there are: links are not ours", () => {
    symlinkSync("nowhere", on(project, `${STATE}.bak`));
    for (let count = 0; count < 22; count++) backUp(project, STATE);
    expect(readdirSync(on(project, ".claude"))).toEqual(expect.arrayContaining(["state.md.bak", "state.md.bak.22"]));
    expect(readdirSync(on(project, ".claude"))).not.toContain("state.md.bak.2");
  });
});

test("a change that has to be computed again names the document", () => {
  put(project, STATE, NEW);
  let thrown: unknown;
  try {
    replace();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ path: STATE, message: `${STATE} was changed by another program` });
});
