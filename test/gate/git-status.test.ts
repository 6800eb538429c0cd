/** The recorded state against a real checkout. Git makes the repositories, and must not be started to read them. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { countChanged } from "../../src/files/git/changed-files.ts";
import { findCheckout } from "../../src/files/git/checkout.ts";
import { hasBranch, movesSince } from "../../src/files/git/refs.ts";
import { status } from "../../src/gate/view/status.ts";
import { NOW } from "../support/clock.ts";
import { withoutHaste } from "../support/haste.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";

const SAVED = Date.UTC(2024, 9, 23, 14, 30, 0);
const MINUTE = 60_000;

function git(root: string, at: number, ...args: string[]): string {
  const date = `@${Math.floor(at / 1000)} +0000`;
  const env = {
    PATH: process.env["PATH"],
    HOME: root,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
  const who = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
  return execFileSync("git", [...who, ...args], { cwd: root, env, encoding: "utf8", stdio: "pipe" });
}

/** A repository whose files and first commit are older than the save. */
function makeRepository(branch = "feature/rate-limiting"): TestProject {
  const project = makeProject({
    ".claude/state.md": fixture("read/format.md"),
    "src/a.ts": "a\n",
    "src/deep/b.ts": "b\n",
    "README.md": "r\n",
  });
  git(project.root, SAVED - 10 * MINUTE, "init", "--quiet", `--initial-branch=${branch}`);
  git(project.root, SAVED - 10 * MINUTE, "add", "--all");
  git(project.root, SAVED - 10 * MINUTE, "commit", "--quiet", "--message=first");
  for (const name of ["src/a.ts", "src/deep/b.ts", "README.md", "src/deep", "src", "."]) {
    touch(project, name, SAVED - 5 * MINUTE);
  }
  return project;
}

function touch({ root }: TestProject, name: string, at: number): void {
  utimesSync(join(root, name), at / 1000, at / 1000);
}

beforeEach(withoutHaste);

