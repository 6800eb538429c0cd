/** The content of a checkout as one digest, against real repositories. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { differencesOf, isIgnored, type Tree, treeOf } from "../../src/files/git/tree.ts";
import { temporaryFolder } from "./project.ts";

const SIGNED = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always"];
const git = (root: string, ...words: string[]) =>
  execFileSync("git", [...SIGNED, ...words], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

let root: string;
const write = (name: string, text: string | Uint8Array) => {
  mkdirSync(join(root, name, ".."), { recursive: true });
  writeFileSync(join(root, name), text);
};
const tree = async (folder = root): Promise<Tree> => {
  const read = await treeOf(folder);
  if (typeof read === "string") throw new Error(read);
  return read;
};
const digest = async () => (await tree()).digest;

beforeEach(() => {
  root = temporaryFolder();
  git(root, "init", "-q", "-b", "main");
  write("a.txt", "a\n");
  write("lib/b.sh", "b\n");
  write(".gitignore", "ignored/\n*.log\n");
  git(root, "add", "-A");
  git(root, "commit", "-qm", "First");
});

/** What changes the content: each moves the digest, by these files alone, and taking it back brings it back. */
const CHANGES: readonly (readonly [name: string, change: () => void, back: () => void, files: readonly string[]])[] = [
  ["a changed file", () => write("a.txt", "A\n"), () => write("a.txt", "a\n"), ["a.txt"]],
  [
    "a changed file of the same size and times",
    () => {
      const past = new Date(1_600_000_000_000);
      write("a.txt", "z\n");
      utimesSync(join(root, "a.txt"), past, past);
    },
    () => write("a.txt", "a\n"),
    ["a.txt"],
  ],
  [
    "an untracked file",
    () => write("new/c.txt", "c"),
    () => rmSync(join(root, "new"), { recursive: true }),
    ["new/c.txt"],
  ],
  ["a deleted file", () => rmSync(join(root, "a.txt")), () => write("a.txt", "a\n"), ["a.txt"]],
  [
    "a renamed file",
    () => renameSync(join(root, "a.txt"), join(root, "z.txt")),
    () => renameSync(join(root, "z.txt"), join(root, "a.txt")),
    ["a.txt", "z.txt"],
  ],
  [
    "another mode",
    () => chmodSync(join(root, "lib/b.sh"), 0o755),
    () => chmodSync(join(root, "lib/b.sh"), 0o644),
    ["lib/b.sh"],
  ],
  [
    "a file that turns into a link",
    () => {
      rmSync(join(root, "a.txt"));
      symlinkSync("lib/b.sh", join(root, "a.txt"));
    },
    () => {
      rmSync(join(root, "a.txt"));
      write("a.txt", "a\n");
    },
    ["a.txt"],
  ],
  [
    "a file that turns into a folder",
    () => {
      rmSync(join(root, "a.txt"));
      write("a.txt/inner", "x");
    },
    () => {
      rmSync(join(root, "a.txt"), { recursive: true });
      write("a.txt", "a\n");
    },
    ["a.txt", "a.txt/inner"],
  ],
  [
    "a link that leads nowhere",
    () => symlinkSync("gone", join(root, "link")),
    () => rmSync(join(root, "link")),
    ["link"],
  ],
  [
    "names with line breaks, quotes, backslashes and a space at the end",
    () => {
      for (const name of ['one\ntwo "three"', "back\\slash\r", '"quoted"', " spaces "]) write(name, name);
    },
    () => {
      for (const name of ['one\ntwo "three"', "back\\slash\r", '"quoted"', " spaces "]) rmSync(join(root, name));
    },
    [" spaces ", '"quoted"', "back\\slash\r", 'one\ntwo "three"'],
  ],
  [
    "a tracked file that is ignored by now",
    () => {
      appendFileSync(join(root, ".gitignore"), "a.txt\n");
      write("a.txt", "A\n");
    },
    () => {
      write(".gitignore", "ignored/\n*.log\n");
      write("a.txt", "a\n");
    },
    [".gitignore", "a.txt"],
  ],
];

