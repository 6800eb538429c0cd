import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import { ensureFolders, ensureGateFolder } from "../../src/files/guard/folders.ts";
import { findRoot, openProject } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import { callsOf, failing, replaced, systemError } from "./faults.ts";
import { failure, isThere, makeProject, on, put, temporaryFolder, textOf } from "./project.ts";

let top: string;
beforeEach(() => {
  top = temporaryFolder();
});

const folder = (path: string): string => {
  mkdirSync(join(top, path), { recursive: true });
  return join(top, path);
};
const file = (path: string): void => {
  mkdirSync(join(top, path, ".."), { recursive: true });
  writeFileSync(join(top, path), "");
};

describe("the root", () => {
  test("given is taken as given, relative to the current folder", () => {
    folder("a/.claude");
    folder("b");
    expect(findRoot({ root: "../b", cwd: join(top, "a") })).toEqual({ root: join(top, "b"), found: "given" });
    expect(findRoot({ root: join(top, "b"), cwd: "/" })).toEqual({ root: join(top, "b"), found: "given" });
  });

  test.each(["missing", "a-file", "a-file/below", "nul\0"])("given as %j is not found", (root) => {
    file("a-file");
    failure("NOT_FOUND", () => findRoot({ root, cwd: top }));
  });

  test.each([".claude/state.md", ".claude/.gate/.gitignore"])("is the nearest folder upward that has %s", (path) => {
    file(`outer/${path}`);
    file(`outer/inner/${path}`);
    const cwd = folder("outer/inner/src/deep");
    expect(findRoot({ cwd })).toEqual({ root: join(top, "outer/inner"), found: "state" });
    expect(findRoot({ cwd: join(top, "outer") })).toEqual({ root: join(top, "outer"), found: "state" });
  });

  test("is not where .claude holds settings, skills or agents alone: such a folder hides none and captures none", () => {
    folder("repository/.git");
    file("repository/.claude/state.md");
    file("repository/apps/web/.claude/skills/deploy/SKILL.md");
    file("repository/apps/web/.claude/settings.json");
    const root = join(top, "repository");
    expect(findRoot({ cwd: folder("repository/apps/web/src") })).toEqual({ root, found: "state" });
    file("code/.claude/settings.local.json");
    folder("code/alpha/.git");
    expect(findRoot({ cwd: folder("code/alpha/src") })).toEqual({ root: join(top, "code/alpha"), found: "git" });
  });

  test("is never outside of git's worktree, whatever lies above", () => {
    file("outer/.claude/state.md");
    folder("outer/inner/.git");
    expect(findRoot({ cwd: folder("outer/inner/src") })).toEqual({ root: join(top, "outer/inner"), found: "git" });
  });

  test("is a package with a state of its own in a larger repository", () => {
    folder(".git");
    file(".claude/state.md");
    file("packages/one/.claude/state.md");
    expect(findRoot({ cwd: folder("packages/one/src") })?.root).toBe(join(top, "packages/one"));
    expect(findRoot({ cwd: folder("packages/two/src") })?.root).toBe(top);
  });

  test("is the root of git's worktree otherwise, wherever that lies", () => {
    folder("repository/.git");
    file("repository/.claude/state.md");
    file("worktree/.git");
    file("repository/.claude/worktrees/x/.git");
    expect(findRoot({ cwd: folder("worktree/src") })).toEqual({ root: join(top, "worktree"), found: "git" });
    const inner = join(top, "repository/.claude/worktrees/x");
    expect(findRoot({ cwd: folder("repository/.claude/worktrees/x/src") })).toEqual({ root: inner, found: "git" });
  });

  test("is nowhere when nothing shows it", () => {
    const found = findRoot({ cwd: folder("plain") });
    if (found !== undefined) expect(relative(top, found.root)).toMatch(/^\.\./);
    folder("plain/.claude");
    expect(findRoot({ cwd: join(top, "plain"), home: top })).toBeUndefined();
  });

  describe("in the home folder", () => {
    let home: string;
    beforeEach(() => {
      home = folder("home");
      folder("home/.claude");
    });

    test("is not it from below: that is the agent's own configuration", () => {
      file("home/.claude/state.md");
      folder("home/.claude/.gate");
      folder("home/repository/.git");
      expect(findRoot({ cwd: folder("home/repository/src"), home })).toEqual({
        root: join(home, "repository"),
        found: "git",
      });
      expect(findRoot({ cwd: folder("home/elsewhere"), home })).toBeUndefined();
    });

    test("is it when started there", () => {
      file("home/.claude/state.md");
      expect(findRoot({ cwd: home, home })).toEqual({ root: home, found: "state" });
    });

    test("is known through a link", () => {
      file("home/.claude/state.md");
      symlinkSync(home, join(top, "linked"));
      expect(findRoot({ cwd: folder("home/elsewhere"), home: join(top, "linked") })).toBeUndefined();
      expect(findRoot({ cwd: join(top, "linked/elsewhere"), home })).toBeUndefined();
    });

    test("is not the git root of all below it either", () => {
      folder("home/.git");
      expect(findRoot({ cwd: folder("home/elsewhere"), home })).toBeUndefined();
      expect(findRoot({ cwd: home, home })).toEqual({ root: home, found: "git" });
    });

    test("a project in it is one like any other, and nothing above it is looked for", () => {
      file("home/project/.claude/state.md");
      expect(findRoot({ cwd: folder("home/project/src"), home })?.root).toBe(join(home, "project"));
      file(".claude/state.md");
      expect(findRoot({ cwd: folder("home/elsewhere"), home })).toBeUndefined();
    });

    test.each([undefined, "", "/nowhere/at/all"])("that is unknown (%j) makes no difference", (unknown) => {
      file("home/.claude/state.md");
      expect(findRoot({ cwd: folder("home/src"), home: unknown })).toEqual({ root: home, found: "state" });
    });
  });
});

