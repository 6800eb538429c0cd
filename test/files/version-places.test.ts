/** The second place of versions, in the folder of git. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openProject, type Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import { noteGone, storeFound, storeVersion } from "../../src/files/record/store-version.ts";
import { instantOf } from "../../src/files/record/version-id.ts";
import { hasVersions, listVersions, newestVersion, readVersion } from "../../src/files/record/versions.ts";
import { spread } from "../support/effort.ts";
import { callsOf, failing, replaced, systemError } from "./faults.ts";
import { makeProject, NEW, OLD, on, put, STATE, temporaryFolder } from "./project.ts";

const FOLDER = ".claude/.gate/history/state.md";
const GIT = ".git/state-gatekeeper/history";
const NOW = Date.UTC(2024, 9, 23, 14, 30, 0, 123);
const DAY = 24 * 3_600_000;

let project: Project;
beforeEach(() => {
  project = makeProject({});
  makeGit(on(project, ".git"));
});

/** A folder that git would take for one of its own. */
function makeGit(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "HEAD"), "ref: refs/heads/main\n");
}

/** A project in a folder that is there or not. */
function projectAt(folder: string): Project {
  mkdirSync(join(folder, ".claude"), { recursive: true });
  return openProject(folder);
}

/** A linked worktree beside or below a repository. */
function makeWorktree(repository: string, name: string, files: string): Project {
  const git = join(repository, ".git/worktrees", name);
  makeGit(git);
  writeFileSync(join(git, "commondir"), "../..\n");
  writeFileSync(join(git, "gitdir"), `${files}/.git\n`);
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, ".git"), `gitdir: ${git}\n`);
  return projectAt(files);
}

let saved = 0;
function save(text: string | Uint8Array = `text ${saved++}`, timestamp = NOW, at = project): string {
  const path = on(at, STATE);
  const bytes = Buffer.from(text);
  const found = existsSync(path) ? readFileSync(path) : undefined;
  const stored = storeVersion(at, STATE, found, { operation: "save", timestamp, bytes });
  put(at, STATE, bytes);
  stored.confirm();
  return stored.id;
}

const idsOf = (at = project): string[] => listVersions(at, STATE).map(({ id }) => id);
const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
const own = (at = project): string[] => namesIn(on(at, FOLDER));
const second = (name = "main", root = project.root): string[] => namesIn(join(root, GIT, name, "state.md"));
const inode = (path: string): number => statSync(path).ino;
const all = (folder: string): string[] => (readdirSync(folder, { recursive: true }) as string[]).sort();