describe.each(CHANGES)("%s", (_name, change, back, files) => {
  test("moves the digest, and taking it back brings it back", async () => {
    const before = await tree();
    change();
    const after = await tree();
    expect(after.digest).not.toBe(before.digest);
    expect(differencesOf(before, after)).toEqual(files);
    back();
    expect(await tree()).toEqual(before);
  });

  test("staging and committing it moves the digest no more", async () => {
    change();
    const changed = await tree();
    git(root, "add", "-A");
    expect(await tree()).toEqual(changed);
    git(root, "commit", "-qm", "Second");
    const committed = await tree();
    expect(committed.files).toEqual(changed.files);
    expect(committed.digest).toBe(changed.digest);
    expect(committed.commit).not.toBe(changed.commit);
  });
});

describe("what does not count", () => {
  test.each([
    ["what is ignored", () => write("ignored/x", "x")],
    ["what the gate writes", () => write(".claude/state.md", "x")],
    ["what a gate of a folder below writes", () => write("packages/one/.claude/work/1.md", "x")],
    ["a touched file", () => utimesSync(join(root, "a.txt"), new Date(0), new Date(0))],
    ["an empty folder", () => mkdirSync(join(root, "empty"))],
  ])("%s", async (_name, act) => {
    const before = await digest();
    act();
    expect(await digest()).toBe(before);
  });

  test("what is staged and then put back in the folder alone", async () => {
    const before = await digest();
    write("a.txt", "staged\n");
    git(root, "add", "-A");
    write("a.txt", "a\n");
    expect(await digest()).toBe(before);
  });

  test("the state files of a repository that tracks them", async () => {
    write(".claude/state.md", "x");
    git(root, "add", "-A");
    git(root, "commit", "-qm", "State");
    const before = await digest();
    write(".claude/state.md", "y");
    expect(await digest()).toBe(before);
  });
});

test("bytes that are no UTF-8 keep names apart", async () => {
  const name = (byte: number) => Buffer.concat([Buffer.from(`${root}/n`), Buffer.from([byte])]);
  writeFileSync(name(0xff), "x");
  const one = await tree();
  renameSync(name(0xff), name(0xfe));
  expect((await tree()).digest).not.toBe(one.digest);
});

test("a file that is not merged counts as it lies there", async () => {
  git(root, "checkout", "-qb", "other");
  write("a.txt", "other\n");
  git(root, "commit", "-qam", "Other");
  git(root, "checkout", "-q", "main");
  write("a.txt", "main\n");
  git(root, "commit", "-qam", "Main");
  expect(() => git(root, "merge", "other")).toThrow();
  const unmerged = await digest();
  write("a.txt", "merged\n");
  expect(await digest()).not.toBe(unmerged);
  const merged = await digest();
  git(root, "commit", "-qam", "Merge");
  expect(await digest()).toBe(merged);
});

test("a repository without a commit, and one whose digests are longer", async () => {
  const empty = join(root, "ignored/empty");
  mkdirSync(empty, { recursive: true });
  git(empty, "init", "-q", "--object-format=sha256");
  const none = await tree(empty);
  expect([none.commit, none.files.size]).toEqual([undefined, 0]);
  writeFileSync(join(empty, "x"), "x");
  symlinkSync("x", join(empty, "y"));
  const changed = await tree(empty);
  git(empty, "add", "-A");
  git(empty, "commit", "-qm", "x");
  const committed = await tree(empty);
  expect(committed.digest).toBe(changed.digest);
  expect(committed.commit).toMatch(/^[0-9a-f]{64}$/);
});

test("a submodule counts with its files, whether they are committed or not", async () => {
  const source = join(root, "ignored/source");
  mkdirSync(source, { recursive: true });
  git(source, "init", "-q");
  writeFileSync(join(source, "s.txt"), "s\n");
  git(source, "add", "-A");
  git(source, "commit", "-qm", "s");
  git(root, "submodule", "--quiet", "add", source, "sub");
  git(root, "commit", "-qm", "Submodule");
  const before = await tree();
  writeFileSync(join(root, "sub/s.txt"), "S\n");
  const changed = await tree();
  expect(differencesOf(before, changed)).toEqual(["sub/s.txt"]);
  git(join(root, "sub"), "commit", "-qam", "S");
  expect((await tree()).digest).toBe(changed.digest);
  git(root, "commit", "-qam", "Submodule again");
  expect((await tree()).digest).toBe(changed.digest);
  git(root, "submodule", "--quiet", "deinit", "--all", "--force");
  const bare = await tree();
  expect(bare.files.get("sub")).toMatch(/^160000 /);
  rmSync(join(root, "sub"), { recursive: true });
  expect((await tree()).files.has("sub")).toBe(false);
});

