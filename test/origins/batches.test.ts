/** What the format's origin promises of batches, where no other test names it. */
import { readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature, failFeature } from "../../src/gate/batch/end.ts";
import { recordGit } from "../../src/gate/batch/git.ts";
import { nextFeature } from "../../src/gate/batch/next.ts";
import { BATCH_PATH } from "../../src/gate/batch/place.ts";
import { saveBatch } from "../../src/gate/batch/set.ts";
import { batchStatus } from "../../src/gate/batch/status.ts";
import { openGate } from "../../src/gate/gate.ts";
import {
  CONTEXT_THRESHOLD,
  estimateContextTokens,
  getClearNotificationMessage,
  LOCK_TIMEOUT,
  shouldClear,
} from "../../src/records/context.ts";
import { makeProject, type TestProject } from "../support/project.ts";
import { runJson } from "../support/terminal.ts";

const PATH = ".claude/batch_state.json";
const TIME = "2024-10-23T12:00:00.000001Z";
/** The least that the origin loads. */
const LEAST = {
  ...{ batch_id: "b", features_file: "features.txt", total_features: 3, features: ["one", "two", "three"] },
  ...{ current_index: 0, status: "in_progress" },
};

const withRecord = (keys: object) => makeProject({ [PATH]: JSON.stringify({ ...LEAST, ...keys }, null, 2) });
const recordOf = (project: TestProject) => JSON.parse(project.read(PATH)) as Record<string, unknown>;

async function withBatch(): Promise<TestProject> {
  const project = makeProject();
  await createBatch(project.gate, { features: ["one", "two", "three"] });
  return project;
}

describe("a new record", () => {
  test("has the keys of the origin, no other, in its order", async () => {
    expect(Object.keys(recordOf(await withBatch()))).toEqual([
      ...["batch_id", "features_file", "total_features", "features", "current_index", "completed_features"],
      ...["failed_features", "context_token_estimate", "auto_clear_count", "auto_clear_events", "created_at"],
      ...["updated_at", "status", "issue_numbers", "source_type", "state_file", "context_tokens_before_clear"],
      ...["paused_at_feature_index", "retry_attempts", "git_operations", "feature_order", "feature_dependencies"],
      ...["analysis_metadata", "workflow_mode", "workflow_reminder"],
    ]);
  });

  test("is indented by two, ends without a line break, is its owner's alone, and its folder is made", async () => {
    const project = makeProject();
    rmSync(join(project.root, ".claude"), { recursive: true });
    await createBatch(project.gate, { features: ["é", "two"] });
    const text = project.read(PATH);
    expect(text).toBe(JSON.stringify(JSON.parse(text), null, 2).replace("é", "\\u00e9"));
    if (process.platform !== "win32") expect(statSync(join(project.root, PATH)).mode & 0o777).toBe(0o600);
  });

  test("names its file and times in whole seconds", async () => {
    expect(recordOf(await withBatch())).toMatchObject({
      ...{ state_file: PATH, created_at: "2024-10-23T16:30:00Z", updated_at: "2024-10-23T16:30:00Z" },
    });
  });

  test("has an id that none before it in the project had, be it of the same moment", async () => {
    const { gate } = makeProject();
    const ids = new Set<string>();
    for (let count = 0; count < 60; count++) {
      ids.add((await createBatch(gate, { features: ["a"], force: true })).value.batchId);
    }
    expect(ids.size).toBe(60);
  });
});

test("names of features enter as one line that leads out of no folder, and says what was taken", async () => {
  const project = makeProject();
  const names: Readonly<Record<string, string>> = {
    "x\ny\rz": "x y z",
    "a\r\n\tb\u001b[2J ": "a b [2J",
    "../../etc/passwd": "etc/passwd [sanitized]",
    "a/../b": "a/b [sanitized]",
    "..\\win": "win [sanitized]",
    "....//etc/shadow": "etc/shadow [sanitized]",
    "../sanitized thing": "sanitized thing [sanitized]",
    ...{ "a..b": "a..b", "..": ".." },
    ["x".repeat(200)]: "x".repeat(200),
    ["x".repeat(201)]: `${"x".repeat(186)}...[truncated]`,
  };
  await createBatch(project.gate, { features: ["", ...Object.keys(names), " \n"] });
  expect(recordOf(project)["features"]).toEqual(Object.values(names));
});

