/** Every operation refuses what it cannot be called with, by name, and does nothing then. */

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as library from "../../src/index.ts";

type Input = Readonly<Record<string, unknown>>;
type Operation = (first: unknown, input?: unknown, options?: unknown) => unknown;

const PLACE = { path: "batches/one.json", batchId: "one", redisUrl: "redis://127.0.0.1:1" };
const STORE = { namespace: "default", backend: "json", redisUrl: "redis://127.0.0.1:1" };

/** Operations on a gate that take an object, with every key it may have. */
const OPERATIONS: Readonly<Record<string, Input>> = {
  batchStatus: PLACE,
  batchSummary: PLACE,
  brief: { budget: 100 },
  check: { paths: [".claude/state.md"], fix: true, cache: false },
  checkpoint: { agent: "reviewer", message: "Looked", tools: ["Read"] },
  claimIssue: { issue: 1, lease: 1000, remote: "origin", takeOver: true },
  claimNextFeature: { ...PLACE, worker: "w", lease: 1000 },
  cleanUpBatch: PLACE,
  completeFeature: { ...PLACE, index: 0, worker: "w", force: true, tokens: 1 },
  createBatch: {
    backend: "json",
    path: PLACE.path,
    redisUrl: PLACE.redisUrl,
    features: ["a"],
    featuresFile: "f",
    cwd: "/",
    issues: [1],
    batchId: "x",
    force: true,
  },
  diff: { id: "x", other: "y", issue: 1, path: "plan.md", now: true },
  done: { issue: 1, reason: "r", pullRequest: "p", archive: false },
  extendFeatureClaim: { ...PLACE, index: 0, worker: "w", lease: 1000 },
  failFeature: { ...PLACE, index: 0, worker: "w", force: true, tokens: 1, error: "e", retryCount: 1 },
  grow: { mark: true },
  guard: { paths: ["plan.md"], remove: ["plan.md"], allow: ["plan.md"] },
  history: { paths: [".claude/state.md"], issue: 1, limit: 1 },
  init: { adopt: true },
  install: {
    agents: ["claude"],
    scope: "project",
    mcp: true,
    allow: true,
    autoApprove: true,
    git: true,
    agentsMd: true,
  },
  kvCheckpoint: { ...STORE, name: "n", force: true },
  kvCheckpoints: STORE,
  kvDelete: { ...STORE, key: "k" },
  kvDiff: { ...STORE, checkpoint: "c" },
  kvInit: { ...STORE, force: true },
  kvKeys: STORE,
  kvLoad: { ...STORE, key: "k" },
  kvMigrate: { namespace: "default", redisUrl: "redis://127.0.0.1:1", from: "json", to: "sqlite", force: true },
  kvPrune: { ...STORE, olderThan: 1000 },
  kvRecover: STORE,
  kvRestore: { ...STORE, checkpoint: "c" },
  kvSave: { ...STORE, key: "k", value: 1, ttl: 1 },
  list: { which: "all" },
  listClaims: { remote: "origin" },
  nextFeature: PLACE,
  pauseBatch: { ...PLACE, tokens: 1 },
  planRecovery: { from: "work", work: 1, side: "ours", sides: ["ours"] },
  prove: { command: ["true"], name: "n", cwd: "/", outputTo: "output", issue: 1 },
  reconstruct: { full: true },
  recordClear: { ...PLACE, index: 0, tokens: 1 },
  recordGit: {
    ...PLACE,
    index: 0,
    operation: "commit",
    success: true,
    sha: "s",
    branch: "b",
    remote: "r",
    number: 1,
    url: "u",
    error: "e",
    extra: {},
  },
  recover: { from: "work", work: 1, side: "ours", sides: ["ours"], plan: {} },
  recoverBatch: PLACE,
  releaseIssue: { issue: 1, remote: "origin" },
  restore: { id: "x", path: "plan.md" },
  resumeBatch: PLACE,
  retryFeature: { ...PLACE, index: 0, error: "e" },
  save: {
    progress: [{ status: "pending", text: "t" }],
    nextSteps: ["n"],
    addNext: ["n"],
    openQuestions: [{ question: "q" }],
    drop: ["d"],
    replace: true,
    clear: ["next"],
    blockers: ["b"],
    unblock: ["b"],
    context: ["c"],
    description: "d",
    approach: "a",
    log: ["l"],
    decisions: [{ decision: "d" }],
    learnings: ["l"],
    files: [{ path: "p", status: "created" }],
    tests: [{ text: "t", done: true }],
    offline: true,
    issue: 1,
  },
  saveBatch: { ...PLACE, values: { workflow_mode: "m" } },
  search: { words: ["w"], limit: 1 },
  skipFeature: { ...PLACE, index: 0, worker: "w", force: true, reason: "r", category: "c" },
  start: {
    issue: 1,
    title: "t",
    branch: "b",
    started: "2024-10-23T16:30:00Z",
    url: "https://example.com",
    description: "d",
    lease: 1000,
    takeOver: true,
    from: "gsd",
  },
  status: { counts: "none" },
  tick: { path: "plan.md", text: "t" },
  undo: { id: "x", issue: 1, path: "plan.md", redo: true },
  uninstall: {
    agents: ["claude"],
    scope: "project",
    mcp: true,
    allow: true,
    autoApprove: true,
    git: true,
    agentsMd: true,
  },
};
/** Those that only read have no options. */
const READING = new Set(
  "batchStatus batchSummary brief diff history kvCheckpoints kvDiff kvKeys kvLoad list listClaims nextFeature planRecovery reconstruct search status".split(
    " ",
  ),
);
const ON_RUNS: Readonly<Record<string, Input>> = {
  archiveRun: { runId: "r", skill: "s" },
  listRuns: { skill: "s" },
  loadRun: { runId: "r", skill: "s" },
  pruneRuns: { olderThan: 1000, skill: "s" },
  recoverRun: { runId: "r", skill: "s" },
  saveRun: { runId: "r", skill: "s", state: {}, json: "{}" },
};
/** What takes one value, or none of the above, is tried below by itself. */
const OTHERS =
  "BatchStateManager atomicWrite blame guardList merge newRun openBatch openGate openKv openRuns reconstructFrom runPath saveAgentCheckpoint saveStateAtomic show suggestGuards verify watchProject withFileLock";
