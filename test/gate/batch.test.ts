/** Batches through the gate: refused, changed, kept, and what a full disk leaves. */
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cleanUpBatch } from "../../src/gate/batch/cleanup.ts";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature, failFeature, skipFeature } from "../../src/gate/batch/end.ts";
import { recordGit } from "../../src/gate/batch/git.ts";
import { claimNextFeature, extendFeatureClaim, nextFeature } from "../../src/gate/batch/next.ts";
import { pauseBatch, recordClear, resumeBatch } from "../../src/gate/batch/pause.ts";
import { retryFeature } from "../../src/gate/batch/retry.ts";
import { openBatch } from "../../src/gate/batch/session.ts";
import { saveBatch } from "../../src/gate/batch/set.ts";
import { batchStatus, batchSummary } from "../../src/gate/batch/status.ts";
import { diff } from "../../src/gate/history/diff.ts";
import { history } from "../../src/gate/history/history.ts";
import { restore, undo } from "../../src/gate/history/undo.ts";
import { DISK_CALLS, systemError, wrapped } from "../files/faults.ts";
import { IS_LONG, spread } from "../support/effort.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const PATH = ".claude/batch_state.json";
const features = ["one", "two", "three"];

async function withBatch(): Promise<TestProject> {
  const project = makeProject();
  await createBatch(project.gate, { features });
  return project;
}

const recordOf = (project: TestProject) => JSON.parse(project.read(PATH)) as Record<string, unknown>;
const ownOf = (project: TestProject) =>
  (recordOf(project)["analysis_metadata"] as { state_gatekeeper: Record<string, unknown> }).state_gatekeeper;

