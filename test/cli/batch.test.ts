/** `gate batch` as a program: JSON, exit codes, consent, views, help. */
import { mkdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { batch } from "../../src/cli/commands/batch.ts";
import { backends } from "../support/backends.ts";
import { makeFolder } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { runGate, runJson } from "../support/terminal.ts";

const PATH = ".claude/batch_state.json";

test.each(backends.filter((backend) => backend !== "redis"))("%s: from create to cleanup", async (backend) => {
  const { root, exists } = makeProject({ "features.txt": "one\ntwo\n" });
  const gate = (...args: string[]) => runGate(root, "batch", ...args);
  const json = (...args: string[]) => runJson(root, "batch", ...args);
  // Only where it begins it is said where the batch is kept.
  const created = await json("create", "--features-file", "features.txt", "--id", "b", "--backend", backend);
  expect(created).toMatchObject({ total_features: 2, previous_batch: null });
  const place = created["state_file"] as string;
  expect(place).toBe(backend === "json" ? PATH : ".claude/state/batch=b/state.db");
  expect(await gate("create", "--feature", "x", "y")).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("is in_progress"),
  });
  expect(await json("next")).toEqual({ index: 0, feature: "one" });
  expect(await json("next", "--claim", "--worker", "w", "--lease", "1h")).toMatchObject({ index: 0, worker: "w" });
  expect((await gate("next")).stdout).toBe("1  two\n");
  expect(await json("extend", "0", "--worker", "v")).toMatchObject({ error: { code: "CONFLICT" } });
  expect(await json("complete", "0", "--tokens", "5")).toMatchObject({ changed: true, context_token_estimate: 5 });
  expect(await json("git", "0", "commit", "--ok", "--sha", "1f2e3d4c5b")).toMatchObject({ success: true });
  expect(await json("fail", "1", "--error", "HTTP 503")).toMatchObject({ status: "completed" });
  expect(await json("retry", "1")).toMatchObject({
    allowed: true,
    reason: "under_retry_limit",
    error_class: "transient",
  });
  // What may be tried again comes back.
  expect(await json("next")).toMatchObject({ index: 1 });
  expect(await json("fail", "1", "--error", "HTTP 503", "--retry-count", "1")).toMatchObject({ status: "completed" });
  expect((await gate("next", "--json")).code).toBe(3);
  expect(await json("status")).toMatchObject({
    completed: 1,
    failed: 1,
    next: null,
    features: [
      { state: "completed", git: { commit: { sha: "1f2e3d4c5b", url: null } } },
      { state: "failed", error: "HTTP 503" },
    ],
  });
  expect((await gate("status")).stdout).toContain("✅ 0  one  commit 1f2e3d4");
  await json("clear-event", "1", "--tokens", "9");
  expect((await gate("status")).stdout).toMatch(/^Retries 1, context 0 tokens, cleared 1 time$/m);
  expect((await gate("summary")).stdout).toContain("Next steps");
  expect(await gate("cleanup")).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("Run: gate batch cleanup --yes"),
  });
  mkdirSync(`${root}/deep/er`, { recursive: true });
  const ended = await runGate(`${root}/deep/er`, "batch", "cleanup", "--yes");
  expect(ended).toEqual({ code: 0, stdout: `Removed ${place}\n`, stderr: "" });
  expect(exists(PATH)).toBe(false);
  expect((await gate("cleanup")).code).toBe(0);
});

test("which batch is meant, in words that can be run", async () => {
  const { root } = makeProject({ ".claude/.gate/.gitignore": "*\n" });
  const gate = (...args: string[]) => runGate(root, "batch", ...args);
  const missing = await gate("next", "--backend", "sqlite");
  expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining("this project does not know which one") });
  expect(await gate("complete", "0", "--id", "../x")).toMatchObject({ code: 2 });
  expect(await gate("create", "--feature", "a", "--backend", "mongo")).toMatchObject({ code: 2 });
  // The address of a server may hold a password, and is not shown.
  const away = await gate("status", "--backend", "redis", "--id", "b", "--redis-url", "redis://u:secret@127.0.0.1:1");
  expect(away).toMatchObject({ code: 4, stderr: expect.not.stringContaining("secret") });
  expect(await gate("create", "--feature", "a", "--id", "b", "--backend", "sqlite")).toMatchObject({ code: 0 });
  const asked = await gate("cleanup", "--id", "b", "--backend", "sqlite");
  expect(asked.stderr).toContain("Run: gate batch cleanup --backend sqlite --id b --yes");
});