/** Functions on texts and values: they do nothing. */
const PURE =
  "GateError JsonText actorOf applyEdits checkState checkWork decode encode estimateContextTokens exitCodeOf fixesOf formatTime freshnessOf getClearNotificationMessage hasErrors makeBrief parseIssueNumber parseMarkdown parseState parseTime parseWork revisionOf shouldClear";

const root = mkdtempSync(join(tmpdir(), "gate-arguments-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let gate: library.Gate;
beforeAll(() => {
  gate = library.openGate({ root });
});
const runs = library.openRuns({ home: root });

const exported = new Map<string, unknown>(Object.entries(library));
const operationOf = (name: string) => exported.get(name) as Operation;

/** What a call was refused for. */
async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof library.GateError && error.code === "INVALID_ARGUMENT") return error.message;
    return `another fault: ${String(error)}`;
  }
  return "it was done";
}

/** A value that no key takes. */
const WRONG = [Symbol("x"), () => 1, [[1]], new Date(0), new Map([["a", 1]]), Number.NaN, null];

async function expectRefusals(name: string, first: unknown, input: Input, hasOptions: boolean): Promise<void> {
  const call = operationOf(name);
  const refused = `Cannot call ${name === "batchSummary" ? "batchStatus" : name}: `;
  for (const other of [undefined, null, {}, "gate", 7]) {
    expect(await refusal(() => call(other, input))).toContain(refused);
  }
  expect(await refusal(() => call(first, { ...input, nonsense: 1 }))).toBe(`${refused}nonsense is not known`);
  for (const other of [null, 7, "text", []]) expect(await refusal(() => call(first, other))).toContain(refused);
  // A value may be anything; what cannot be JSON is refused where it is written.
  for (const key of Object.keys(input).filter((each) => each !== "value")) {
    for (const value of WRONG) {
      expect(await refusal(() => call(first, { ...input, [key]: value })), `${key}: ${String(value)}`).toMatch(
        new RegExp(`^${refused}${key}(?:\\[0\\])? is `),
      );
    }
  }
  if (!hasOptions) return;
  for (const options of [null, { nonsense: 1 }, { dryRun: "yes" }]) {
    expect(await refusal(() => call(first, input, options))).toContain(refused);
  }
}

describe("an operation names what it cannot be called with", () => {
  test.each(Object.entries(OPERATIONS))("%s", async (name, input) => {
    await expectRefusals(name, gate, input, !READING.has(name));
  });

  test.each(Object.entries(ON_RUNS))("%s", async (name, input) => {
    await expectRefusals(name, runs, input, name !== "listRuns" && name !== "loadRun");
  });

  test("a value that is wanted, and is not there", async () => {
    for (const name of ["start", "kvSave", "kvLoad", "completeFeature", "claimIssue", "tick", "checkpoint"]) {
      expect(await refusal(() => operationOf(name)(gate, {}))).toMatch(/ is nothing, expected /);
    }
    expect(await refusal(() => operationOf("kvSave")(gate, { key: "k" }))).toBe(
      "Cannot call kvSave: value is nothing, expected a value",
    );
  });

  test("a batch is named by one word, whether it is begun or gone on with", async () => {
    for (const name of ["createBatch", "resumeBatch", "batchStatus"]) {
      expect(await refusal(() => operationOf(name)(gate, { id: "x" }))).toContain("id is not known");
    }
  });

  test("an object is one whatever its keys are called", async () => {
    const state = Object.assign(Object.create(null) as object, { toString: 5, valueOf: null });
    const at = library.openRuns({ home: mkdtempSync(join(root, "home-")) });
    const run = { runId: "r-1", skill: "s" };
    await library.saveRun(at, { ...run, state: state as Readonly<Record<string, unknown>> });
    expect((await library.loadRun(at, run)).state).toEqual({ toString: 5, valueOf: null });
    rmSync(at.home, { recursive: true });
  });

  test("what stands in a list is named by its place", async () => {
    const progress = [
      { status: "pending", text: "t" },
      { status: "open", text: "t" },
    ];
    expect(await refusal(() => operationOf("save")(gate, { progress }))).toBe(
      'Cannot call save: progress[1].status is "open", expected completed, in_progress, pending, blocked',
    );
    expect(await refusal(() => operationOf("save")(gate, { tests: [{ text: "t", done: true, name: "n" }] }))).toBe(
      "Cannot call save: tests[0].name is not known",
    );
    expect(await refusal(() => operationOf("save")(gate, { clear: ["next", "all"] }))).toMatch(
      /^Cannot call save: clear is .*, expected a list of progress, next, questions, blockers, context$/,
    );
    expect(await refusal(() => operationOf("save")(gate, { files: {} }))).toBe(
      "Cannot call save: files is an object, expected a list",
    );
    expect(await refusal(() => operationOf("save")(gate, { files: ["a"] }))).toBe(
      'Cannot call save: files[0] is "a", expected an object',
    );
    const long = "x".repeat(100);
    expect(await refusal(() => operationOf("uninstall")(gate, { scope: long }))).toBe(
      `Cannot call uninstall: scope is "${"x".repeat(39)}…, expected project, user, local`,
    );
    expect(await refusal(() => operationOf("install")(gate, { agents: ["emacs"] }))).toBe(
      "Cannot call install: emacs is no agent",
    );
  });
});

