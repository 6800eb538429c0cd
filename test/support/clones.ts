/** Real repositories with worktrees, and clones that share a remote. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export function git(folder: string, ...args: string[]): string {
  const person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  return execFileSync("git", [...person, ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** A folder with a repository `main`, its remote `bare.git`, and as many worktrees and clones as asked for. */
export function makeClones(
  worktrees: number,
  clones: number,
): { readonly folder: string; readonly worktrees: readonly string[]; readonly clones: readonly string[] } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "gate-clones-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  git(folder, "init", "-q", "-b", "main", "--bare", "bare.git");
  git(folder, "clone", "-q", "bare.git", "main");
  const main = join(folder, "main");
  writeFileSync(join(main, "readme"), "a\n");
  git(main, "add", ".");
  git(main, "commit", "-q", "-m", "Begin");
  git(main, "push", "-q", "origin", "HEAD:main");
  const names = (word: string, count: number) => Array.from({ length: count }, (_, at) => `${word}-${at}`);
  for (const name of names("worktree", worktrees)) git(main, "worktree", "add", "-q", "-b", name, join(folder, name));
  for (const name of names("clone", clones)) git(folder, "clone", "-q", "bare.git", name);
  const at = (name: string) => join(folder, name);
  return { folder, worktrees: [main, ...names("worktree", worktrees).map(at)], clones: names("clone", clones).map(at) };
}
