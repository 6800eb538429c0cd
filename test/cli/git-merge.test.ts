/** The driver as git runs it: a repository, two branches, and every command of git that merges. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, PROGRAM, runProgram } from "../support/program.ts";
import { fixture } from "../support/project.ts";

const STATE = ".claude/state.md";
const WORK = ".claude/work/1234.md";
const ENVIRONMENT = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
  LC_ALL: "C",
};

interface Repository {
  readonly root: string;
  git(...args: readonly string[]): string;
  /** The exit code and all that was said. */
  tryGit(...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }>;
  write(path: string, text: string | Uint8Array): void;
  read(path: string): string;
  commit(message: string): void;
}

function makeRepository(driver = `'${process.execPath}' '${PROGRAM}' merge %O %A %B %P`): Repository {
  const root = makeFolder();
  const options = { cwd: root, env: ENVIRONMENT };
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { ...options, encoding: "utf8", stdio: "pipe" });
  git("init", "-q", "-b", "main");
  git("config", "merge.state-gatekeeper.driver", driver);
  const repository: Repository = {
    root,
    git,
    async tryGit(...args) {
      const { code, stdout, stderr } = await runProgram("git", args, options);
      return { code, said: stdout + stderr };
    },
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    read: (path) => readFileSync(join(root, path), "utf8"),
    commit(message) {
      git("add", "-A");
      git("commit", "-q", "-m", message);
    },
  };
  repository.write(
    ".gitattributes",
    ".claude/state.md merge=state-gatekeeper\n.claude/work/*.md merge=state-gatekeeper\n.claude/archive/*.md merge=state-gatekeeper\nspecs/*/tasks.md merge=state-gatekeeper\n",
  );
  return repository;
}

/** Two branches from the base of a fixture: `main` with ours, `other` with theirs; `main` is checked out. */
function branchesOf(name: string, path: string, driver?: string): Repository {
  const repository = makeRepository(driver);
  const put = (version: string) =>
    repository.write(path, readFileSync(join(import.meta.dirname, `../../fixtures/merge/${name}/${version}.md`)));
  put("base");
  repository.commit("base");
  repository.git("checkout", "-q", "-b", "other");
  put("theirs");
  repository.commit("theirs");
  repository.git("checkout", "-q", "main");
  put("ours");
  repository.commit("ours");
  return repository;
}

const merged = (name: string) => fixture(`merge/${name}/merged.md`);

test.each([
  ["state-disjoint-fields", STATE],
  ["state-lists", STATE],
  ["state-windows", STATE],
  ["work-both-logs", WORK],
  ["plain-nested-boxes", "specs/1/tasks.md"],
  ["plain-sections-added", "specs/1/tasks.md"],
])("git merge: %s", async (name, path) => {
  const repository = branchesOf(name, path);
  expect(await repository.tryGit("merge", "--no-edit", "other")).toMatchObject({ code: 0 });
  expect(repository.read(path)).toBe(merged(name));
  expect(repository.git("status", "--porcelain")).toBe("");
});

test("git merge stops where both sides changed the same field, and goes on when that is settled", async () => {
  const repository = branchesOf("state-same-field", STATE);
  const { code, said } = await repository.tryGit("merge", "--no-edit", "other");
  expect(code).toBe(1);
  expect(said).toContain("CONFLICT (content)");
  expect(said).toContain(".claude/state.md: both sides changed one place.");
  expect(repository.read(STATE)).toBe(merged("state-same-field"));
  expect(repository.git("status", "--porcelain")).toBe("UU .claude/state.md\n");
  repository.write(STATE, repository.read(STATE).replace(/^<<<<<<< ours\n(.*\n)=======\n.*\n>>>>>>> theirs\n/m, "$1"));
  repository.commit("merge");
  expect(repository.git("log", "--format=%p", "-1").trim().split(" ")).toHaveLength(2);
});