test("a dry run shows the change and makes nothing", async () => {
  const { root, tree } = makeProject();
  const ended = await runGate(root, "batch", "create", "--feature", "one", "--dry-run");
  expect(ended.stdout).toContain('+  "features": [\n+    "one"\n+  ],');
  expect(tree(true)).toEqual({ ".claude": "folder" });
  await runGate(root, "batch", "create", "--feature", "one");
  const before = readFileSync(`${root}/${PATH}`);
  const next = await runJson(root, "batch", "complete", "0", "--dry-run");
  expect(next).toMatchObject({
    dry_run: true,
    status: "completed",
    diff: expect.stringContaining('+  "status": "completed"'),
  });
  expect(readFileSync(`${root}/${PATH}`)).toEqual(before);
});

test.each([
  [["complete"], 2, "missing required argument 'feature'"],
  [["complete", "x"], 2, "Cannot find feature x: there is none of this name"],
  [["complete", "9"], 2, "Cannot find feature 9: expected 0 to 0"],
  [["set", "features", "[]"], 2, "Allowed choices are workflow_mode"],
  [["set", "analysis_metadata", '{"n": 12345678901234567890}'], 2, "Cannot keep the number 12345678901234567890"],
  [["git", "0", "pr", "--ok", "--extra", '{"n": [-9007199254740993]}'], 2, "it would be rounded"],
  [["set", "analysis_metadata", `{"n": ${"9".repeat(400)}}`], 2, "it would be rounded"],
  [["next", "--worker", "w"], 2, "--worker and --lease go with --claim"],
  [["next", "--claim"], 2, "nobody is named to have it"],
  [["next", "--claim", "--worker", "w", "--lease", "15"], 2, "Cannot read --lease: expected a duration"],
  [["git", "0", "commit"], 2, "nothing says whether it succeeded"],
  [["git", "0", "commit", "--ok", "--failed"], 2, "cannot be used with option"],
  [["git", "0", "merge", "--ok"], 2, "Allowed choices are commit, push, pr."],
  [["create", "--issues", "7,x"], 2, "expected a positive whole number"],
  [["resume", "other"], 3, "Cannot resume batch other: the batch here is b"],
  [["nonsense"], 2, "unknown command 'nonsense'"],
  [["--json"], 2, "no command is given"],
])("%j is refused", async (args, code, message) => {
  const { root } = makeProject();
  await runGate(root, "batch", "create", "--feature", "one", "--id", "b");
  const ended = await runGate(root, "batch", ...args);
  expect(ended.code).toBe(code);
  expect(ended.stdout + ended.stderr).toContain(message);
});

test("flags of all commands stand anywhere, and every member has help", async () => {
  const { root } = makeProject();
  await runGate(root, "batch", "create", "--feature", "one");
  for (const args of [
    ["--json", "batch", "status"],
    ["batch", "--json", "status"],
    ["batch", "status", "--json"],
    ["batch", "--root", root, "status", "--json"],
  ]) {
    expect(JSON.parse((await runGate(root, ...args)).stdout)).toMatchObject({ total_features: 1 });
  }
  const folder = makeFolder();
  const family = await runGate(folder, "batch");
  expect(family).toEqual(await runGate(folder, "help", "batch"));
  for (const { name, summary } of batch.subcommands) {
    expect(family.stdout).toContain(summary);
    const help = await runGate(folder, "batch", name, "--help");
    expect(help).toEqual(await runGate(folder, "help", "batch", name));
    expect(help.stdout).toMatch(new RegExp(`^Usage: gate batch ${name}\\b`));
  }
});