describe("status", () => {
  test("has nothing to say of a checkout that is as it was saved", async () => {
    const { gate } = makeRepository();
    expect((await status(gate)).git).toEqual({
      branch: "feature/rate-limiting",
      recordedBranch: "checked-out",
      commits: 0,
      changedFiles: 0,
    });
  });

  test("counts commits and files since the save, committed and not", async () => {
    const project = makeRepository();
    project.write("src/a.ts", "changed\n");
    touch(project, "src/a.ts", SAVED + MINUTE);
    git(project.root, SAVED + 2 * MINUTE, "commit", "--quiet", "--all", "--message=second");
    git(project.root, SAVED + 3 * MINUTE, "commit", "--quiet", "--allow-empty", "--message=third");
    git(project.root, SAVED + 4 * MINUTE, "commit", "--quiet", "--amend", "--allow-empty", "--message=third!");
    project.write("src/new.ts", "new\n");
    touch(project, "src/new.ts", SAVED + MINUTE);
    touch(project, "src", SAVED + MINUTE);
    expect((await status(project.gate)).git).toMatchObject({ commits: 2, changedFiles: 2 });
  });

  test("says that another branch is checked out, and that the recorded one is gone", async () => {
    const { root, gate } = makeRepository();
    git(root, SAVED, "switch", "--quiet", "--create", "other");
    expect((await status(gate)).git).toMatchObject({ branch: "other", recordedBranch: "elsewhere", commits: 0 });
    git(root, SAVED, "pack-refs", "--all");
    expect((await status(gate)).git).toMatchObject({ recordedBranch: "elsewhere" });
    git(root, SAVED, "branch", "--quiet", "-D", "feature/rate-limiting");
    expect((await status(gate)).git).toMatchObject({ branch: "other", recordedBranch: "gone" });
    expect((await status(gate)).problems.map(({ message }) => message)).toContain(
      "Unexpected branch `feature/rate-limiting`, which is gone, expected `other`, which is checked out",
    );
  });

  test("says that a branch is not made yet of which nothing is known, here or on a remote", async () => {
    const { root, gate } = makeRepository("main");
    expect((await status(gate)).git).toMatchObject({ branch: "main", recordedBranch: "not-made-yet" });
    expect((await status(gate)).problems.map(({ message }) => message)).toContain(
      "Unexpected branch `feature/rate-limiting`, which is not made yet, expected `main`, which is checked out",
    );
    // A commit that speaks of it is none that was made on it.
    git(root, SAVED, "commit", "--quiet", "--allow-empty", "--message=begin feature/rate-limiting");
    // Nor is a branch whose name ends like it.
    git(root, SAVED, "update-ref", "refs/remotes/origin/old/feature/rate-limiting", "HEAD");
    git(root, SAVED, "pack-refs", "--all");
    expect((await status(gate)).git).toMatchObject({ recordedBranch: "not-made-yet" });
    git(root, SAVED, "update-ref", "refs/remotes/origin/feature/rate-limiting", "HEAD");
    expect((await status(gate)).git).toMatchObject({ recordedBranch: "elsewhere" });
    git(root, SAVED, "pack-refs", "--all");
    expect((await status(gate)).git).toMatchObject({ recordedBranch: "elsewhere" });
  });

  test.each([
    ["was checked out", ["switch", "--quiet", "--create", "feature/rate-limiting"]],
    ["was renamed", ["branch", "--move", "feature/rate-limiting"]],
  ])("says that a branch is gone that %s in another checkout of the repository", async (_what, words) => {
    const { root, gate } = makeRepository("main");
    git(root, SAVED, "switch", "--quiet", "--create", "old");
    git(root, SAVED, ...words);
    git(root, SAVED, "switch", "--quiet", "--detach", "main");
    const tree = join(root, "tree");
    git(root, SAVED, "worktree", "add", "--quiet", tree, "main");
    git(root, SAVED, "branch", "--quiet", "-D", "feature/rate-limiting");
    expect((await status({ ...gate, project: { root: tree } })).git).toMatchObject({
      branch: "main",
      recordedBranch: "gone",
    });
  });

  test("says that a branch is gone that was merged, and one that has a log of its own", async () => {
    const { root, gate } = makeRepository("main");
    const tree = join(root, "tree");
    git(root, SAVED, "worktree", "add", "--quiet", "-b", "feature/rate-limiting", tree);
    git(tree, SAVED, "commit", "--quiet", "--allow-empty", "--message=x");
    git(root, SAVED, "merge", "--quiet", "--ff-only", "feature/rate-limiting");
    git(root, SAVED, "worktree", "remove", "--force", tree);
    git(root, SAVED, "branch", "--quiet", "-D", "feature/rate-limiting");
    expect((await status(gate)).git).toMatchObject({ branch: "main", recordedBranch: "gone" });
    rmSync(join(root, ".git/logs/HEAD"));
    expect((await status(gate)).git).toMatchObject({ branch: "main", recordedBranch: "not-made-yet" });
    mkdirSync(join(root, ".git/logs/refs/heads/feature"), { recursive: true });
    writeFileSync(join(root, ".git/logs/refs/heads/feature/rate-limiting"), "");
    expect((await status(gate)).git).toMatchObject({ branch: "main", recordedBranch: "gone" });
  });

  test("asks git itself where HEAD moved without saying how far", async () => {
    const { root, gate } = makeRepository();
    git(root, SAVED, "switch", "--quiet", "--create", "other");
    for (const message of ["one", "two", "three"]) {
      git(root, SAVED + MINUTE, "commit", "--quiet", "--allow-empty", `--message=${message}`);
    }
    git(root, SAVED, "switch", "--quiet", "feature/rate-limiting");
    git(root, SAVED + 2 * MINUTE, "merge", "--quiet", "--ff-only", "other");
    rmSync(join(root, ".git/logs/HEAD"));
    writeFileSync(
      join(root, ".git/logs/HEAD"),
      `${"0".repeat(40)} ${git(root, SAVED, "rev-parse", "HEAD").trim()} A <a> ${SAVED / 1000 + 60} +0000\tmerge other: Fast-forward\n`,
    );
    expect((await status(gate)).git?.commits).toBe(3);
    expect((await status(gate, { counts: "cheap" })).git?.commits).toBeUndefined();
    expect((await status(gate, { counts: "none" })).git).toMatchObject({ commits: undefined, changedFiles: undefined });
  });

  test("runs nothing that the repository configures", async () => {
    const project = makeRepository();
    const { root } = project;
    const trap = join(root, "trap.sh");
    writeFileSync(trap, `#!/bin/sh\necho "$0 $*" >> ${join(root, "sprung")}\ncat\n`);
    chmodSync(trap, 0o755);
    writeFileSync(join(root, ".gitattributes"), "* filter=trap diff=trap\n");
    mkdirSync(join(root, ".git/hooks"), { recursive: true });
    for (const [key, value] of [
      ["core.fsmonitor", trap],
      ["filter.trap.clean", trap],
      ["filter.trap.process", trap],
      ["diff.trap.textconv", trap],
      ["core.pager", trap],
      ["gpg.program", trap],
      ["log.showSignature", "true"],
      ["core.hooksPath", root],
    ] as const) {
      git(root, SAVED, "config", key, value);
    }
    project.write("src/a.ts", "changed\n");
    rmSync(join(root, ".git/logs"), { recursive: true });
    expect((await status(project.gate)).git).toMatchObject({ commits: 0 });
    expect(project.exists("sprung")).toBe(false);
  });

  test("is silent without git, while idle, and where the work file is gone says so", async () => {
    const { gate } = makeProject({ ".claude/state.md": fixture("read/format.md") });
    expect(await status(gate)).toMatchObject({ git: undefined, workFile: "missing" });
    const idle = makeProject();
    expect(await status(idle.gate)).toMatchObject({ git: undefined, workFile: undefined });
  });
});

