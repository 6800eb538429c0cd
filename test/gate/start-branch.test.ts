/** Which branch `start` records. Git makes the repositories. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { start } from "../../src/gate/documents/start.ts";
import { status } from "../../src/gate/view/status.ts";
import { makeProject, type TestProject } from "../support/project.ts";

let home: string;

function git(root: string, ...args: string[]): string {
  const env = { PATH: process.env["PATH"], HOME: home, GIT_CONFIG_SYSTEM: "/dev/null" };
  const who = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
  return execFileSync("git", [...who, ...args], { cwd: root, env, encoding: "utf8", stdio: "pipe" });
}

function makeRepository(branch: string): TestProject {
  const project = makeProject();
  git(project.root, "init", "--quiet", `--initial-branch=${branch}`);
  git(project.root, "commit", "--quiet", "--allow-empty", "--message=first");
  return project;
}

/** The branch that is recorded once an issue was started on one. */
async function recordedOn({ gate, root }: TestProject, branch: string): Promise<string | undefined> {
  git(root, "switch", "--quiet", "--create", branch);
  await start(gate, { issue: 1, title: "A" });
  return (await status(gate)).branch;
}

beforeEach(() => {
  home = makeProject().root;
  vi.stubEnv("HOME", home);
  vi.stubEnv("XDG_CONFIG_HOME", undefined);
  vi.stubEnv("GIT_CONFIG_GLOBAL", undefined);
  vi.stubEnv("GIT_CONFIG_SYSTEM", "/dev/null");
});

afterEach(() => vi.unstubAllEnvs());

test("the one that is checked out", async () => {
  const project = makeRepository("main");
  expect(await recordedOn(project, "feature/limits")).toBe("feature/limits");
  expect(project.read(".claude/state.md")).toContain("**Branch:** feature/limits\n**Started:**");
  expect((await status(project.gate)).git).toMatchObject({ recordedBranch: "checked-out" });
});

test("the one that is given, whatever is checked out", async () => {
  const { gate } = makeRepository("feature/limits");
  await start(gate, { issue: 1, title: "A", branch: "fix/1" });
  expect((await status(gate)).branch).toBe("fix/1");
});

test("none without git, and with a detached head", async () => {
  const plain = makeProject();
  await start(plain.gate, { issue: 1, title: "A" });
  expect((await status(plain.gate)).branch).toBeUndefined();
  const { gate, root } = makeRepository("feature/limits");
  git(root, "switch", "--quiet", "--detach");
  await start(gate, { issue: 1, title: "A" });
  expect((await status(gate)).branch).toBeUndefined();
});

test("one that has no commit yet", async () => {
  const { gate, root } = makeProject();
  git(root, "init", "--quiet", "--initial-branch=fix/1");
  await start(gate, { issue: 1, title: "A" });
  expect((await status(gate)).branch).toBe("fix/1");
});

describe("not the default one", () => {
  test.each(["main", "master"])("%s", async (branch) => {
    expect(await recordedOn(makeRepository("first"), branch)).toBeUndefined();
  });

  test("that of origin, and then main is one like any other", async () => {
    const { gate, root } = makeRepository("develop");
    const here = { ...gate, project: { root: join(root, "here") } };
    git(root, "clone", "--quiet", root, "here");
    await start(here, { issue: 1, title: "A" });
    expect((await status(here)).branch).toBeUndefined();
    git(here.project.root, "switch", "--quiet", "--create", "main");
    await start(here, { issue: 2, title: "B" });
    expect((await status(here)).branch).toBe("main");
  });

  test.each([
    ["of the repository", (root: string) => join(root, ".git/config")],
    ["of the user", () => join(home, ".gitconfig")],
    ["of the user in the other place", () => join(home, ".config/git/config")],
  ])("what the configuration %s calls a first one", async (_whose, fileOf) => {
    const project = makeRepository("main");
    const file = fileOf(project.root);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(
      file,
      "[other]\n\tdefaultBranch = fix/1\n[Init] defaultbranch = x\n\tdefaultBranch = trunk # ours\n",
      {
        flag: "a",
      },
    );
    expect(await recordedOn(project, "trunk")).toBeUndefined();
    rmSync(join(project.root, ".claude"), { recursive: true });
    expect(await recordedOn(project, "fix/1")).toBe("fix/1");
  });

  test("what the file calls so that the environment names", async () => {
    const file = join(home, "own");
    writeFileSync(file, '[init]\n\tdefaultBranch = "trunk"\n');
    vi.stubEnv("GIT_CONFIG_GLOBAL", file);
    expect(await recordedOn(makeRepository("main"), "trunk")).toBeUndefined();
  });
});

test("the recorded one stays while the issue is active, and when it comes back from a pause", async () => {
  const { gate, root } = makeRepository("main");
  await start(gate, { issue: 1, title: "A" });
  git(root, "switch", "--quiet", "--create", "fix/2");
  await start(gate, { issue: 1 });
  expect((await status(gate)).branch).toBeUndefined();
  await start(gate, { issue: 2, title: "B" });
  expect((await status(gate)).branch).toBe("fix/2");
  git(root, "switch", "--quiet", "--create", "fix/3");
  await start(gate, { issue: 2 });
  expect((await status(gate)).branch).toBe("fix/2");
  await start(gate, { issue: 1 });
  expect((await status(gate)).branch).toBeUndefined();
  await start(gate, { issue: 2 });
  expect((await status(gate)).branch).toBe("fix/2");
});