describe("a record of the origin", () => {
  test.each([
    ["in_progress", "in_progress"],
    ["running", "in_progress"],
    ["paused", "paused"],
    ["completed", "completed"],
    ["failed", "failed"],
  ])("that is %s reads as %s", async (written, status) => {
    expect((await batchStatus(withRecord({ status: written }).gate)).status).toBe(status);
  });

  test("that has the least reads with the defaults", async () => {
    expect(await batchStatus(withRecord({}).gate)).toMatchObject({
      ...{ batchId: "b", completed: 0, failed: 0, contextTokenEstimate: 0, autoClearCount: 0, issueNumbers: [] },
      ...{ sourceType: "file", stateFile: undefined, retryAttempts: {}, workflowMode: "auto-implement" },
      workflowReminder: "Use /auto-implement for each feature. Do NOT implement directly.",
      features: LEAST.features.map((feature, index) => ({ index, feature, state: "pending", retries: 0 })),
    });
  });

  test.each(Object.keys(LEAST))("without %s is damaged, and the message names it", async (key) => {
    await expect(batchStatus(withRecord({ [key]: undefined }).gate)).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringContaining(`${key} is missing`),
    });
  });

  test.each(["{bad", "", "[]", "5", "null", '{"batch_id": "b"'])("that reads %j is damaged", async (text) => {
    const { gate } = makeProject({ [PATH]: text });
    await expect(batchStatus(gate)).rejects.toMatchObject({ code: "CORRUPT" });
  });

  test("is told whole, as JSON", async () => {
    const keys = {
      ...{ completed_features: [0], failed_features: [{ feature_index: 1, error_message: "e", timestamp: TIME }] },
      ...{ context_token_estimate: 5, auto_clear_count: 1, created_at: TIME, updated_at: TIME, current_index: 2 },
      auto_clear_events: [{ feature_index: 0, context_tokens_before_clear: 9, timestamp: TIME }],
      ...{ issue_numbers: [7, 8, 9], source_type: "issues", state_file: "/p/state.json" },
      ...{ context_tokens_before_clear: 9, paused_at_feature_index: 1, retry_attempts: { 1: 2 } },
      git_operations: { 0: { issue_close: { success: true, timestamp: TIME } } },
      ...{ feature_order: [0, 1, 2], feature_dependencies: { 2: [0] }, analysis_metadata: { score: 1 } },
      ...{ workflow_mode: "direct", workflow_reminder: "By hand." },
    };
    const { root } = withRecord(keys);
    const { completed_features: _, failed_features: __, git_operations: ___, ...told } = { ...LEAST, ...keys };
    expect(await runJson(root, "batch", "status")).toMatchObject({
      ...told,
      ...{ completed: 1, failed: 1, remaining: 1, next: { index: 2, feature: "three" } },
      features: [
        { feature: "one", state: "completed", retries: 0, git: { issue_close: { success: true } } },
        { feature: "two", state: "failed", retries: 2, error: "e", timestamp: TIME },
        { feature: "three", state: "pending", retries: 0 },
      ],
    });
  });

  test("of issues goes on where it stands", async () => {
    const { gate } = withRecord({
      ...{ features: ["Issue #72: Add logging", "Issue #73: Fix it", "Issue #74: More"], features_file: "" },
      ...{ issue_numbers: [72, 73, 74], source_type: "issues", completed_features: [0], current_index: 1 },
    });
    expect(await batchStatus(gate)).toMatchObject({ completed: 1, totalFeatures: 3, issueNumbers: [72, 73, 74] });
    expect(await nextFeature(gate)).toEqual({ index: 1, feature: "Issue #73: Fix it" });
  });

  test("keeps what others know of its failures and its analysis, to the byte", async () => {
    const failure = '{\n      "feature_index": 1,\n      "error_message": "e",\n      "retry_count": 2\n    }';
    const project = makeProject({
      [PATH]: JSON.stringify(LEAST, null, 2).replace(
        /\n\}$/,
        `,\n  "failed_features": [\n    ${failure}\n  ],\n  "analysis_metadata": {\n    "score": 1.0\n  }\n}`,
      ),
    });
    await completeFeature(project.gate, { index: 0 });
    expect(project.read(PATH)).toContain(failure);
    expect(project.read(PATH)).toContain('"score": 1.0');
  });

  test.skipIf(process.platform === "win32")("that is a link is neither read nor written", async () => {
    const project = makeProject({ "real.json": JSON.stringify(LEAST) });
    symlinkSync("../real.json", join(project.root, PATH));
    await expect(batchStatus(project.gate)).rejects.toMatchObject({ code: "UNSAFE_PATH" });
    await expect(completeFeature(project.gate, { index: 0 })).rejects.toMatchObject({ code: "UNSAFE_PATH" });
    await expect(createBatch(project.gate, { features: ["a"], force: true })).rejects.toMatchObject({
      code: "UNSAFE_PATH",
    });
    expect(project.read("real.json")).toBe(JSON.stringify(LEAST));
  });
});

