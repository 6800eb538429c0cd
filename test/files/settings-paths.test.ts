/** Outside of `.claude` only the files named one by one may be written. */
import { expect, test } from "vitest";
import { ensureFolders, ensureGateFolder, removeEmptyFolder } from "../../src/files/guard/folders.ts";
import { isSettingsPath, SETTINGS_PATHS } from "../../src/files/guard/settings-paths.ts";
import { acquireLock } from "../../src/files/lock/lock.ts";
import { replaceFile } from "../../src/files/replace/replace.ts";
import { AGENT } from "../../src/settings/agents.ts";
import { makeProject } from "../support/project.ts";

const bytes = new TextEncoder().encode("{}");

test("settings can be written, anything beside them cannot", async () => {
  const { gate, tree } = makeProject();
  const { project } = gate;
  ensureGateFolder(project);
  const lock = await acquireLock(project, ".claude/install", { timeoutMs: 1000, command: "test" });
  for (const path of SETTINGS_PATHS) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (folder !== "") ensureFolders(project, [folder]);
    expect(replaceFile(project, path, bytes, { expected: undefined, lock })).toMatchObject({ durable: true });
  }
  const before = tree();
  for (const path of [
    ".github/hooks/other.json",
    ".codex/auth.json",
    "README.md",
    ".bashrc",
    ".codex/../.bashrc",
    ".github/hooks/../../.mcp.json",
    "a/.mcp.json",
    ".git/config",
  ]) {
    expect(() => replaceFile(project, path, bytes, { expected: undefined, lock }), path).toThrow(/Cannot use/);
  }
  for (const path of [".github/workflows", ".ssh", ".git/hooks"]) {
    expect(() => ensureFolders(project, [path]), path).toThrow(/Cannot use/);
  }
  lock.release();
  expect(tree()).toEqual(before);
  expect(removeEmptyFolder(project, ".codex")).toBe(false);
});

test("what agents are given is among them", () => {
  for (const { hooks, server } of Object.values(AGENT)) {
    for (const path of [...Object.values(hooks), ...Object.values(server).map((each) => each.path)]) {
      expect(path.startsWith(".claude/") || isSettingsPath(path), path).toBe(true);
    }
  }
});