describe("versions stand in the folder of git as well", () => {
  test("as links that take no space of their own", () => {
    const ids = [save(), save(), save()];
    expect(second()).toEqual(ids);
    for (const id of ids) {
      const place = on(project, `${GIT}/main/state.md/${id}`);
      expect(inode(place)).toBe(inode(on(project, `${FOLDER}/${id}`)));
      expect(statSync(place).mode & 0o777).toBe(0o600);
    }
    expect(idsOf()).toEqual([...ids].reverse());
  });

  test("also those from outside, and that a document is gone", () => {
    put(project, STATE, OLD);
    save();
    storeFound(project, STATE, NEW, { timestamp: NOW });
    noteGone(project, STATE, { operation: "archive", timestamp: NOW });
    expect(own()).toHaveLength(4);
    expect(second()).toEqual(own());
  });

  test("only once the document is written", () => {
    const first = save();
    const killed = storeVersion(project, STATE, undefined, { operation: "save", timestamp: NOW, bytes: NEW });
    killed.close();
    expect(second()).toEqual([first]);
    put(project, STATE, NEW);
    const id = save();
    expect(second()).toEqual(own());
    expect(second()).toContain(killed.id);
    expect(second()).toContain(id);
  });

  test("at the price of no flush", () => {
    save();
    const stored = storeVersion(project, STATE, undefined, { operation: "save", timestamp: NOW, bytes: NEW });
    const calls = callsOf(() => stored.confirm()).filter((name) => /^(write|fsync|rename|link|mkdir)/.test(name));
    expect(calls).toEqual(["renameSync", "linkSync", "linkSync"]);
  });

  test("as copies where the file system has no links across", () => {
    for (const code of ["EXDEV", "EPERM", "EMLINK"]) {
      const linkSync = () => {
        throw systemError(code, "link");
      };
      const id = replaced({ linkSync }, () => save());
      const [one, other] = [on(project, `${FOLDER}/${id}`), on(project, `${GIT}/main/state.md/${id}`)];
      expect(readFileSync(other)).toEqual(readFileSync(one));
      expect(inode(other)).not.toBe(inode(one));
      expect(statSync(other).mode & 0o777).toBe(0o600);
    }
    expect(second()).toEqual(own());
  });

  test("under the name of the folder where the project is not all of the repository", () => {
    const below = projectAt(on(project, "packages/one"));
    const id = save(OLD, NOW, below);
    expect(second("main__packages__one")).toEqual([id]);
    expect(namesIn(on(project, `${GIT}/main`))).toEqual([]);
    expect(idsOf(project)).toEqual([]);
    rmSync(on(below, ".claude"), { recursive: true });
    expect(idsOf(below)).toEqual([id]);
  });

  test("apart for folders whose names could be one", () => {
    const names = ["a/b", "a__b", "a_/b", "a/_b", "a", ".hidden/b", "x:y", "é", `_${"x".repeat(121)}`, "x".repeat(200)];
    const projects = names.map((name) => projectAt(on(project, name)));
    const ids = projects.map((at) => save(undefined, NOW, at));
    for (const at of projects) rmSync(on(at, ".claude"), { recursive: true });
    expect(projects.map((at) => idsOf(at))).toEqual(ids.map((id) => [id]));
  });

  test("under the name of the worktree", () => {
    const id = save();
    const worktree = makeWorktree(project.root, "w", join(temporaryFolder(), "w"));
    const other = save(undefined, NOW, worktree);
    expect(second("worktree-w")).toEqual([other]);
    expect(second()).toEqual([id]);
    const below = projectAt(on(worktree, "packages"));
    const last = save(undefined, NOW, below);
    expect(second("worktree-w__packages")).toEqual([last]);
    for (const at of [project, worktree, below]) rmSync(on(at, ".claude"), { recursive: true });
    expect([project, worktree, below].map((at) => idsOf(at))).toEqual([[id], [other], [last]]);
  });

  test("apart for a worktree and a folder in another one whose names could be one", () => {
    const folder = temporaryFolder();
    const one = makeWorktree(project.root, "w__a", join(folder, "one"));
    const other = projectAt(on(makeWorktree(project.root, "w", join(folder, "w")), "a"));
    const ids = [save(undefined, NOW, one), save(undefined, NOW, other)];
    for (const at of [one, other]) rmSync(on(at, ".claude"), { recursive: true });
    expect([idsOf(one), idsOf(other)]).toEqual([[ids[0]], [ids[1]]]);
  });

  test("in the folder of a submodule, also of one in another and in a worktree", () => {
    const module = on(project, ".git/modules/lib");
    makeGit(module);
    const lib = projectAt(on(project, "lib"));
    writeFileSync(on(lib, ".git"), "gitdir: ../.git/modules/lib\n");
    makeGit(join(module, "modules/inner"));
    const inner = projectAt(on(lib, "inner"));
    writeFileSync(on(inner, ".git"), "gitdir: ../../.git/modules/lib/modules/inner\n");
    const worktree = makeWorktree(project.root, "w", join(temporaryFolder(), "w"));
    makeGit(on(project, ".git/worktrees/w/modules/lib"));
    const linked = projectAt(on(worktree, "lib"));
    writeFileSync(on(linked, ".git"), `gitdir: ${on(project, ".git/worktrees/w/modules/lib")}\n`);
    const ids = [lib, inner, linked].map((at) => save(undefined, NOW, at));
    const places = ["lib", "lib/modules/inner"].map((name) => on(project, `.git/modules/${name}`));
    places.push(on(project, ".git/worktrees/w/modules/lib"));
    expect(places.map((place) => namesIn(join(place, "state-gatekeeper/history/main/state.md")))).toEqual(
      ids.map((id) => [id]),
    );
    expect(existsSync(on(project, ".git/state-gatekeeper"))).toBe(false);
  });

  test("from the first save after a repository was made", () => {
    renameSync(on(project, ".git"), on(project, "away"));
    const ids = Array.from({ length: 60 }, (_, index) => save(undefined, NOW + index));
    renameSync(on(project, "away"), on(project, ".git"));
    expect(second()).toEqual([]);
    ids.push(save(undefined, NOW + 60));
    expect(second()).toEqual(ids.slice(-50));
    expect(idsOf()).toEqual(own().reverse());
  });

  test("within the same bounds", () => {
    save(OLD, NOW - 100 * DAY);
    for (let index = 0; index < 60; index++) save(undefined, NOW - 90 * DAY + index);
    save();
    expect(own()).toHaveLength(50);
    expect(second()).toEqual(own());
    for (const id of own()) truncateSync(on(project, `${FOLDER}/${id}`), 1024 * 1024);
    // What the document holds is in no version that can be read, and is one first.
    save(undefined, Math.ceil((NOW + DAY) / 16) * 16 - 1);
    expect(own()).toHaveLength(32);
    expect(second()).toEqual(own());
  });
});