describe("opening", () => {
  test("gives the real path", () => {
    folder("real");
    symlinkSync("real", join(top, "link"));
    expect(openProject(join(top, "link"))).toEqual({ root: join(top, "real") });
  });

  test.each(["missing", "a-file"])("%s is not found", (name) => {
    file("a-file");
    failure("NOT_FOUND", () => openProject(join(top, name)));
  });
});

describe("making folders", () => {
  test("makes what is missing, once", () => {
    const project = { root: top };
    const wanted = [".claude/work", ".claude/archive", ".claude"];
    expect(ensureFolders(project, wanted)).toEqual([".claude", ".claude/work", ".claude/archive"]);
    expect(ensureFolders(project, wanted)).toEqual([]);
  });

  test("flushes each new folder and the one above it", () => {
    const calls = callsOf(() => ensureFolders({ root: top }, [".claude/work"]));
    const order = calls.filter((name) => /^(mkdir|fsync)/.test(name));
    expect(order).toEqual(["mkdirSync", "fsyncSync", "fsyncSync", "mkdirSync", "fsyncSync", "fsyncSync"]);
  });

  test("follows a link that stays inside, and no other", () => {
    const project = makeProject();
    const outside = temporaryFolder();
    mkdirSync(on(project, "notes"));
    symlinkSync("../notes", on(project, ".claude/work"));
    symlinkSync(outside, on(project, ".claude/archive"));
    expect(ensureFolders(project, [".claude/work/deep"])).toEqual([".claude/work/deep"]);
    expect(isThere(project, "notes/deep")).toBe(true);
    failure("UNSAFE_PATH", () => ensureFolders(project, [".claude/archive/deep"]));
    expect(readdirSync(outside)).toEqual([]);
  });

  test.each(["a file", "a broken link"])("%s in the way is left alone", (what) => {
    const project = makeProject();
    if (what === "a file") put(project, ".claude/work", "mine");
    else symlinkSync("nowhere", on(project, ".claude/work"));
    failure("UNSAFE_PATH", () => ensureFolders(project, [".claude/work"]));
    expect(isThere(project, ".claude/nowhere")).toBe(false);
  });

  test.each(["src", "", "..", ".claude/..", ".git/hooks", ".claudes", "/tmp/x"])("%j is not ours to make", (path) => {
    const project = makeProject();
    failure("UNSAFE_PATH", () => ensureFolders(project, [path]));
  });

  test("one made by another process in the same moment is fine", () => {
    const project = makeProject();
    const mkdir = system.mkdirSync;
    const mkdirSync = ((path: string) => {
      mkdir(path);
      return mkdir(path);
    }) as typeof mkdir;
    expect(replaced({ mkdirSync }, () => ensureFolders(project, [".claude/work"]))).toEqual([]);
    expect(statSync(on(project, ".claude/work")).isDirectory()).toBe(true);
  });

  test.each(["ENOSPC", "EIO", "EACCES", "EROFS"])("%s at any call is told", (code) => {
    const calls = callsOf(() => ensureFolders(makeProject({}), [".claude/work"])).length;
    for (let index = 0; index < calls; index++) {
      const project = makeProject({});
      try {
        failing(index, code, () => ensureFolders(project, [".claude/work"]));
      } catch (error) {
        expect(error).toBeInstanceOf(GateError);
        expect((error as GateError).code).toBe("IO");
      }
      ensureFolders(project, [".claude/work"]);
      expect(isThere(project, ".claude/work")).toBe(true);
    }
  });

  test("a flush that the disk refuses is an error", () => {
    const fsyncSync = () => {
      throw systemError("EIO", "fsync");
    };
    failure("IO", () => replaced({ fsyncSync }, () => ensureFolders({ root: top }, [".claude"])));
  });
});

describe("the folder of the gate", () => {
  test("keeps itself out of git, once", () => {
    const project = makeProject();
    ensureGateFolder(project);
    expect(textOf(project, ".claude/.gate/.gitignore")).toBe("*\n");
    put(project, ".claude/.gate/.gitignore", "mine");
    ensureGateFolder(project);
    expect(textOf(project, ".claude/.gate/.gitignore")).toBe("mine");
  });

  test("does not follow a planted link", () => {
    const project = makeProject();
    mkdirSync(on(project, ".claude/.gate"));
    symlinkSync("../../planted", on(project, ".claude/.gate/.gitignore"));
    ensureGateFolder(project);
    expect(isThere(project, "planted")).toBe(false);
    rmSync(on(project, ".claude/.gate"), { recursive: true });
    symlinkSync(temporaryFolder(), on(project, ".claude/.gate"));
    failure("UNSAFE_PATH", () => ensureGateFolder(project));
  });
});
