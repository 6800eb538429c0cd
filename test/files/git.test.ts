import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { checkedOutBranch } from "../../src/files/git/checkout.ts";
import { callsOf, failing } from "./faults.ts";
import { temporaryFolder } from "./project.ts";

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

const headIs = (text: string | Uint8Array, folder = ".git"): void => {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, "HEAD"), text);
};

describe("what HEAD says", () => {
  test.each([
    ["ref: refs/heads/main\n", "main"],
    ["ref: refs/heads/feature/rate-limiting\n", "feature/rate-limiting"],
    ["ref: refs/heads/zażółć\r\n", "zażółć"],
    ["ref:refs/heads/main", "main"],
    ["ref: refs/heads/a b\n", "a b"],
    ["0123456789012345678901234567890123456789\n", undefined],
    ["ref: refs/heads/.invalid\n", undefined],
    ["ref: refs/remotes/origin/main\n", undefined],
    ["ref: refs/heads/\n", undefined],
    ["ref: refs/heads/a\u001b[31m\n", undefined],
    ["ref: refs/heads/a\u2028b\n", undefined],
    ["", undefined],
    ["nonsense", undefined],
  ])("%j", (text, branch) => {
    headIs(text);
    expect(checkedOutBranch(root)).toBe(branch);
  });

  test("in a folder below the repository", () => {
    headIs("ref: refs/heads/main\n");
    mkdirSync(join(root, "packages/one"), { recursive: true });
    expect(checkedOutBranch(join(root, "packages/one"))).toBe("main");
  });

  test("as the link it was in old repositories", () => {
    mkdirSync(join(root, ".git/refs/heads"), { recursive: true });
    writeFileSync(join(root, ".git/refs/heads/main"), "0123456789012345678901234567890123456789\n");
    symlinkSync("refs/heads/main", join(root, ".git/HEAD"));
    expect(checkedOutBranch(root)).toBe("main");
  });
});

describe("a .git file", () => {
  test.each(["relative", "absolute"])("leads to the folder of the worktree by a path that is %s", (kind) => {
    headIs("ref: refs/heads/other\n");
    headIs("ref: refs/heads/here\n", ".git/worktrees/w");
    writeFileSync(join(root, ".git/worktrees/w/commondir"), "../..\n");
    mkdirSync(join(root, "w"));
    const target = kind === "relative" ? "../.git/worktrees/w" : join(root, ".git/worktrees/w");
    writeFileSync(join(root, "w/.git"), `gitdir: ${target}\n`);
    expect(checkedOutBranch(join(root, "w"))).toBe("here");
  });

  test.each(["gitdir: nowhere\n", "gitdir: \n", "something else", "", "gitdir: a\0b\n"])(
    "with %j is no branch",
    (text) => {
      writeFileSync(join(root, ".git"), text);
      expect(checkedOutBranch(root)).toBeUndefined();
    },
  );
});

describe("no repository", () => {
  test("at all, or without a HEAD", () => {
    expect(checkedOutBranch(join(root, "missing"))).toBeUndefined();
    mkdirSync(join(root, ".git"));
    expect(checkedOutBranch(root)).toBeUndefined();
  });

  test.each(["FIFO", "folder"])("with a %s for a HEAD", (kind) => {
    mkdirSync(join(root, ".git"));
    if (kind === "FIFO") execFileSync("mkfifo", [join(root, ".git/HEAD")]);
    else mkdirSync(join(root, ".git/HEAD"));
    expect(checkedOutBranch(root)).toBeUndefined();
    rmSync(join(root, ".git"), { recursive: true });
    execFileSync("mkfifo", [join(root, ".git")]);
    expect(checkedOutBranch(root)).toBeUndefined();
  });

  test("no error at any call is one for the caller", () => {
    headIs("ref: refs/heads/main\n");
    const calls = callsOf(() => checkedOutBranch(root)).length;
    for (let index = 0; index < calls; index++) {
      expect(["main", undefined]).toContain(failing(index, "EACCES", () => checkedOutBranch(root)));
    }
  });
});

describe.runIf(hasGit())("as git makes it", () => {
  const git = (cwd: string, ...args: string[]): void => {
    const identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    execFileSync("git", [...identity, ...args], {
      cwd,
      stdio: "pipe",
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" },
    });
  };

  test("a repository, a worktree, and a commit without a branch", () => {
    git(root, "init", "-q", "-b", "trunk");
    expect(checkedOutBranch(root)).toBe("trunk");
    git(root, "commit", "-q", "--allow-empty", "-m", "first");
    git(root, "worktree", "add", "-q", "-b", "side/way", join(root, "w"));
    expect(checkedOutBranch(join(root, "w"))).toBe("side/way");
    expect(checkedOutBranch(root)).toBe("trunk");
    git(root, "checkout", "-q", "--detach");
    expect(checkedOutBranch(root)).toBeUndefined();
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