describe("the files of git", () => {
  test.each(["2", "3", "4"])("an index of version %s names every file", (version) => {
    const project = makeRepository();
    git(project.root, SAVED, "update-index", `--index-version=${version}`);
    const checkout = findCheckout(project.root)!;
    expect(countChanged(checkout, 0, { within: 5000 })).toBe(3);
    expect(countChanged(checkout, 0, { within: 5000, atMost: 1 })).toBe(1);
    expect(countChanged(checkout, NOW, { within: 5000 })).toBe(0);
  });

  test("a repository of SHA-256 is read too", () => {
    const project = makeProject({ "a.ts": "a\n", "b/c.ts": "c\n" });
    git(project.root, SAVED, "init", "--quiet", "--object-format=sha256");
    git(project.root, SAVED, "add", "--all");
    expect(countChanged(findCheckout(project.root)!, 0, { within: 5000 })).toBe(2);
  });

  test("a split index is not understood, and neither is a damaged one", () => {
    const project = makeRepository();
    const checkout = findCheckout(project.root)!;
    git(project.root, SAVED, "update-index", "--split-index");
    expect(countChanged(checkout, 0, { within: 5000 })).toBeUndefined();
    for (const bytes of [
      "",
      "DIRC",
      "DIRC\0\0\0\u0002\0\0\0\u0009",
      `DIRC\0\0\0\u0004\0\0\0\u0001${"\u00ff".repeat(99)}`,
    ]) {
      writeFileSync(join(project.root, ".git/index"), bytes, "latin1");
      expect(countChanged(checkout, 0, { within: 5000 })).toBeUndefined();
    }
  });

  test("nobody waits for a repository that is too large", () => {
    const project = makeRepository();
    expect(countChanged(findCheckout(project.root)!, 0, { within: -1 })).toBeUndefined();
  });

  test("a worktree has the branches of its repository and a log of its own", () => {
    const project = makeRepository();
    git(project.root, SAVED + MINUTE, "worktree", "add", "--quiet", "-b", "side", join(project.root, "tree"));
    const checkout = findCheckout(join(project.root, "tree"))!;
    expect(hasBranch(checkout, "feature/rate-limiting")).toBe(true);
    expect(hasBranch(checkout, "nowhere")).toBe(false);
    git(join(project.root, "tree"), SAVED + 2 * MINUTE, "commit", "--quiet", "--allow-empty", "--message=x");
    expect(movesSince(checkout, SAVED + MINUTE)).toEqual({ commits: 1, unclear: false });
    expect(movesSince(findCheckout(project.root)!, SAVED)).toEqual({ commits: 0, unclear: false });
  });

  test.each(["", "../../../etc/passwd", "/etc/passwd", "a/../../b", ".hidden", "a b", "x\ny", "a*"])(
    "%j is no branch that is looked for",
    (name) => {
      const { root } = makeRepository();
      expect(hasBranch(findCheckout(root)!, name)).toBeUndefined();
    },
  );
});
