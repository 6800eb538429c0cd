/** A batch in a file of its own, and the class that programs of the origin know. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cleanUpBatch } from "../../src/gate/batch/cleanup.ts";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature, failFeature } from "../../src/gate/batch/end.ts";
import { BatchStateManager } from "../../src/gate/batch/manager.ts";
import { claimNextFeature, nextFeature } from "../../src/gate/batch/next.ts";
import { pauseBatch, resumeBatch } from "../../src/gate/batch/pause.ts";
import { recoverBatch } from "../../src/gate/batch/recover.ts";
import { openBatch } from "../../src/gate/batch/session.ts";
import { saveBatch } from "../../src/gate/batch/set.ts";
import { batchStatus, batchSummary } from "../../src/gate/batch/status.ts";
import { makeProject } from "../support/project.ts";
import { runGate, runJson } from "../support/terminal.ts";

const PATH = "batches/mine.json";
const OWN = ".claude/batch_state.json";

describe("a batch in a file that is named", () => {
  test("every operation works on it, and the project's own stays as it is", async () => {
    const { gate, read, exists } = makeProject();
    await createBatch(gate, { features: ["own"] });
    const own = read(OWN);
    const created = await createBatch(gate, { path: PATH, features: ["a", "b", "c"] });
    expect(created.value.stateFile).toBe(PATH);
    expect(JSON.parse(read(PATH))).toMatchObject({ total_features: 3, state_file: PATH });
    await completeFeature(gate, { path: PATH, index: 0, tokens: 5 });
    await failFeature(gate, { path: PATH, index: "b" });
    await saveBatch(gate, { path: PATH, values: { workflow_mode: "mine" } });
    await pauseBatch(gate, { path: PATH });
    await resumeBatch(gate, { path: PATH, batchId: created.value.batchId });
    expect((await claimNextFeature(gate, { path: PATH, worker: "w" })).value.feature).toBe("c");
    const status = await batchStatus(gate, { path: PATH });
    expect(status).toMatchObject({ path: PATH, completed: 1, failed: 1, workflowMode: "mine", stateFile: PATH });
    expect((await batchSummary(gate, { path: PATH })).resumeCommand).toBe(
      `gate batch resume ${created.value.batchId} --state-file ${PATH}`,
    );
    expect((await nextFeature(gate)).feature).toBe("own");
    expect(read(OWN)).toBe(own);
    expect((await cleanUpBatch(gate, { path: PATH })).value).toMatchObject({ removed: true, path: PATH });
    expect([exists(PATH), read(OWN)]).toEqual([false, own]);
  });

  test("one that is not finished is put away beside it", async () => {
    const { gate, read } = makeProject();
    await createBatch(gate, { path: PATH, features: ["a"], batchId: "one" });
    await expect(createBatch(gate, { path: PATH, features: ["b"] })).rejects.toMatchObject({
      code: "CONFLICT",
      hint: `Go on with \`gate batch resume one --state-file ${PATH}\`, or give --force, which puts it away.`,
    });
    const { value } = await createBatch(gate, { path: PATH, features: ["b"], force: true });
    expect(value.previousBatch).toBe("batches/mine.one.json");
    expect(JSON.parse(read("batches/mine.one.json"))).toMatchObject({ batch_id: "one" });
  });

  test("what is damaged comes back by the command that is named", async () => {
    const { gate, root, read } = makeProject();
    await createBatch(gate, { path: PATH, features: ["a"] });
    const before = read(PATH);
    writeFileSync(join(root, PATH), before.slice(0, 100));
    await expect(batchStatus(gate, { path: PATH })).rejects.toMatchObject({
      code: "CORRUPT",
      hint: `Run \`gate batch recover --state-file ${PATH}\` to get back the newest version in order; nothing was written.`,
    });
    expect((await recoverBatch(gate, { path: PATH })).value).toMatchObject({ recovered: true, path: PATH });
    expect(read(PATH)).toBe(before);
  });

  test("a session of the project's batch leaves no line of another one in its journal", async () => {
    const { gate, exists } = makeProject();
    await createBatch(gate, { features: ["own"] });
    await createBatch(gate, { path: PATH, features: ["a", "b"] });
    const session = openBatch(gate);
    await completeFeature(session.gate, { path: PATH, index: 0 });
    await completeFeature(session.gate, { path: PATH, index: 1 });
    expect(exists(".claude/.gate/batch-journal.jsonl")).toBe(false);
    expect((await batchStatus(gate, { path: PATH })).completed).toBe(2);
    await session.close();
  });

  test.each([
    ["../outside.json", "UNSAFE_PATH"],
    ["/etc/passwd", "UNSAFE_PATH"],
    ["", "UNSAFE_PATH"],
    [".", "UNSAFE_PATH"],
    [".claude/state.md", "UNSAFE_PATH"],
    [".claude/work/1.md", "UNSAFE_PATH"],
    [".claude/state/default/state.json", "UNSAFE_PATH"],
    [".claude/.gate/audit.jsonl", "UNSAFE_PATH"],
    [".claude/settings.json", "UNSAFE_PATH"],
    [".git/config", "UNSAFE_PATH"],
  ])("%j is not written", async (path, code) => {
    const { gate, tree } = makeProject();
    const before = tree(true);
    await expect(createBatch(gate, { path, features: ["a"] })).rejects.toMatchObject({ code });
    expect(tree(true)).toEqual(before);
  });

  test("somebody else's file is not written over, and a file is no database", async () => {
    const { gate, read } = makeProject({ "package.json": "{}\n" });
    const given = { path: "package.json", features: ["a"] };
    await expect(createBatch(gate, given)).rejects.toMatchObject({ code: "CORRUPT" });
    expect(read("package.json")).toBe("{}\n");
    await expect(createBatch(gate, { ...given, backend: "sqlite" })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });

  test("the project's own record by its name is the project's own", async () => {
    const { gate } = makeProject();
    await createBatch(gate, { path: OWN, features: ["a"] });
    expect((await nextFeature(gate)).feature).toBe("a");
  });

  test("on the command line", async () => {
    const { root } = makeProject();
    const file = ["--state-file", PATH];
    await runJson(root, "batch", "create", "--feature", "a", "b", ...file);
    expect(await runJson(root, "batch", "complete", "a", ...file)).toMatchObject({ success: true, remaining: 1 });
    expect((await runGate(root, "batch", "next", ...file)).stdout).toBe("1  b\n");
    expect((await runGate(root, "batch", "next")).code).toBe(3);
  });
});

describe("the class that programs of the origin know", () => {
  test("its methods are the operations on its file", async () => {
    const { gate, exists } = makeProject();
    const manager = new BatchStateManager(PATH, gate);
    expect(await manager.createBatchState(["a", "b", "c"], { batchId: "mine" })).toMatchObject({ batchId: "mine" });
    await expect(manager.createBatch(["x"])).rejects.toMatchObject({ code: "CONFLICT" });
    await manager.updateBatchProgress(0, "completed", 100);
    await manager.updateBatchProgress("b", "failed", 50, "HTTP 503");
    await manager.saveBatchState({ workflow_mode: "one" });
    await manager.saveState({ workflow_reminder: "two" });
    expect(await manager.loadState()).toMatchObject({
      completed: 1,
      failed: 1,
      contextTokenEstimate: 150,
      workflowMode: "one",
      workflowReminder: "two",
    });
    expect(await manager.shouldAutoClear()).toBe(false);
    await manager.updateBatchProgress("b", "failed", 0);
    expect(await manager.getNextPendingFeature()).toBe("c");
    await manager.recordAutoClearEvent(2, 151_000);
    expect((await manager.loadBatchState()).autoClearCount).toBe(1);
    await manager.updateBatchProgress(2, "completed", 150_000);
    expect([await manager.shouldAutoClear(), await manager.getNextPendingFeature()]).toEqual([true, undefined]);
    await manager.cleanupBatchState();
    expect(exists(PATH)).toBe(false);
  });

  test("without a path it is the project's own", async () => {
    const { gate, exists } = makeProject();
    await new BatchStateManager(undefined, gate).createBatch(["a"]);
    expect(exists(OWN)).toBe(true);
  });
});