describe("either place is enough", () => {
  test("the versions are there after all of .claude went, and the next one goes on behind them", () => {
    const ids = [save("a"), save("b"), save("c".repeat(10_000))];
    rmSync(on(project, ".claude"), { recursive: true });
    expect(idsOf()).toEqual([...ids].reverse());
    expect(listVersions(project).map(({ id }) => id)).toEqual([...ids].reverse());
    expect(hasVersions(project, STATE)).toBe(true);
    expect(newestVersion(project, STATE)).toMatchObject({ id: ids[2], size: 10_000, written: true });
    expect(instantOf(newestVersion(project, STATE)!.id)).toBe(NOW + 2);
    expect(ids.map((id) => Buffer.from(readVersion(project, id, STATE).bytes).toString()[0])).toEqual(["a", "b", "c"]);
    expect(Buffer.from(readVersion(project, ids[0]!).bytes).toString()).toBe("a");

    mkdirSync(on(project, ".claude"));
    // The clock was set back as well.
    const next = save("d", NOW - DAY);
    const versions = listVersions(project, STATE);
    expect(versions.map(({ id }) => id)).toEqual([next, expect.any(String), ...[...ids].reverse()]);
    // It was gone in between.
    expect(versions[1]).toMatchObject({ operation: "outside", size: 0, from: ids[2] });
    expect(versions[0]?.from).toBe(versions[1]?.id);
    expect(own()).toHaveLength(2);
    expect(second()).toHaveLength(5);
  });

  test("what the document holds is known there", () => {
    const ids = [save("a"), save("b")];
    rmSync(on(project, ".claude/.gate"), { recursive: true });
    put(project, STATE, "a");
    const next = save("c", NOW - DAY);
    expect(idsOf()).toEqual([next, ...[...ids].reverse()]);
    expect(newestVersion(project, STATE)).toMatchObject({ id: next, from: ids[0] });
  });

  test("the newest version is the newest of both", () => {
    save("a");
    rmSync(on(project, "before"), { recursive: true, force: true });
    execFileSync("cp", ["-r", on(project, ".claude"), on(project, "before")]);
    const newest = save("b");
    rmSync(on(project, ".claude"), { recursive: true });
    renameSync(on(project, "before"), on(project, ".claude"));
    expect(newestVersion(project, STATE)?.id).toBe(newest);
    expect(idsOf()[0]).toBe(newest);
    expect(save("c", NOW - DAY) > newest).toBe(true);
  });

  test("a version that is torn in one is read from the other", () => {
    const linkSync = () => {
      throw systemError("EXDEV", "link");
    };
    const ids = replaced({ linkSync }, () => [save("a"), save("b")]);
    truncateSync(on(project, `${FOLDER}/${ids[0]}`), 5);
    truncateSync(on(project, `${FOLDER}/${ids[1]}`), 5);
    expect(idsOf()).toEqual([...ids].reverse());
    expect(newestVersion(project, STATE)?.id).toBe(ids[1]);
    expect(Buffer.from(readVersion(project, ids[0]!).bytes).toString()).toBe("a");
    truncateSync(on(project, `${GIT}/main/state.md/${ids[0]}`), 5);
    expect(idsOf()).toEqual([ids[1]]);
  });

  test("without git everything goes as before", () => {
    rmSync(on(project, ".git"), { recursive: true });
    const ids = [save(), save()];
    expect(idsOf()).toEqual([...ids].reverse());
    expect(existsSync(on(project, ".git"))).toBe(false);
  });
});

