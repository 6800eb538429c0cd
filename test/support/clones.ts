/** Real repositories with worktrees, and clones that share a remote. */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
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

interface Clones {
  readonly folder: string;
  readonly worktrees: readonly string[];
  readonly clones: readonly string[];
}

/** A folder with a repository `main`, its remote `bare.git`, and as many worktrees and clones as asked for. */
export function makeClones(worktrees: number, clones: number): Clones {
  const folder = makeFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  put(
    templateOf(`${worktrees} ${clones}`, (there) => clone(there, worktrees, clones)),
    folder,
  );
  const at = (name: string) => join(folder, name);
  return {
    folder,
    worktrees: ["main", ...named("worktree", worktrees)].map(at),
    clones: named("clone", clones).map(at),
  };
}

function clone(folder: string, worktrees: number, clones: number): void {
  git(folder, "init", "-q", "-b", "main", "--bare", "bare.git");
  git(folder, "clone", "-q", "bare.git", "main");
  const main = join(folder, "main");
  writeFileSync(join(main, "readme"), "a\n");
  git(main, "add", ".");
  git(main, "commit", "-q", "-m", "Begin");
  git(main, "push", "-q", "origin", "HEAD:main");
  for (const name of named("worktree", worktrees)) git(main, "worktree", "add", "-q", "-b", name, join(folder, name));
  for (const name of named("clone", clones)) git(folder, "clone", "-q", "bare.git", name);
}

function named(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${word}-${at}`);
}

function makeFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "gate-clones-")));
}

interface Template {
  /** The folder it was made in, whose path stands in some of the files. */
  readonly folder: string;
  /** By their paths in the folder: bytes as Latin-1 text and permissions; of a folder no bytes. */
  readonly entries: ReadonlyMap<string, readonly [bytes: string | undefined, mode: number]>;
}

const templates = new Map<string, Template>();

/** What git makes of an empty folder, asked once in this process: each question starts a dozen programs. */
function templateOf(key: string, make: (folder: string) => void): Template {
  const known = templates.get(key);
  if (known) return known;
  const folder = makeFolder();
  try {
    make(folder);
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    const entryOf = (path: string) => {
      const stats = statSync(join(folder, path));
      return [stats.isFile() ? readFileSync(join(folder, path), "latin1") : undefined, stats.mode] as const;
    };
    const wanted = paths.filter((path) => !path.endsWith(".sample"));
    const template = { folder, entries: new Map(wanted.map((path) => [path, entryOf(path)])) };
    templates.set(key, template);
    return template;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes a template into an empty folder as if it had been made there. */
function put({ folder, entries }: Template, to: string): void {
  for (const [path, [bytes, mode]] of entries) {
    if (bytes === undefined) mkdirSync(join(to, path));
    else writeFileSync(join(to, path), bytes.replaceAll(folder, to), { encoding: "latin1", mode });
  }
}