test("git rebase and git cherry-pick", async () => {
  for (const command of [
    ["rebase", "other"],
    ["cherry-pick", "other"],
  ] as const) {
    const repository = branchesOf("work-both-logs", WORK);
    expect(await repository.tryGit(...command)).toMatchObject({ code: 0 });
    const text = repository.read(WORK);
    expect(text.match(/^### .*$/gm)).toEqual(
      [16, 15, 14, 10].map((hour) => `### 2024-10-23T${hour}:${hour === 14 ? "30" : "00"}:00Z`),
    );
    expect(text).toContain("**Last Updated:** 2024-10-23T16:00:00Z");
    expect(repository.git("status", "--porcelain")).toBe("");
  }
});

test("git stash pop", async () => {
  const repository = branchesOf("state-lists", STATE);
  repository.git("checkout", "-q", "main~1", "--detach");
  repository.write(STATE, fixture("merge/state-lists/theirs.md"));
  repository.git("stash");
  repository.git("checkout", "-q", "main");
  expect(await repository.tryGit("stash", "pop")).toMatchObject({ code: 0 });
  expect(repository.read(STATE)).toBe(merged("state-lists"));
});

test("a work file that one side archived and the other went on with is merged in the archive", async () => {
  const repository = branchesOf("work-one-side-archived", WORK);
  mkdirSync(join(repository.root, ".claude/archive"));
  repository.git("mv", WORK, ".claude/archive/1234.md");
  repository.commit("archived");
  expect(await repository.tryGit("merge", "--no-edit", "other")).toMatchObject({ code: 0 });
  expect(repository.read(".claude/archive/1234.md")).toBe(merged("work-one-side-archived"));
  expect(readdirSync(join(repository.root, ".claude/work"), { recursive: true })).toEqual([]);
});

test("a result that is not in order stops the merge, and says why", async () => {
  const repository = branchesOf("state-damaged-side", STATE);
  const { code, said } = await repository.tryGit("merge", "--no-edit", "other");
  expect(code).toBe(1);
  expect(said).toMatch(/\.claude\/state\.md is merged, but not in order:[\s\S]*unclosed-fence/);
  expect(repository.git("status", "--porcelain")).toBe("UU .claude/state.md\n");
});

test("both sides made the file", async () => {
  const repository = makeRepository();
  repository.write("README.md", "a\n");
  repository.commit("base");
  repository.git("checkout", "-q", "-b", "other");
  repository.write(STATE, fixture("merge/state-both-made/theirs.md"));
  repository.commit("theirs");
  repository.git("checkout", "-q", "main");
  repository.write(STATE, fixture("merge/state-both-made/ours.md"));
  repository.commit("ours");
  expect((await repository.tryGit("merge", "--no-edit", "other")).code).toBe(1);
  expect(repository.read(STATE)).toBe(merged("state-both-made"));
});

test("markers have the length git asks for", async () => {
  const repository = branchesOf("state-same-field", STATE, `'${process.execPath}' '${PROGRAM}' merge %O %A %B %P %L`);
  repository.write(".gitattributes", `${STATE} merge=state-gatekeeper conflict-marker-size=12\n`);
  repository.commit("attributes");
  expect((await repository.tryGit("merge", "--no-edit", "other")).code).toBe(1);
  expect(repository.read(STATE)).toContain(`${"<".repeat(12)} ours\n`);
});

test("a driver that fails leaves the file as it was and is no conflict", async () => {
  const folder = makeFolder();
  const run = (...args: readonly string[]) =>
    runProgram(process.execPath, [PROGRAM, "merge", ...args], { cwd: folder });
  const before = "a\n";
  writeFileSync(join(folder, "a"), before, { mode: 0o640 });
  writeFileSync(join(folder, "b"), "b\n");
  for (const args of [
    ["missing", "a", "b"],
    ["b", "a", "missing"],
    ["b", "missing", "b"],
    ["b", "a"],
    ["b", "a", "b", "p", "x"],
    ["b", "a", "b", "p", "0"],
  ]) {
    const { code, stderr } = await run(...args);
    expect([code, args]).toEqual([129, args]);
    expect(stderr).toContain("error:");
  }
  expect(readFileSync(join(folder, "a"), "utf8")).toBe(before);
  if (process.getuid?.() !== 0) {
    chmodSync(folder, 0o500);
    expect((await run("b", "a", "b")).code).toBe(129);
    chmodSync(folder, 0o700);
  }
  writeFileSync(join(folder, "o"), "x\n");
  expect((await run("o", "a", "b")).code).toBe(1);
  expect(readFileSync(join(folder, "a"), "utf8")).toBe("<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n");
  expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder).sort()).toEqual(["a", "b", "o"]);
});

function makeVersions(name: string): string {
  const folder = makeFolder();
  for (const version of ["base", "ours", "theirs"]) {
    writeFileSync(join(folder, version), fixture(`merge/${name}/${version}.md`));
  }
  return folder;
}

test("--json says what came of it", async () => {
  const folder = makeVersions("state-same-field");
  const { code, stdout, stderr } = await runProgram(
    process.execPath,
    [PROGRAM, "merge", "base", "ours", "theirs", STATE, "--json"],
    { cwd: folder },
  );
  expect([code, stderr]).toEqual([1, ""]);
  const dry = await runProgram(process.execPath, [PROGRAM, "merge", "base", "ours", "theirs", STATE, "--dry-run"], {
    cwd: makeVersions("state-same-field"),
  });
  expect([dry.code, dry.stdout]).toEqual([
    1,
    expect.stringContaining("+<<<<<<< ours\n **Branch:** feature/limits\n+=======\n"),
  ]);
  expect(JSON.parse(stdout)).toEqual({ merged: false, path: STATE, conflicts: 1, by: "sections", problems: [] });
});