describe("a folder of git that cannot be used is nobody's error", () => {
  const inGit = (path: unknown): boolean => /state-gatekeeper/.test(String(path));

  test.each(["EROFS", "EACCES", "EPERM", "ENOSPC"])("where it cannot be written: %s", (code) => {
    const mkdir = system.mkdirSync as (...args: unknown[]) => unknown;
    const mkdirSync = ((...args: unknown[]) => {
      if (inGit(args[0])) throw systemError(code, "mkdir");
      return mkdir(...args);
    }) as typeof system.mkdirSync;
    const before = all(on(project, ".git"));
    const ids = replaced({ mkdirSync }, () => [save(), save()]);
    expect(own()).toEqual(ids);
    expect(idsOf()).toEqual([...ids].reverse());
    expect(all(on(project, ".git"))).toEqual(before);
  });

  test.each(["EROFS", "EACCES", "EIO", "ENOSPC"])("where it could be written once: %s", (code) => {
    const first = save();
    const call = () => {
      throw systemError(code, "link");
    };
    const id = replaced({ linkSync: call }, () => save());
    expect(own()).toEqual([first, id]);
    // The next time brings it.
    const last = save();
    expect(second()).toEqual([first, id, last]);
  });

  test("where it cannot be read", () => {
    const ids = [save("a")];
    const opening = system.openSync as (...args: unknown[]) => number;
    const openSync = ((...args: unknown[]) => {
      if (inGit(args[0])) throw systemError("EACCES", "open");
      return opening(...args);
    }) as typeof system.openSync;
    replaced({ openSync }, () => {
      ids.push(save("b"));
      expect(idsOf()).toEqual([...ids].reverse());
      expect(Buffer.from(readVersion(project, ids[0]!).bytes).toString()).toBe("a");
      expect(instantOf(newestVersion(project, STATE)!.id)).toBe(NOW + 1);
    });
  });

  test("where the versions in it are somebody else's to read", () => {
    save("a");
    rmSync(on(project, ".claude/.gate"), { recursive: true });
    const opening = system.openSync as (...args: unknown[]) => number;
    const openSync = ((path: string, ...args: unknown[]) => {
      const descriptor = opening(path, ...args);
      if (!inGit(realpathSync(`/proc/self/fd/${descriptor}`)) || !statSync(path).isFile()) return descriptor;
      system.closeSync(descriptor);
      throw systemError("EACCES", "open");
    }) as typeof system.openSync;
    if (system.platform !== "linux") return;
    replaced({ openSync }, () => {
      const id = save("b");
      expect(idsOf()).toHaveLength(2);
      expect(newestVersion(project, STATE)?.id).toBe(id);
    });
  });

  test.each([
    ["a file stands in its place", (place: string) => writeFileSync(place, "x")],
    ["a link leads out of it", (place: string) => symlinkSync(temporaryFolder(), place)],
    ["a broken link stands in its place", (place: string) => symlinkSync("nowhere", place)],
    ["it has no HEAD", (place: string) => rmSync(join(dirname(place), "HEAD"))],
  ])("where %s", (_name, spoil) => {
    const place = on(project, ".git/state-gatekeeper");
    spoil(place);
    const ids = [save(), save()];
    expect(idsOf()).toEqual([...ids].reverse());
    if (existsSync(place) && statSync(place).isDirectory()) expect(readdirSync(place)).toEqual([]);
  });

  test.each(["EIO", "EROFS", "EACCES"])("%s at any call once the document is written", (code) => {
    const write = () => {
      project = makeProject({});
      makeGit(on(project, ".git"));
      save(OLD);
      const stored = storeVersion(project, STATE, OLD, { operation: "save", timestamp: NOW, bytes: NEW });
      put(project, STATE, NEW);
      return stored;
    };
    const written = write();
    const calls = callsOf(() => written.confirm()).map((_, index) => index);
    for (const index of spread(calls, 40)) {
      const stored = write();
      failing(index, code, () => stored.confirm());
      expect(Buffer.from(readVersion(project, stored.id).bytes)).toEqual(NEW);
      const next = save();
      expect(second(), `call ${index}`).toEqual(own());
      expect(own()).toContain(next);
    }
  });
});

