/** Whether a clone can merge as its attributes ask: by git's own files, in all places where git looks. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { lackingDriver } from "../../src/files/git/merge-driver.ts";
import { check } from "../../src/gate/documents/check.ts";
import { openGate } from "../../src/gate/gate.ts";

const ATTRIBUTES = "# merge=state-gatekeeper\n*.txt text\n.claude/state.md -text merge=state-gatekeeper\n";
const SECTION = '[core]\n\tbare = false\n[merge "state-gatekeeper"]\n\tdriver = gate merge %O %A %B %P\n';
const LACKING = { text: ATTRIBUTES, offset: ATTRIBUTES.lastIndexOf("merge=") };

let root: string;
const put = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gate-driver-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  put(".git/HEAD", "ref: refs/heads/main\n");
  put(".git/config", "[core]\n\tbare = false\n");
  put(".gitattributes", ATTRIBUTES);
  vi.stubEnv("HOME", join(root, "home"));
  vi.stubEnv("XDG_CONFIG_HOME", join(root, "xdg"));
});
afterEach(() => vi.unstubAllEnvs());
const lacking = (folder = root) => lackingDriver(folder);

test("attributes name a driver that this clone has not", () => {
  expect(lacking()).toEqual({ path: join(root, ".gitattributes"), ...LACKING });
  mkdirSync(join(root, "packages/one"), { recursive: true });
  expect(lacking(join(root, "packages/one"))).toEqual({ path: join(root, ".gitattributes"), ...LACKING });
});

test.each([".git/config", ".git/config.worktree", "home/.gitconfig", "xdg/git/config"])(
  "it may be set in %s",
  (path) => {
    put(path, SECTION);
    expect(lacking()).toBeUndefined();
  },
);

test.each(['[merge "another"]\n\tdriver = x\n', '# [merge "state-gatekeeper"]\n'])("%j does not set it", (text) => {
  put(".git/config", text);
  expect(lacking()).toBeDefined();
});

test("what is included from elsewhere may set it, so nothing is said", () => {
  put("home/.gitconfig", "[include]\n\tpath = other\n");
  expect(lacking()).toBeUndefined();
});

test("attributes that name it nowhere, and a folder without git, lack nothing", () => {
  put(".gitattributes", "# merge=state-gatekeeper\n*.md merge=union\n*.txt merge=state-gatekeeper-2\n");
  expect(lacking()).toBeUndefined();
  put(".gitattributes", ATTRIBUTES);
  rmSync(join(root, ".git"), { recursive: true });
  expect(lacking()).toBeUndefined();
});

test("check says it as a warning, with the line and the command", async () => {
  mkdirSync(join(root, ".claude"));
  const { files, errors, warnings } = await check(openGate({ root }));
  expect({ files, errors, warnings }).toEqual({
    files: [
      {
        path: ".gitattributes",
        problems: [
          {
            rule: "missing-merge-driver",
            severity: "warning",
            message: "Missing merge driver `state-gatekeeper` in this clone: `gate install --git` sets it up",
            ...{ line: 3, column: 24, endLine: 3, endColumn: 46, fixable: false },
          },
        ],
      },
    ],
    ...{ errors: 0, warnings: 1 },
  });
  put(".git/config", SECTION);
  expect((await check(openGate({ root }))).files).toEqual([]);
});
