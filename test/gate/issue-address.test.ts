/** The address of an issue, which a new work file takes from the remote of the checkout. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { settingsIn } from "../../src/files/git/config.ts";
import { start } from "../../src/gate/documents/start.ts";
import { makeProject } from "../support/project.ts";

async function addressWith(config: string, url?: string): Promise<string | undefined> {
  const project = makeProject({ ".git/HEAD": "ref: refs/heads/main\n" });
  mkdirSync(join(project.root, ".git/refs"), { recursive: true });
  mkdirSync(join(project.root, ".git/objects"), { recursive: true });
  writeFileSync(join(project.root, ".git/config"), config);
  await start(project.gate, { issue: 42, title: "A", ...(url !== undefined && { url }) });
  return /^\*\*GitHub:\*\* (.*)$/m.exec(project.read(".claude/work/42.md"))?.[1];
}

const remote = (name: string, url: string) => `[core]\n\tbare = false\n[remote "${name}"]\n\turl = ${url}\n`;

test.each([
  ["https://github.com/o/r.git", "https://github.com/o/r/issues/42"],
  ["https://github.com/o/r", "https://github.com/o/r/issues/42"],
  ["https://token:x@GitHub.com/o/r.js.git/", "https://github.com/o/r.js/issues/42"],
  ["git@github.com:o/r.git", "https://github.com/o/r/issues/42"],
  ["ssh://git@github.com:22/o/r.git", "https://github.com/o/r/issues/42"],
  ["git@gitlab.com:group/sub/r.git", "https://gitlab.com/group/sub/r/-/issues/42"],
  ["https://example.com/o/r.git", undefined],
  ["/srv/git/r.git", undefined],
  ["../r.git", undefined],
  ["github.com", undefined],
])("origin at %s", async (url, address) => {
  expect(await addressWith(remote("origin", url))).toBe(address);
});

test("a fork has its issues upstream, or where `gh` was told", async () => {
  const fork = remote("origin", "git@github.com:me/r.git") + remote("upstream", "git@github.com:o/r.git");
  expect(await addressWith(fork)).toBe("https://github.com/o/r/issues/42");
  const told = `${fork}${remote("my.team", "git@github.com:team/r.git")}\tgh-resolved = base\n`;
  expect(await addressWith(told)).toBe("https://github.com/team/r/issues/42");
});

test("the address that is given holds, and without a remote there is none", async () => {
  expect(await addressWith(remote("origin", "git@github.com:o/r.git"), "https://example.com/1")).toBe(
    "https://example.com/1",
  );
  expect(await addressWith("")).toBeUndefined();
});

test("settings are read as git reads them", () => {
  const text =
    '# [init]\n[Init] defaultBranch = "trunk" ; mine\n[remote "a \\"b\\""]\n\tURL = one # two\n\turl=three\n[x.y]\nkey =\n';
  expect([...settingsIn(text)]).toEqual([
    ["init.defaultbranch", "trunk"],
    ['remote.a "b".url', "three"],
    ["x.y.key", ""],
  ]);
});