describe("a .git that names somebody else's repository", () => {
  let theirs: string;
  beforeEach(() => {
    // With versions of theirs, which are not ours to see either.
    theirs = temporaryFolder();
    makeGit(join(theirs, ".git"));
    save(undefined, NOW, projectAt(theirs));
    save(undefined, NOW, makeWorktree(theirs, "w", join(theirs, "w")));
    makeGit(join(theirs, ".git/modules/lib"));
    const lib = projectAt(join(theirs, "lib"));
    writeFileSync(on(lib, ".git"), "gitdir: ../.git/modules/lib\n");
    save(undefined, NOW, lib);
    project = projectAt(temporaryFolder());
  });

  /** Nothing of theirs is written or read. */
  function expectUntouched(at = project): void {
    const before = all(theirs);
    const ids = [save(undefined, NOW, at), save(undefined, NOW, at)];
    expect(idsOf(at)).toEqual(ids.reverse());
    expect(all(theirs)).toEqual(before);
    rmSync(on(at, ".claude"), { recursive: true });
    expect(idsOf(at)).toEqual([]);
  }

  test.each([
    ".git",
    ".git/worktrees/w",
    ".git/modules/lib",
    ".git/worktrees/..",
    ".git/worktrees/w/../w",
    ".git/nowhere",
  ])("%s in a file", (name) => {
    writeFileSync(on(project, ".git"), `gitdir: ${theirs}/${name}\n`);
    expectUntouched();
  });

  test.each([".git", ".git/worktrees/w", ".git/modules/lib"])("%s as a link", (name) => {
    symlinkSync(join(theirs, name), on(project, ".git"));
    expectUntouched();
  });

  test("by a folder with worktrees of its own that are a link", () => {
    mkdirSync(on(project, "evil"));
    symlinkSync(join(theirs, ".git/worktrees"), on(project, "evil/worktrees"));
    copyFileSync(join(theirs, ".git/HEAD"), on(project, "evil/HEAD"));
    writeFileSync(on(project, ".git"), "gitdir: evil/worktrees/w\n");
    expectUntouched();
  });

  test("as if it were the submodule of a checkout that is not theirs", () => {
    writeFileSync(on(project, ".git"), `gitdir: ${theirs}/.git\n`);
    const below = projectAt(on(project, "lib"));
    writeFileSync(on(below, ".git"), `gitdir: ${theirs}/.git/modules/lib\n`);
    expectUntouched(below);
  });

  test("as if it were a submodule, by a link in the checkout above", () => {
    makeGit(on(project, ".git"));
    mkdirSync(on(project, ".git/modules"));
    symlinkSync(join(theirs, ".git"), on(project, ".git/modules/lib"));
    const below = projectAt(on(project, "lib"));
    writeFileSync(on(below, ".git"), "gitdir: ../.git/modules/lib\n");
    expectUntouched(below);
  });

  test("by what its own folder holds", () => {
    makeGit(on(project, ".git"));
    symlinkSync(join(theirs, ".git/state-gatekeeper"), on(project, ".git/state-gatekeeper"));
    expectUntouched();
  });
});

describe.runIf(hasGit())("as git makes it", () => {
  const git = (cwd: string, ...args: string[]): string => {
    const config = ["user.name=a", "user.email=a@example.org", "protocol.file.allow=always"];
    return execFileSync("git", [...config.flatMap((one) => ["-c", one]), ...args], {
      cwd,
      stdio: "pipe",
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" },
      encoding: "utf8",
    });
  };

  test("a repository, a worktree, a submodule: versions outlive the cleaning of all files", () => {
    const folder = temporaryFolder();
    const [main, lib] = [join(folder, "main"), join(folder, "lib")];
    for (const path of [main, lib]) {
      git(folder, "init", "-q", "-b", "trunk", path);
      git(path, "commit", "-q", "--allow-empty", "-m", "first");
    }
    git(main, "submodule", "--quiet", "add", lib, "deep/lib");
    git(main, "commit", "-q", "-m", "second");
    git(main, "worktree", "add", "-q", "-b", "side/way", join(folder, "w"));
    const roots = [main, join(folder, "w"), join(main, "deep/lib")];
    const projects = roots.map((root) => projectAt(root));
    const ids = projects.map((at) => [save(undefined, NOW, at), save(undefined, NOW, at)]);
    for (const root of [...roots].reverse()) {
      expect(git(root, "fsck", "--strict")).toBe("");
      git(root, "gc", "-q");
      git(root, "clean", "-q", "-ffdx");
    }
    expect(roots.map((root) => existsSync(join(root, ".claude")))).toEqual([false, false, false]);
    expect(projects.map((at) => idsOf(at).reverse())).toEqual(ids);
    git(main, "worktree", "move", join(folder, "w"), join(folder, "moved"));
    expect(idsOf(openProject(join(folder, "moved"))).reverse()).toEqual(ids[1]);
  });
});

function hasGit(): boolean {
  try {
    execFileSync("git", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    console.info("git itself is not asked: it is not installed");
    return false;
  }
}