describe("what takes no object does so too", () => {
  test.each<[string, () => unknown]>([
    ["blame", () => operationOf("blame")(gate, "1")],
    ["blame", () => operationOf("blame")({}, 1)],
    ["blame", () => operationOf("blame")(gate, { path: 7 })],
    ["guardList", () => operationOf("guardList")({})],
    ["suggestGuards", () => operationOf("suggestGuards")({})],
    ["show", () => operationOf("show")(gate, "1")],
    ["show", () => operationOf("show")({}, 1)],
    ["verify", () => operationOf("verify")(gate, "1")],
    ["verify", () => operationOf("verify")(undefined, 1)],
    ["reconstructFrom", () => operationOf("reconstructFrom")(gate, {})],
    ["reconstructFrom", () => operationOf("reconstructFrom")({}, 1)],
    ["openGate", () => operationOf("openGate")({ rot: root })],
    ["openGate", () => operationOf("openGate")({ lockTimeout: "30" })],
    ["openRuns", () => operationOf("openRuns")({ home: 7 })],
    ["openKv", () => operationOf("openKv")({})],
    ["openKv", () => operationOf("openKv")(gate, { driver: "sqlite" })],
    ["openBatch", () => operationOf("openBatch")(undefined)],
    ["newRun", () => operationOf("newRun")(undefined)],
    ["newRun", () => operationOf("newRun")(runs, 7)],
    ["runPath", () => operationOf("runPath")(runs, { runId: "r" })],
    ["runPath", () => operationOf("runPath")({}, { runId: "r", skill: "s" })],
    ["merge", () => operationOf("merge")({ base: "a", ours: "b" })],
    ["merge", () => operationOf("merge")({ base: "a", ours: "b", theirs: "c" }, { write: false })],
    ["watchProject", () => operationOf("watchProject")(7)],
    ["watchProject", () => operationOf("watchProject")(root, { pol: true })],
    ["atomicWrite", () => operationOf("atomicWrite")("a", "b", { rot: "/" })],
    ["withFileLock", () => operationOf("withFileLock")("a", "b", { root })],
  ])("%s", async (name, call) => {
    expect(await refusal(call)).toContain(`Cannot call ${name}: `);
  });

  test("a place and a content that are none", async () => {
    const write = operationOf("atomicWrite");
    expect(await refusal(() => write("a", 7, { root }))).toContain("the content is neither text nor bytes");
    expect(await refusal(() => operationOf("saveStateAtomic")(undefined, "a", { root }))).toContain("cannot be JSON");
    await expect(write(7, "b", { root })).rejects.toMatchObject({ code: "UNSAFE_PATH" });
  });

  test("a program that is not to be stopped is told so", async () => {
    expect(await operationOf("saveAgentCheckpoint")({ gate, agent: 7, message: "m" })).toBe(false);
    expect(await operationOf("saveAgentCheckpoint")({ gate, agent: "a", message: "m", tols: [] })).toBe(false);
    expect(await operationOf("saveAgentCheckpoint")(undefined)).toBe(false);
  });

  test("the methods of the class are the functions", async () => {
    const manager = new library.BatchStateManager(7 as unknown as string, gate);
    expect(await refusal(() => manager.loadBatchState())).toContain("path is 7, expected a text");
  });
});

test("no export is left out", () => {
  const tried = [...Object.keys(OPERATIONS), ...Object.keys(ON_RUNS), ...OTHERS.split(" "), ...PURE.split(" ")];
  const functions = [...exported].flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
  expect(tried.sort()).toEqual(functions.sort());
});

test("nothing was written", () => {
  expect(readdirSync(root)).toEqual([]);
});