test("what changed a record is listed when it is named, and can be put back", async () => {
  const project = await withBatch();
  const { gate } = project;
  const first = project.read(PATH);
  project.later(120_000);
  await completeFeature(gate, { index: 0 });
  const completed = project.read(PATH);
  await cleanUpBatch(gate);
  expect((await history(gate)).entries).toEqual([]);
  const { entries } = await history(gate, { paths: [PATH] });
  expect(entries.map(({ operation, current }) => [operation, current])).toEqual([
    ["batch cleanup", true],
    ["batch complete", false],
    ["batch create", false],
  ]);
  const [removal, completion, creation] = entries;
  expect((await diff(gate, { id: completion!.id })).diff).toContain("+    0\n");
  expect((await diff(gate, { id: completion!.id, now: true })).diff).toContain("+++ /dev/null");
  const back = await undo(gate, { id: completion!.id });
  expect(back.value).toMatchObject({
    message: `Undid 2 changes in ${PATH}, back to before batch complete of ${completion!.timestamp}`,
    entry: { operation: "undo" },
    before: removal!.id,
    path: PATH,
    removed: false,
  });
  expect(project.read(PATH)).toBe(first);
  await expect(undo(gate, { id: completion!.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await restore(gate, { id: completion!.id });
  expect(project.read(PATH)).toBe(completed);
  expect((await batchStatus(gate)).completed).toBe(1);
  expect((await undo(gate, { id: creation!.id })).value.removed).toBe(true);
  expect(project.exists(PATH)).toBe(false);
});

test("what the journal holds is in the record before that goes back", async () => {
  const { gate, read } = await withBatch();
  const session = openBatch(gate);
  await completeFeature(session.gate, { index: 0 });
  await completeFeature(session.gate, { index: 1 });
  const { entries } = await history(gate, { paths: [PATH] });
  const { value } = await undo(gate, { id: entries.at(-1)!.id }, { dryRun: true });
  expect(value.removed).toBe(true);
  const removal = await undo(gate, { id: entries.at(-1)!.id });
  expect(removal.value.removed).toBe(true);
  await restore(gate, { id: removal.value.before! });
  expect(JSON.parse(read(PATH))).toMatchObject({ completed_features: [0, 1] });
  await session.close();
});

describe("create", () => {
  test("from a file, with duplicates named", async () => {
    const project = makeProject({ "features.txt": "# first\none\n\ntwo\none\n" });
    const { value, warnings } = await createBatch(project.gate, { featuresFile: "features.txt" });
    expect(value).toMatchObject({
      totalFeatures: 3,
      duplicates: [{ feature: "one", indices: [0, 2] }],
      stateFile: PATH,
    });
    expect(value.batchId).toMatch(/^batch-20241023-163000-000\d{3}$/);
    expect(warnings).toEqual(["features 0, 2 are the same: one"]);
    expect(recordOf(project)).toMatchObject({
      features_file: "features.txt",
      source_type: "file",
      issue_numbers: null,
    });
    expect(statSync(join(project.root, PATH)).mode & 0o777).toBe(0o600);
  });

  test("from a file inside the project alone, wherever links lead", async () => {
    const { root, gate, tree } = makeProject({ "in/features.txt": "one\n" });
    const outside = makeProject({ "features.txt": "theirs\n" }).root;
    symlinkSync("in/features.txt", join(root, "near.txt"));
    symlinkSync(join(outside, "features.txt"), join(root, "far.txt"));
    symlinkSync(outside, join(root, "folder"));
    const before = tree(true);
    for (const featuresFile of ["../x.txt", join(outside, "features.txt"), "far.txt", "folder/features.txt"]) {
      await expect(createBatch(gate, { featuresFile })).rejects.toMatchObject({
        code: "UNSAFE_PATH",
        message: `Cannot read ${featuresFile}: it leads out of the project`,
      });
    }
    await expect(createBatch(gate, { featuresFile: "../x", cwd: join(root, "in") })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(tree(true)).toEqual(before);
    for (const featuresFile of ["near.txt", join(root, "in/features.txt")]) {
      expect((await createBatch(gate, { featuresFile, force: true })).value.totalFeatures).toBe(1);
    }
  });

  test("from issues", async () => {
    const project = makeProject();
    const before = process.env["PATH"];
    process.env["PATH"] = "";
    await createBatch(project.gate, { issues: [72, 73, 72] }).finally(() => (process.env["PATH"] = before));
    expect(recordOf(project)).toMatchObject({
      features: ["Issue #72", "Issue #73"],
      issue_numbers: [72, 73],
      source_type: "issues",
    });
  });

  test.each([
    [{ features: [] }, "INVALID_ARGUMENT", "Cannot create a batch: no features"],
    [{ features: ["\n"] }, "INVALID_ARGUMENT", "Cannot create a batch: no features"],
    [{}, "INVALID_ARGUMENT", "Cannot create a batch: no features"],
    [
      { features, issues: [1] },
      "INVALID_ARGUMENT",
      "Cannot create a batch: the number of features is 3, that of issues 1",
    ],
    [
      { featuresFile: "f", issues: [1] },
      "INVALID_ARGUMENT",
      "Cannot create a batch: a features file and issues do not go together",
    ],
    [{ features, batchId: "../x" }, "UNSAFE_PATH", 'Cannot name a batch "../x": it holds a path separator'],
    [{ featuresFile: "none.txt" }, "NOT_FOUND", "Cannot read none.txt: there is no such file"],
  ])("%j is refused", async (input, code, message) => {
    const project = makeProject();
    await expect(createBatch(project.gate, input)).rejects.toMatchObject({ code, message });
    expect(project.tree(true)).toEqual({ ".claude": "folder" });
  });

  test("an open batch is in the way, and is kept by force", async () => {
    const project = await withBatch();
    const { batch_id: id } = recordOf(project);
    const first = project.read(PATH);
    await expect(createBatch(project.gate, { features })).rejects.toMatchObject({
      code: "CONFLICT",
      message: `Cannot create a batch: batch ${id} is in_progress`,
    });
    await pauseBatch(project.gate);
    await expect(createBatch(project.gate, { features })).rejects.toMatchObject({ code: "CONFLICT" });
    await resumeBatch(project.gate);
    const { value, moved } = await createBatch(project.gate, { features: ["new"], force: true });
    expect(value.previousBatch).toBe(`.claude/batch_state.${id}.json`);
    expect(moved).toEqual([{ from: PATH, to: value.previousBatch }]);
    expect(JSON.parse(project.read(value.previousBatch!))).toMatchObject({
      ...JSON.parse(first),
      paused_at_feature_index: null,
    });
    expect(recordOf(project)).toMatchObject({ features: ["new"] });
  });

  test("ids of other programs make names all the same", async () => {
    const project = await withBatch();
    project.write(PATH, project.read(PATH).replace(/"batch_id": ".*"/, '"batch_id": "../../x y"'));
    const { value } = await createBatch(project.gate, { features, force: true, batchId: "x".repeat(128) });
    expect(value.previousBatch).toMatch(/^\.claude\/batch_state\._x_y-[0-9a-f]{8}\.json$/);
    const again = await createBatch(project.gate, { features, force: true });
    expect(readdirSync(join(project.root, ".claude")).filter((name) => name.endsWith(".json"))).toHaveLength(3);
    expect(again.value.previousBatch).toMatch(/^\.claude\/batch_state\.x{80}-[0-9a-f]{8}\.json$/);
  });

  test("a finished batch gives way; a damaged one only by force, with a copy", async () => {
    const project = await withBatch();
    for (const index of [0, 1, 2]) await completeFeature(project.gate, { index });
    await createBatch(project.gate, { features });
    project.write(PATH, "{ torn");
    await expect(createBatch(project.gate, { features })).rejects.toMatchObject({ code: "CORRUPT" });
    const { value } = await createBatch(project.gate, { features, force: true });
    expect(value.previousBatch).toBe(`${PATH}.bak`);
    expect(project.read(`${PATH}.bak`)).toBe("{ torn");
  });

  test("a dry run writes nothing", async () => {
    const project = makeProject();
    const { written } = await createBatch(project.gate, { features }, { dryRun: true });
    expect(written[0]).toMatchObject({ path: PATH, before: undefined });
    expect(project.tree(true)).toEqual({ ".claude": "folder" });
  });
});

describe("working through it", () => {
  test("from the first feature to the last", async () => {
    const project = await withBatch();
    const { gate } = project;
    expect(await nextFeature(gate)).toEqual({ index: 0, feature: "one" });
    const { value } = await completeFeature(gate, { index: 0, tokens: 500 });
    expect(value).toMatchObject({
      message: "Feature 0 completed - one",
      changed: true,
      currentIndex: 1,
      remaining: 2,
      contextTokenEstimate: 500,
    });
    expect((await completeFeature(gate, { index: 0, tokens: 500 })).value).toMatchObject({
      message: "Feature 0 was completed already - one",
      changed: false,
      contextTokenEstimate: 500,
      revision: value.revision,
    });
    await failFeature(gate, { index: 1, error: "Timeout\nat line 3", tokens: 200 });
    expect(recordOf(project)["failed_features"]).toEqual([
      { feature_index: 1, error_message: "Timeout at line 3", timestamp: "2024-10-23T16:30:00Z" },
    ]);
    expect((await retryFeature(gate, { index: 1 })).value).toMatchObject({
      allowed: true,
      retryCount: 1,
      errorClass: "transient",
    });
    // What may be tried again comes next.
    expect(recordOf(project)).toMatchObject({ failed_features: [], current_index: 1 });
    expect(await nextFeature(gate)).toEqual({ index: 1, feature: "two" });
    await skipFeature(gate, { index: 2, reason: "Already there" });
    expect(recordOf(project)["status"]).toBe("in_progress");
    await completeFeature(gate, { index: 1 });
    expect(recordOf(project)["status"]).toBe("completed");
    await expect(nextFeature(gate)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(recordOf(project)).toMatchObject({ completed_features: [0, 1], failed_features: [], current_index: 3 });
    await expect(failFeature(gate, { index: 1, error: "x" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(completeFeature(gate, { index: 3 })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "Cannot find feature 3: expected 0 to 2",
    });
    await expect(completeFeature(gate, { index: 0, tokens: -1 })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("five failures in a row open the circuit, resuming closes it", async () => {
    const project = makeProject();
    const { gate } = project;
    await createBatch(gate, { features: ["a", "b", "c", "d", "e", "f", "g"] });
    for (let index = 0; index < 5; index++) await failFeature(gate, { index, error: "HTTP 503" });
    expect((await retryFeature(gate, { index: 0 })).value).toMatchObject({
      allowed: false,
      reason: "circuit_breaker_open",
    });
    await resumeBatch(gate);
    expect((await retryFeature(gate, { index: 0 })).value.allowed).toBe(true);
    await failFeature(gate, { index: 5, error: "HTTP 503" });
    await completeFeature(gate, { index: 6 });
    expect(recordOf(project)).toMatchObject({
      analysis_metadata: { state_gatekeeper: { consecutive_failures: 0 } },
      retry_attempts: { 0: 2 },
    });
  });

  test("a failure that is tried again opens a completed batch, and one that may not stays", async () => {
    const project = await withBatch();
    const { gate } = project;
    await completeFeature(gate, { index: 0 });
    await failFeature(gate, { index: 1, error: "HTTP 503" });
    await failFeature(gate, { index: 2 });
    expect(recordOf(project)).toMatchObject({
      status: "completed",
      failed_features: [{ feature_index: 1 }, { feature_index: 2, error_message: "Unknown error" }],
    });
    expect(await batchStatus(gate)).toMatchObject({ failed: 2, remaining: 0 });
    expect((await retryFeature(gate, { index: 2, error: "SyntaxError: x" })).value.allowed).toBe(false);
    expect(recordOf(project)["status"]).toBe("completed");
    expect((await retryFeature(gate, { index: 1 })).value.allowed).toBe(true);
    expect(recordOf(project)).toMatchObject({ status: "in_progress", failed_features: [{ feature_index: 2 }] });
    expect((await claimNextFeature(gate, { worker: "w" })).value.index).toBe(1);
    await completeFeature(gate, { index: 1, worker: "w" });
    expect(recordOf(project)).toMatchObject({ status: "completed", current_index: 3 });
  });

  test("a failure keeps how often the feature was tried, if that is said", async () => {
    const project = await withBatch();
    const { gate } = project;
    const failed = () => recordOf(project)["failed_features"] as object[];
    await failFeature(gate, { index: 1, error: "e", retryCount: 2 });
    const record = { feature_index: 1, error_message: "e", timestamp: "2024-10-23T16:30:00Z", retry_count: 2 };
    expect(failed()).toEqual([record]);
    expect((await failFeature(gate, { index: 1, error: "e" })).value.changed).toBe(false);
    const session = openBatch(gate);
    await failFeature(session.gate, { index: 0, error: "f" });
    await failFeature(session.gate, { index: 1, error: "e", retryCount: 3 });
    await session.close();
    expect(failed()).toMatchObject([{ feature_index: 0 }, { ...record, retry_count: 3 }]);
    for (const retryCount of [-1, 0.5]) {
      await expect(failFeature(gate, { index: 2, retryCount })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  });

  test("features are meant by their names, where only one has it", async () => {
    const project = makeProject();
    const { gate } = project;
    await createBatch(gate, { features: ["Add login", "twice", "twice", "7"] });
    expect((await completeFeature(gate, { index: "Add login" })).value).toMatchObject({ index: 0, changed: true });
    await failFeature(gate, { index: "7", error: "HTTP 503" });
    expect((await retryFeature(gate, { index: "7" })).value).toMatchObject({ index: 3, allowed: true });
    await recordGit(gate, { index: "Add login", operation: "push", success: true });
    await expect(completeFeature(gate, { index: "twice" })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "Cannot find feature twice: features 1, 2 have this name",
    });
    await expect(skipFeature(gate, { index: "none", reason: "x" })).rejects.toMatchObject({
      message: "Cannot find feature none: there is none of this name",
    });
  });

  test("features with the issues they are for, and a file as a note of their source", async () => {
    const project = makeProject();
    await createBatch(project.gate, { features: ["a", "b"], issues: [7, 7], featuresFile: "plans/none there.txt" });
    expect(recordOf(project)).toMatchObject({
      ...{ features: ["a", "b"], issue_numbers: [7, 7], source_type: "issues" },
      features_file: "plans/none there.txt",
    });
    await createBatch(project.gate, { features: ["a"], force: true });
    expect(recordOf(project)).toMatchObject({ features_file: "", source_type: "file", issue_numbers: null });
  });

  test("further facts of git are kept, and cannot say what is known otherwise", async () => {
    const project = await withBatch();
    const extra = { files_changed: 3, success: false, nested: { a: [1] } };
    await recordGit(project.gate, { index: 0, operation: "commit", success: true, extra });
    expect(recordOf(project)["git_operations"]).toMatchObject({
      0: { commit: { success: true, files_changed: 3, nested: { a: [1] } } },
    });
    const wrong = { index: 0, operation: "commit", success: true, extra: [1] } as never;
    await expect(recordGit(project.gate, wrong)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("a pause takes the clearing of the context along", async () => {
    const project = await withBatch();
    await completeFeature(project.gate, { index: 0, tokens: 500 });
    await pauseBatch(project.gate, { tokens: 160_000 });
    expect(recordOf(project)).toMatchObject({
      ...{ status: "paused", paused_at_feature_index: 1, context_token_estimate: 0, auto_clear_count: 1 },
      context_tokens_before_clear: 160_000,
      auto_clear_events: [{ feature_index: 1, context_tokens_before_clear: 160_000 }],
    });
    await expect(pauseBatch(project.gate, { tokens: -1 })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("keys that no other operation sets are set, and what is ours in them stays", async () => {
    const project = await withBatch();
    const { gate } = project;
    await claimNextFeature(gate, { worker: "w" });
    const values = {
      ...{ workflow_mode: "by hand", workflow_reminder: "two\nlines", feature_order: [2, 0] },
      ...{ feature_dependencies: { 0: [2] }, analysis_metadata: { score: 1 }, issue_numbers: [7, 8, 9] },
    };
    expect((await saveBatch(gate, { values })).value.keys).toEqual(Object.keys(values));
    expect(recordOf(project)).toMatchObject({ ...values, workflow_reminder: "two lines" });
    expect(ownOf(project)["claims"]).toMatchObject({ 0: { worker: "w" } });
    expect(await nextFeature(gate)).toMatchObject({ index: 2 });
    expect(await batchStatus(gate)).toMatchObject({
      ...{ featureOrder: [2, 0], featureDependencies: { 0: [2] }, workflowMode: "by hand", stateFile: PATH },
      analysisMetadata: { score: 1 },
    });
    for (const wrong of [
      ...[{}, { batch_id: "x" }, { features: [] }, { __proto__x: 1 }, { workflow_mode: 1 }, { feature_order: [3] }],
      ...[{ feature_order: "0" }, { feature_dependencies: { 9: [0] } }, { feature_dependencies: [] }],
      ...[{ analysis_metadata: 5 }, { issue_numbers: ["x"] }, null, 7],
    ]) {
      await expect(saveBatch(gate, { values: wrong as never })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  });

  describe("what a worker says of a feature", () => {
    async function withClaims() {
      const project = await withBatch();
      const { gate } = project;
      const claim = (worker: string) => claimNextFeature(gate, { worker, lease: 60_000 });
      await claim("w1");
      await claim("w2");
      return { project, gate, claim };
    }
    const refused = (reason: string) => ({ code: "CLAIMED", message: expect.stringContaining(reason) });

    test("is refused of another one's, in every way to end it", async () => {
      const { project, gate } = await withClaims();
      const before = project.read(".claude/batch_state.json");
      const other = { index: 0, worker: "w2" };
      const reason = "Cannot end feature 0 for worker w2: w1 has claimed it until 2024-10-23T16:31:00.000Z";
      await expect(completeFeature(gate, other)).rejects.toMatchObject(refused(reason));
      await expect(failFeature(gate, { ...other, error: "no" })).rejects.toMatchObject(refused(reason));
      await expect(skipFeature(gate, { ...other, reason: "no" })).rejects.toMatchObject(refused(reason));
      expect(project.read(".claude/batch_state.json")).toBe(before);
      expect((await completeFeature(gate, { ...other, force: true })).value.changed).toBe(true);
      expect((await completeFeature(gate, { index: 1, worker: "w2" })).value.changed).toBe(true);
    });

    test("the agent's session is the worker where none is named, and a person is told", async () => {
      const { gate } = await withClaims();
      await expect(completeFeature({ ...gate, session: "s" }, { index: 0 })).rejects.toMatchObject(refused("worker s"));
      expect((await completeFeature({ ...gate, session: "w1" }, { index: 0 })).warnings).toEqual([]);
      expect((await completeFeature(gate, { index: 1 })).warnings).toEqual([
        "Feature 1: w2 has claimed it until 2024-10-23T16:31:00.000Z; say who you are with --worker",
      ]);
      expect((await completeFeature(gate, { index: 2, worker: "w3" })).value.changed).toBe(true);
    });

    test("is refused once the lease was lost, be the feature claimed or ended since", async () => {
      const { project, gate, claim } = await withClaims();
      project.later(70_000);
      // As long as nobody else has it, a late worker is welcome.
      await extendFeatureClaim(gate, { index: 1, worker: "w2", lease: 1000 });
      expect((await completeFeature(gate, { index: 1, worker: "w2" })).value.changed).toBe(true);
      await claim("w3");
      await expect(completeFeature(gate, { index: 0, worker: "w1" })).rejects.toMatchObject(
        refused("w3 has claimed it"),
      );
      project.later(70_000);
      await expect(completeFeature(gate, { index: 0, worker: "w1" })).rejects.toMatchObject(
        refused("w3 has claimed it"),
      );
      await failFeature(gate, { index: 0, worker: "w3", error: "no" });
      await expect(completeFeature(gate, { index: 0, worker: "w1" })).rejects.toMatchObject(refused("it failed since"));
      await skipFeature(gate, { index: 0, worker: "w1", reason: "no", force: true });
      await expect(failFeature(gate, { index: 0, worker: "w1", error: "x" })).rejects.toMatchObject(refused("skipped"));
      expect((await completeFeature(gate, { index: 1, worker: "w9" })).value.changed).toBe(false);
      await expect(completeFeature(gate, { index: 0, worker: " " })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    });
  });

  test("claims and leases", async () => {
    const project = await withBatch();
    const { gate } = project;
    const claim = async (worker: string) => (await claimNextFeature(gate, { worker, lease: 60_000 })).value;
    expect(await claim("w1")).toMatchObject({ index: 0, expiresAt: "2024-10-23T16:31:00.000Z" });
    expect(await claim("w1")).toMatchObject({ index: 1 });
    expect(await nextFeature(gate)).toMatchObject({ index: 2 });
    await claim("w2");
    await expect(claim("w3")).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("claimed") });
    project.later(30_000);
    await extendFeatureClaim(gate, { index: 0, worker: "w1", lease: 60_000 });
    project.later(30_000);
    // Its end is over by this clock, which may be a little ahead of the worker's.
    await expect(claim("w3")).rejects.toMatchObject({ code: "NOT_FOUND" });
    project.later(6_000);
    // The lease of 1 and 2 is over, that of 0 was extended.
    expect(await claim("w3")).toMatchObject({ index: 1 });
    await expect(extendFeatureClaim(gate, { index: 1, worker: "w1" })).rejects.toMatchObject({ code: "CONFLICT" });
    // Nobody else took 2, but claiming 1 has tidied it up.
    await expect(extendFeatureClaim(gate, { index: 2, worker: "w2" })).rejects.toMatchObject({ code: "CONFLICT" });
    await completeFeature(gate, { index: 1 });
    expect(ownOf(project)["claims"]).toEqual({
      0: { worker: "w1", claimed_at: "2024-10-23T16:30:00.000Z", expires_at: "2024-10-23T16:31:30.000Z" },
    });
    await pauseBatch(gate);
    await expect(claim("w4")).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("paused") });
    for (const lease of [0, -1, 1.5, 1e12]) {
      await expect(claimNextFeature(gate, { worker: "w", lease })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    await expect(claimNextFeature(gate, { worker: " " })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("git, clearing, pausing, resuming", async () => {
    const project = await withBatch();
    const { gate } = project;
    await recordGit(gate, { index: 0, operation: "commit", success: true, sha: "1f2e", branch: "b" });
    await recordGit(gate, { index: 0, operation: "pr", success: false, error: "no\naccess", number: 7 });
    await recordClear(gate, { index: 1, tokens: 160_000 });
    expect(recordOf(project)).toMatchObject({
      git_operations: {
        0: {
          commit: { success: true, timestamp: "2024-10-23T16:30:00Z", sha: "1f2e", branch: "b" },
          pr: { success: false, error: "no access", number: 7 },
        },
      },
      auto_clear_events: [
        { feature_index: 1, context_tokens_before_clear: 160_000, timestamp: "2024-10-23T16:30:00Z" },
      ],
      auto_clear_count: 1,
      context_tokens_before_clear: 160_000,
      context_token_estimate: 0,
    });
    expect((await pauseBatch(gate)).value).toMatchObject({ status: "paused", changed: true });
    expect((await pauseBatch(gate)).value.changed).toBe(false);
    expect(recordOf(project)["paused_at_feature_index"]).toBe(0);
    await expect(resumeBatch(gate, { batchId: "other" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { batch_id: id } = recordOf(project);
    expect((await resumeBatch(gate, { batchId: String(id) })).value).toMatchObject({ status: "in_progress" });
    expect((await batchStatus(gate)).features[0]).toMatchObject({ state: "pending", git: { commit: { sha: "1f2e" } } });
    expect(await batchSummary(gate)).toMatchObject({
      resumeCommand: `gate batch resume ${id}`,
      nextSteps: ["Work on feature 0: one"],
    });
    await completeFeature(gate, { index: 0, tokens: 150_000 });
    expect((await batchSummary(gate)).shouldClear).toBe(true);
  });

  test("cleanup, from a folder below too", async () => {
    const project = await withBatch();
    const before = project.read(PATH);
    expect((await cleanUpBatch(project.gate, {}, { dryRun: true })).removed).toEqual([{ path: PATH, before }]);
    expect((await cleanUpBatch(project.gate)).value.removed).toBe(true);
    expect(project.exists(PATH)).toBe(false);
    expect((await cleanUpBatch(project.gate)).value.removed).toBe(false);
    project.write(PATH, "{ torn");
    expect((await cleanUpBatch(project.gate)).value.removed).toBe(true);
    project.write(PATH, '{"schema_version": 9}');
    await expect(cleanUpBatch(project.gate)).rejects.toMatchObject({ code: "UNSUPPORTED_VERSION" });
    const kept = readdirSync(join(project.root, ".claude/.gate/history/batch_state.json"));
    expect(kept.length).toBeGreaterThanOrEqual(3);
  });

  test("nothing where there is nothing to clean up", async () => {
    const project = makeProject();
    await cleanUpBatch(project.gate);
    expect(project.tree(true)).toEqual({ ".claude": "folder" });
  });
});

describe("what stands in the way", () => {
  test.each([
    ["{ torn", "CORRUPT", "Cannot complete in .claude/batch_state.json: a key is missing at line 1, column 3"],
    ["", "CORRUPT", "Cannot complete in .claude/batch_state.json: it is empty at line 1, column 1"],
    ['{"schema_version": 2}', "UNSUPPORTED_VERSION", undefined],
    ['{"batch_id": 1}', "CORRUPT", undefined],
  ])("%j", async (text, code, message) => {
    const project = makeProject({ [PATH]: text });
    const said = message === undefined ? {} : { message };
    await expect(completeFeature(project.gate, { index: 0 })).rejects.toMatchObject({ code, ...said });
    expect(project.read(PATH)).toBe(text);
  });

  test("bytes that are not UTF-8, and no batch at all", async () => {
    const project = makeProject();
    await expect(completeFeature(project.gate, { index: 0 })).rejects.toMatchObject({ code: "NOT_FOUND" });
    project.write(PATH, Uint8Array.of(123, 255));
    await expect(batchStatus(project.gate)).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringContaining("byte 1 is not UTF-8"),
    });
  });

  test("--if-match, and a file others made readable", async () => {
    const project = await withBatch();
    const { revision } = await batchStatus(project.gate);
    chmodSync(join(project.root, PATH), 0o644);
    await completeFeature(project.gate, { index: 0 }, { ifMatch: revision });
    expect(statSync(join(project.root, PATH)).mode & 0o777).toBe(0o600);
    await expect(completeFeature(project.gate, { index: 1 }, { ifMatch: revision })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  test("another program that writes in between is not written over", async () => {
    const project = await withBatch();
    const file = join(project.root, PATH);
    let meddled = false;
    await wrapped(
      (name, call, args) => {
        if (
          name === "renameSync" ||
          meddled ||
          name !== "openSync" ||
          !/batch_state\.json\..*tmp$/.test(String(args[0]))
        )
          return call();
        meddled = true;
        writeFileSync(file, readFileSync(file, "utf8").replace('"team"', "").replace("{\n", '{\n  "team": "kept",\n'));
        return call();
      },
      () => completeFeature(project.gate, { index: 0 }),
    );
    expect(meddled).toBe(true);
    expect(recordOf(project)).toMatchObject({ team: "kept", completed_features: [0] });
  });

  test("a fault at any call leaves a record that loads, the old one or the new one", async () => {
    const project = await withBatch();
    const before = project.read(PATH);
    /** Completes a feature with a fault at one call, and returns how many there were. */
    const complete = async (index: number, code: string) => {
      let count = 0;
      const step = wrapped(
        (name, call) => {
          if (count++ !== index) return call();
          if (name === "closeSync") call();
          throw systemError(code, name);
        },
        () => completeFeature(project.gate, { index: 0 }),
      );
      await step.catch(() => undefined);
      const { status } = await batchStatus(project.gate);
      expect(status).toBe("in_progress");
      writeFileSync(join(project.root, PATH), before);
      return count;
    };
    const codes = ["ENOSPC", "EIO"] as const;
    const calls = [...Array(await complete(-1, "EIO")).keys()];
    for (const [at, index] of spread(calls, 40).entries()) {
      for (const code of IS_LONG ? codes : [codes[at % 2]!]) await complete(index, code);
    }
    expect(DISK_CALLS.length).toBeGreaterThan(10);
    await completeFeature(project.gate, { index: 0 });
    expect(readdirSync(join(project.root, ".claude")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

test("the history keeps a version a minute, which ends as the record does", async () => {
  const project = makeProject();
  await createBatch(project.gate, { features: Array.from({ length: 60 }, (_, index) => `f${index}`) });
  const kept = async () => (await history(project.gate, { paths: [PATH] })).entries.length;
  project.later(1000);
  for (let index = 0; index < 20; index++) await completeFeature(project.gate, { index });
  expect(await kept()).toBe(2);
  for (let index = 20; index < 30; index++) {
    project.later(61_000);
    await completeFeature(project.gate, { index });
  }
  expect(await kept()).toBe(12);
});

const python = (() => {
  try {
    execFileSync("python3", ["--version"]);
    return true;
  } catch {
    console.info("Python's reading was not checked: python3 is not installed.");
    return false;
  }
})();

test.skipIf(!python)("Python reads what the gate wrote and writes it back to the byte", async () => {
  const project = makeProject();
  const { gate } = project;
  await createBatch(gate, { features: ["Übersetzung 🚀", "two", "three"] });
  await claimNextFeature(gate, { worker: "w" });
  await completeFeature(gate, { index: 1, tokens: 3 });
  await failFeature(gate, { index: 2, error: "x" });
  await retryFeature(gate, { index: 2 });
  await recordGit(gate, { index: 1, operation: "push", success: true });
  const before = project.read(PATH);
  const script = `
import json, sys
path = sys.argv[1]
with open(path, encoding="utf-8") as file: state = json.load(file)
state["team"] = {"10": 1.0, "9": 2 ** 70, "__proto__": "x"}
with open(path, "w", encoding="utf-8") as file: json.dump(state, file, indent=2)
`;
  execFileSync("python3", ["-c", script, join(project.root, PATH)]);
  const team = ',\n  "team": {\n    "10": 1.0,\n    "9": 1180591620717411303424,\n    "__proto__": "x"\n  }\n}';
  expect(project.read(PATH)).toBe(before.replace(/\n\}$/, team));
  await completeFeature(gate, { index: 0 });
  expect(project.read(PATH)).toContain(team);
  expect(execFileSync("python3", ["-m", "json.tool", join(project.root, PATH)], { encoding: "utf8" })).toContain(
    '"__proto__"',
  );
});