test.each([-1, 3, 42, 0.5])("there is no feature %d", async (index) => {
  const { gate } = await withBatch();
  const failure = { code: "INVALID_ARGUMENT", message: `Cannot find feature ${index}: expected 0 to 2` };
  await expect(completeFeature(gate, { index })).rejects.toMatchObject(failure);
  await expect(failFeature(gate, { index })).rejects.toMatchObject(failure);
  await expect(recordGit(gate, { index, operation: "push", success: true })).rejects.toMatchObject(failure);
});

test("what git did has its keys in the order of the origin, and the newest of each stays", async () => {
  const project = await withBatch();
  const { gate } = project;
  const facts = { remote: "origin", branch: "b", sha: "1f2e", url: "https://example.org/1", error: "e" };
  for (const operation of ["commit", "push", "pr"] as const) {
    await recordGit(gate, { index: 0, operation, success: false, number: 7, ...facts });
  }
  const operations = () => (recordOf(project)["git_operations"] as Record<string, Record<string, object>>)["0"]!;
  expect(Object.keys(operations())).toEqual(["commit", "push", "pr"]);
  const keys = ["success", "timestamp", "sha", "branch", "remote", "number", "url", "error"];
  for (const operation of Object.values(operations())) expect(Object.keys(operation)).toEqual(keys);
  await recordGit(gate, { index: 0, operation: "push", success: true });
  expect(operations()["push"]).toEqual({ success: true, timestamp: "2024-10-23T16:30:00Z" });
  await expect(recordGit(gate, { index: 0, operation: "pr", success: true, number: 0 })).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
  });
});

test("what is set by hand goes into the record, and what operations keep does not", async () => {
  const project = await withBatch();
  await saveBatch(project.gate, { values: { workflow_mode: "direct", workflow_reminder: "By hand." } });
  expect(recordOf(project)).toMatchObject({ workflow_mode: "direct", workflow_reminder: "By hand." });
  const refused = saveBatch(project.gate, { values: { completed_features: [0] } as never });
  await expect(refused).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});

test("what is written is audited, what is read is not", async () => {
  const project = await withBatch();
  await batchStatus(project.gate);
  await completeFeature(project.gate, { index: 0 });
  const lines = project.read(".claude/.gate/audit.jsonl").trim().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { operation: string }).operation)).toEqual([
    ...["batch create", "batch complete"],
  ]);
});

describe("the context", () => {
  test("is full from 150,000 tokens on", async () => {
    expect(CONTEXT_THRESHOLD).toBe(150_000);
    expect([149_999, 150_000].map((contextTokenEstimate) => shouldClear({ contextTokenEstimate }))).toEqual([
      ...[false, true],
    ]);
    const full = async (tokens: number) =>
      (await batchStatus(withRecord({ context_token_estimate: tokens }).gate)).shouldClear;
    expect([await full(149_999), await full(150_000)]).toEqual([false, true]);
  });

  test("is reckoned with four characters for a token, as Python counts them", () => {
    expect(["", "abc", "abcd", "Hello world! ".repeat(100), "😀".repeat(8)].map(estimateContextTokens)).toEqual([
      ...[0, 0, 1, 325, 2],
    ]);
  });

  test("is told of in the words of the origin, also of a batch as it was read", async () => {
    const { gate } = withRecord({ completed_features: [0], current_index: 1, context_token_estimate: 1_155_000 });
    const lines = getClearNotificationMessage(await batchStatus(gate)).split("\n");
    const rule = "=".repeat(40);
    expect(lines.filter((line) => line !== rule)).toEqual([
      "CONTEXT LIMIT REACHED",
      "Current context: 1,155,000 tokens (threshold: 150,000)",
      "Progress: 1/3 features (33%)",
      "Batch ID: b",
      "The batch has been paused to prevent context overflow.",
      "NEXT STEPS:",
      "1. Manually run: /clear",
      "2. Resume batch: /batch-implement --resume b",
      "The batch will continue from feature 2/3.",
      "All completed features are saved and will be skipped on resume.",
      "",
    ]);
    expect(lines.flatMap((line, at) => (line === rule ? [at] : []))).toEqual([0, 2, 12]);
  });

  test("has functions that are marked as deprecated, as those of the origin are", () => {
    const source = readFileSync(join(import.meta.dirname, "../../src/records/context.ts"), "utf8");
    const marked = [...source.matchAll(/@deprecated [^\n]*\*\/\nexport function (\w+)/g)].map(([, name]) => name);
    expect(marked).toEqual(["shouldClear", "getClearNotificationMessage"]);
  });
});

test("other writers are waited for as long as the origin says, and the record is where it says", async () => {
  expect(openGate({ root: makeProject().root }).lockTimeout).toBe(LOCK_TIMEOUT * 1000);
  expect(LOCK_TIMEOUT).toBe(30);
  expect(BATCH_PATH).toBe(PATH);
});