test("a repository inside that is not tracked counts with its files", async () => {
  const inner = join(root, "inner");
  mkdirSync(inner);
  git(inner, "init", "-q");
  writeFileSync(join(inner, "i.txt"), "i");
  const before = await tree();
  expect(before.files.has("inner/i.txt")).toBe(true);
  writeFileSync(join(inner, "i.txt"), "I");
  expect(differencesOf(before, await tree())).toEqual(["inner/i.txt"]);
});

test("a worktree and a folder below have the tree of their checkout", async () => {
  const other = temporaryFolder();
  git(root, "worktree", "add", "-q", join(other, "w"), "HEAD");
  expect((await tree(join(other, "w"))).digest).toBe(await digest());
});

test("nothing that the repository names is started, and nothing is written", async () => {
  const witness = join(root, "ignored/witness");
  mkdirSync(join(root, "ignored"));
  const program = join(root, "ignored/run");
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> ${witness}\ncat\n`, { mode: 0o755 });
  git(root, "config", "filter.evil.clean", program);
  git(root, "config", "filter.evil.smudge", program);
  git(root, "config", "filter.evil=odd.process", program);
  git(root, "config", "filter.evil.required", "true");
  git(root, "config", "core.fsmonitor", program);
  mkdirSync(join(root, ".git/hooks"), { recursive: true });
  for (const name of ["post-index-change", "pre-commit"])
    writeFileSync(join(root, ".git/hooks", name), readFileSync(program), { mode: 0o755 });
  write(".gitattributes", "*.txt filter=evil\n*.sh filter=evil=odd\n");
  write("a.txt", "b\n");
  write("lib/b.sh", "c\n");
  const index = readFileSync(join(root, ".git/index"));
  const { files } = await tree();
  expect(files.get("a.txt")).toBe("100644 61780798228d17af2d34fce4cfbdf35556832472");
  expect(existsSync(witness)).toBe(false);
  expect(readFileSync(join(root, ".git/index")).equals(index)).toBe(true);
  // Git by itself does.
  git(root, "status");
  expect(existsSync(witness)).toBe(true);
});

test("line endings count as git keeps them", async () => {
  write(".gitattributes", "*.txt text eol=crlf\n");
  const before = await digest();
  write("a.txt", "a\r\n");
  expect(await digest()).toBe(before);
});

test("what cannot be told is said", async () => {
  const none = temporaryFolder();
  expect(await treeOf(none)).toMatch(/^not a git repository/);
  mkdirSync(join(root, "in"));
  git(join(root, "in"), "init", "-q");
  write("in/x", "x");
  write("y", "yyyy");
  const limits = { files: 2, bytes: 5, repositories: 2, milliseconds: 60_000 };
  expect(await treeOf(root, limits)).toEqual(await treeOf(root));
  expect(await treeOf(root, { ...limits, repositories: 1 })).toBe("in: too many repositories lie in each other");
  expect(await treeOf(root, { ...limits, files: 1 })).toBe("in: too many files differ from the index");
  expect(await treeOf(root, { ...limits, bytes: 4 })).toBe(
    "in: the files that differ from the index are too large together",
  );
  expect(await treeOf(root, { ...limits, milliseconds: 1 })).toBe("git did not answer");
});

test("what git ignores as a whole is known", async () => {
  mkdirSync(join(root, "ignored/project"), { recursive: true });
  expect(await isIgnored(root, join(root, "ignored/project"))).toBe(true);
  expect(await isIgnored(root, join(root, "lib"))).toBe(false);
});
